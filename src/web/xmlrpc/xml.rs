//! Parses untrusted XML within limits of bytes, depth, elements and attributes.
//!
//! It accepts UTF-8 only and refuses document types and processing instructions, so a document
//! defines no entities and loads nothing external.

use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// Largest accepted document, in bytes. Calls and responses in use are far smaller.
pub const MAX_BYTES: usize = 64 << 10;
/// Deepest nesting of elements. An array of structs in an array takes a dozen levels.
const MAX_DEPTH: usize = 24;
/// Most elements of a document.
const MAX_ELEMENTS: usize = 2_000;
/// Most attributes of an element. XML-RPC has none, but some serialisers add a namespace.
const MAX_ATTRIBUTES: usize = 4;

/// The reason for refusing a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error("the XML is not well-formed")]
    Malformed,
    /// Not in UTF-8, or declares another encoding.
    #[error("the XML must be in UTF-8")]
    Encoding,
    /// Contains a character that XML forbids.
    #[error("the XML holds a character that it may not")]
    Character,
    /// Contains a document type declaration.
    #[error("the XML has a DOCTYPE, which is not read")]
    DocumentType,
    /// Contains a reference to an undefined entity.
    #[error("the XML refers to an entity that is not defined")]
    Entity,
    /// Contains a processing instruction.
    #[error("the XML has a processing instruction, which is not read")]
    Instruction,
    /// Exceeds a limit.
    #[error("the XML is too large, too deep, or has too many elements or attributes")]
    TooMuch,
    /// Well-formed, but not the expected XML-RPC message.
    #[error("this is not an XML-RPC call")]
    Unexpected,
}

/// An element with its text and its child elements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub name: String,
    pub text: String,
    pub children: Vec<Self>,
}

impl Node {
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Parses a document and returns its root element.
pub(super) fn read(bytes: &[u8]) -> Result<Node, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooMuch);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    // Some programs send a line break or a byte order mark before the declaration.
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\u{feff}');
    if !text.chars().all(is_char) {
        // UTF-16 and UTF-32 without a byte order mark end here too, being full of NULs.
        return Err(if text.contains('\0') { XmlError::Encoding } else { XmlError::Character });
    }
    let mut reader = Reader::from_str(text);
    let mut builder = Builder::default();
    loop {
        let event = reader.read_event().map_err(|_| XmlError::Malformed)?;
        if let Event::Eof = event {
            return builder.finish();
        }
        builder.event(event)?;
    }
}

/// True for the characters of XML 1.0, production 2.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[derive(Default)]
struct Builder {
    open: Vec<Node>,
    root: Option<Node>,
    elements: usize,
    started: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<(), XmlError> {
        let first = !std::mem::replace(&mut self.started, true);
        match event {
            Event::Decl(declaration) if first => check_declaration(&declaration),
            Event::Decl(_) | Event::PI(_) => Err(XmlError::Instruction),
            Event::DocType(_) => Err(XmlError::DocumentType),
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => self.open(&start).and_then(|()| self.close()),
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(data) => self.text(&data.xml10_content()),
            Event::GeneralRef(reference) => self.text(&resolve(&reference)?),
            Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), XmlError> {
        self.elements += 1;
        if self.open.len() >= MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(XmlError::TooMuch);
        }
        if self.root.is_some() {
            return Err(XmlError::Malformed);
        }
        for (count, attribute) in start.attributes().with_checks(false).enumerate() {
            if count >= MAX_ATTRIBUTES {
                return Err(XmlError::TooMuch);
            }
            attribute.map_err(|_| XmlError::Malformed)?;
        }
        let name = start.name().into_inner().to_owned();
        self.open.push(Node { name, ..Node::default() });
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        let node = self.open.pop().ok_or(XmlError::Malformed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(node) => node.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(XmlError::Malformed),
        }
        Ok(())
    }

    fn finish(self) -> Result<Node, XmlError> {
        if self.open.is_empty() {
            self.root.ok_or(XmlError::Malformed)
        } else {
            Err(XmlError::Malformed)
        }
    }
}

/// Accepts a declaration of version 1.0 in UTF-8, or in ASCII, its subset.
fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
    let version = declaration.version().map_err(|_| XmlError::Malformed)?;
    if version != "1.0" {
        return Err(XmlError::Malformed);
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if is_utf8(&name) => Ok(()),
        Some(Ok(_)) => Err(XmlError::Encoding),
        Some(Err(_)) => Err(XmlError::Malformed),
    }
}

fn is_utf8(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// Resolves a character reference, or one of the five predefined entities.
fn resolve(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    if reference.is_char_ref() {
        let c = reference.resolve_char_ref().map_err(|_| XmlError::Character)?;
        let c = c.filter(|c| is_char(*c)).ok_or(XmlError::Character)?;
        return Ok(c.to_string());
    }
    let text = match &*reference.xml10_content() {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(XmlError::Entity),
    };
    Ok(text.to_owned())
}
