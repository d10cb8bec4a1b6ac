//! Reads and writes XML-RPC calls and responses, as far as pingbacks need.
//!
//! Sources: the XML-RPC specification (Winer, 1999); fault codes of malformed calls from
//! "Specification for Fault Code Interoperability" (2001).

mod xml;

use std::fmt::Write;

use xml::Node;
pub use xml::{MAX_BYTES, XmlError};

/// A value of a call or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer.
    Int(i64),
    /// An array.
    Array(Vec<Self>),
    /// A struct: its members, in order.
    Struct(Vec<(String, Self)>),
    /// A value of another type, which no supported call takes.
    Other,
}

impl Value {
    /// The string, if the value is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A method call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method's name, such as `pingback.ping`.
    pub method: String,
    /// The parameters, in order.
    pub params: Vec<Value>,
}

/// The response to a method call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodResponse {
    /// The call's result.
    Success(Value),
    /// An error.
    Fault {
        /// The fault code.
        code: i64,
        /// The fault string.
        text: String,
    },
}

/// Parses a method call.
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

/// Parses a method response.
///
/// # Errors
/// [`XmlError`].
pub fn read_response(bytes: &[u8]) -> Result<MethodResponse, XmlError> {
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

/// Serialises a method call with text parameters.
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

/// Serialises a method response.
#[must_use]
pub fn write_response(response: &MethodResponse) -> String {
    let mut inner = String::new();
    match response {
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

/// Escapes text for XML elements and attributes. Drops characters that XML forbids.
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
