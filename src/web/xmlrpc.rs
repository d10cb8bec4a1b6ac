//! XML-RPC, as far as pingbacks take it: calls and answers, read and written. Called by
//! `http/mentions/xmlrpc.rs` and `service/mentions/deliver.rs`; the XML itself is read by
//! `xml.rs`. Sources: the XML-RPC specification (Winer, 1999); codes of malformed calls from
//! "Specification for Fault Code Interoperability" (2001).

mod xml;

use std::fmt::Write;

use xml::Node;
pub use xml::{MOST_BYTES, XmlError};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Int(i64),
    /// Several.
    Array(Vec<Self>),
    /// Named ones.
    Struct(Vec<(String, Self)>),
    /// Of a type that no call here takes.
    Other,
}

impl Value {
    /// Its text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub method: String,
    /// With what.
    pub params: Vec<Value>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodResponse {
    /// It went well.
    Success(Value),
    /// It didn't.
    Fault {
        /// Why, as a number.
        code: i64,
        /// Why, in words.
        text: String,
    },
}

/// Reads a call.
///
/// # Errors
/// [`XmlError`].
pub fn read_call(bytes: &[u8]) -> Result<Call, XmlError> {
    let root = xml::read(bytes)?;
    if root.name != "methodCall" {
        return Err(XmlError::Unexpected);
    }
    let method = root.child("methodName").ok_or(XmlError::Unexpected)?.text.trim().to_owned();
    let known = |c: char| c.is_ascii_alphanumeric() || "_.:/".contains(c);
    if method.is_empty() || !method.chars().all(known) {
        return Err(XmlError::Unexpected);
    }
    Ok(Call { method, params: params(&root)? })
}

/// Reads an answer.
///
/// # Errors
/// [`XmlError`].
pub fn read_answer(bytes: &[u8]) -> Result<MethodResponse, XmlError> {
    let root = xml::read(bytes)?;
    if root.name != "methodResponse" {
        return Err(XmlError::Unexpected);
    }
    let Some(fault) = root.child("fault") else {
        let mut values = params(&root)?.into_iter();
        return values.next().map(MethodResponse::Success).ok_or(XmlError::Unexpected);
    };
    let Value::Struct(fields) = value(fault.child("value").ok_or(XmlError::Unexpected)?)? else {
        return Err(XmlError::Unexpected);
    };
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, v)| v);
    match (field("faultCode"), field("faultString")) {
        (Some(Value::Int(code)), text) => {
            let text = text.and_then(Value::text).unwrap_or_default().to_owned();
            Ok(MethodResponse::Fault { code: *code, text })
        }
        _ => Err(XmlError::Unexpected),
    }
}

fn params(root: &Node) -> Result<Vec<Value>, XmlError> {
    let params = root.child("params").map(|params| params.children.as_slice()).unwrap_or_default();
    params.iter().map(|param| value(param.child("value").ok_or(XmlError::Unexpected)?)).collect()
}

fn value(node: &Node) -> Result<Value, XmlError> {
    // A value without a type is text.
    let Some(typed) = node.children.first() else { return Ok(Value::Text(node.text.clone())) };
    Ok(match typed.name.as_str() {
        "string" => Value::Text(typed.text.clone()),
        "int" | "i4" | "i8" => {
            Value::Int(typed.text.trim().parse().map_err(|_| XmlError::Unexpected)?)
        }
        "array" => {
            let data = typed.child("data").ok_or(XmlError::Unexpected)?;
            Value::Array(data.children.iter().map(value).collect::<Result<_, _>>()?)
        }
        "struct" => {
            let member = |member: &Node| -> Result<(String, Value), XmlError> {
                let name = member.child("name").ok_or(XmlError::Unexpected)?;
                let inner = member.child("value").ok_or(XmlError::Unexpected)?;
                Ok((name.text.clone(), value(inner)?))
            };
            Value::Struct(typed.children.iter().map(member).collect::<Result<_, _>>()?)
        }
        _ => Value::Other,
    })
}

/// Writes a call.
#[must_use]
pub fn write_call(method: &str, params: &[&str]) -> String {
    let params: String = params
        .iter()
        .map(|text| format!("<param><value><string>{}</string></value></param>", escape(text)))
        .collect();
    let method = escape(method);
    document(&format!(
        "<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
    ))
}

/// Writes an answer.
#[must_use]
pub fn write_answer(answer: &MethodResponse) -> String {
    let mut inner = String::new();
    match answer {
        MethodResponse::Success(value) => {
            inner.push_str("<params><param>");
            write_value(value, &mut inner);
            inner.push_str("</param></params>");
        }
        MethodResponse::Fault { code, text } => {
            inner.push_str("<fault>");
            let fields = vec![
                (String::from("faultCode"), Value::Int(*code)),
                (String::from("faultString"), Value::Text(text.clone())),
            ];
            write_value(&Value::Struct(fields), &mut inner);
            inner.push_str("</fault>");
        }
    }
    document(&format!("<methodResponse>{inner}</methodResponse>"))
}

fn write_value(value: &Value, out: &mut String) {
    out.push_str("<value>");
    match value {
        Value::Text(text) => {
            let _ = write!(out, "<string>{}</string>", escape(text));
        }
        Value::Int(number) => {
            let _ = write!(out, "<int>{number}</int>");
        }
        Value::Array(values) => {
            out.push_str("<array><data>");
            values.iter().for_each(|value| write_value(value, out));
            out.push_str("</data></array>");
        }
        Value::Struct(fields) => {
            out.push_str("<struct>");
            for (name, value) in fields {
                let _ = write!(out, "<member><name>{}</name>", escape(name));
                write_value(value, out);
                out.push_str("</member>");
            }
            out.push_str("</struct>");
        }
        Value::Other => out.push_str("<nil/>"),
    }
    out.push_str("</value>");
}

fn document(inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{inner}\n")
}

/// Text as it may stand in XML, in elements and in attributes; what no XML may hold is left out.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if xml::is_char(c) => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests;
