//! XML of strangers, read within bounds: no document type, so no entities of its own and nothing
//! external; no processing instructions; UTF-8 only, whatever it says of itself; capped in bytes,
//! depth, elements and attributes. Called by `xmlrpc.rs`.

use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// The most that is read, in bytes: no call or answer of ours comes near.
pub const MOST_BYTES: usize = 64 << 10;
/// How deep elements may nest: an array of structs in an array takes a dozen levels.
const DEEPEST: usize = 24;
/// The most elements.
const MOST_ELEMENTS: usize = 2_000;
/// The most attributes of an element: XML-RPC has none, some serialisers add a namespace.
const MOST_ATTRIBUTES: usize = 4;

/// Why a document is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// It is not well-formed.
    #[error("the XML is not well-formed")]
    Malformed,
    /// It is not in UTF-8, or says that it isn't.
    #[error("the XML must be in UTF-8")]
    Encoding,
    /// It holds a character that XML may not.
    #[error("the XML holds a character that it may not")]
    Character,
    /// It has a document type.
    #[error("the XML has a DOCTYPE, which is not read")]
    DocumentType,
    /// It refers to an entity that XML itself doesn't define.
    #[error("the XML refers to an entity that is not defined")]
    Entity,
    /// It has a processing instruction.
    #[error("the XML has a processing instruction, which is not read")]
    Instruction,
    /// It is larger, deeper or fuller than any call.
    #[error("the XML is too large, too deep, or has too many elements or attributes")]
    TooMuch,
    /// It is well-formed, and no call (or no answer).
    #[error("this is not an XML-RPC call")]
    Unexpected,
}

/// An element: either its children matter or its text.
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

/// Reads a document; its root.
///
/// # Errors
/// [`XmlError`].
pub(super) fn read(bytes: &[u8]) -> Result<Node, XmlError> {
    if bytes.len() > MOST_BYTES {
        return Err(XmlError::TooMuch);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_char) {
        // UTF-16 and UTF-32 without their mark end here too: they are full of NULs.
        return Err(if text.contains('\0') { XmlError::Encoding } else { XmlError::Character });
    }
    let mut reader = Reader::from_str(text);
    let mut building = Building::default();
    loop {
        let event = reader.read_event().map_err(|_| XmlError::Malformed)?;
        if let Event::Eof = event {
            return building.finish();
        }
        building.take(event)?;
    }
}

/// XML 1.0, production 2.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[derive(Default)]
struct Building {
    open: Vec<Node>,
    root: Option<Node>,
    elements: usize,
    begun: bool,
}

impl Building {
    fn take(&mut self, event: Event<'_>) -> Result<(), XmlError> {
        let first = !std::mem::replace(&mut self.begun, true);
        match event {
            Event::Decl(declaration) if first => checked_declaration(&declaration),
            Event::Decl(_) | Event::PI(_) => Err(XmlError::Instruction),
            Event::DocType(_) => Err(XmlError::DocumentType),
            Event::Start(start) => self.open(&start),
            Event::Empty(start) => self.open(&start).and_then(|()| self.close()),
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(data) => self.text(&data.xml10_content()),
            Event::GeneralRef(reference) => self.text(&resolved(&reference)?),
            Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), XmlError> {
        self.elements += 1;
        if self.open.len() >= DEEPEST || self.elements > MOST_ELEMENTS {
            return Err(XmlError::TooMuch);
        }
        if self.root.is_some() {
            return Err(XmlError::Malformed);
        }
        for (count, attribute) in start.attributes().with_checks(false).enumerate() {
            if count >= MOST_ATTRIBUTES {
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

/// A document may say that it is in UTF-8, which it is, or in a part of it.
fn checked_declaration(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
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

/// The five that XML defines, and characters by their number.
fn resolved(reference: &BytesRef<'_>) -> Result<String, XmlError> {
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
