//! Finds the encoding that a page declares in a `meta` element or an XML declaration, before the
//! page is decoded (HTML, "prescan a byte stream to determine its encoding").

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are searched. Browsers guarantee 1,024, and take a later declaration, too.
const SCANNED_BYTES: usize = 64 << 10;

/// Returns the declared encoding.
pub(super) fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SCANNED_BYTES)];
    // All bytes of interest are ASCII, and of one byte in every encoding that is legible here.
    let head: String = head.iter().map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
    let label = if head.trim_start().starts_with("<?xml") { xml(&head) } else { None };
    let encoding = Encoding::for_label(label.or_else(|| meta(&head))?.as_bytes())?;
    // A declaration that is legible as ASCII cannot be in UTF-16.
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    Some(if is_wide { UTF_8 } else { encoding })
}

fn xml(head: &str) -> Option<String> {
    let (declaration, _) = head.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.trim().to_owned())
}

fn meta(head: &str) -> Option<String> {
    let mut rest = head;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let is_meta = rest.strip_prefix("meta").is_some_and(|after| after.starts_with(is_gap));
        let (tag, after) = tag(rest);
        if is_meta && let Some(label) = label(&tag) {
            return Some(label);
        }
        rest = after;
    }
    None
}

fn is_gap(c: char) -> bool {
    c.is_ascii_whitespace() || c == '/'
}

/// Reads the label of a `meta` element's attributes.
fn label(attributes: &[(String, String)]) -> Option<String> {
    let value = |name: &str| {
        attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.trim())
    };
    if let Some(label) = value("charset") {
        return Some(label.to_owned());
    }
    value("http-equiv").filter(|name| *name == "content-type")?;
    let (_, named) = value("content")?.split_once("charset")?;
    let named = named.trim_start().strip_prefix('=')?.trim_start();
    let named = named.trim_start_matches(['"', '\'']);
    let end = named.find(|c: char| c.is_ascii_whitespace() || matches!(c, ';' | '"' | '\''));
    Some(named[..end.unwrap_or(named.len())].to_owned())
}

/// Reads the attributes of a tag up to its end. Returns them and the text after the tag.
fn tag(text: &str) -> (Vec<(String, String)>, &str) {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start_matches(|c: char| !is_gap(c) && c != '>');
    loop {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() || rest.starts_with('>') {
            return (attributes, rest.strip_prefix('>').unwrap_or(rest));
        }
        let end = rest[1..].find(|c: char| is_gap(c) || matches!(c, '=' | '>'));
        let (name, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        let trimmed = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = trimmed.strip_prefix('=') else {
            attributes.push((name.to_owned(), String::new()));
            rest = after;
            continue;
        };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or(("", "")),
            _ => value.split_at(
                value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len()),
            ),
        };
        attributes.push((name.to_owned(), value.to_owned()));
        rest = after;
    }
}
