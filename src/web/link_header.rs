//! Parses the header `Link` (RFC 8288, appendix B). Malformed parts are skipped.

/// A link in a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderLink {
    /// The target, as written.
    pub target: String,
    /// The relation types, in lower case.
    pub rels: Vec<String>,
    /// The URL that the link is from, if it isn't the response's.
    pub anchor: Option<String>,
}

/// Returns the links of a header's value. Commas and semicolons in brackets or quotes don't separate.
#[must_use]
pub fn parse(value: &str) -> Vec<HeaderLink> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let mut link = HeaderLink { target: target.trim().to_owned(), ..HeaderLink::default() };
        rest = after.trim_start();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (name, value, after) = parameter_of(parameter);
            match name.as_str() {
                // Later ones must be ignored.
                "rel" if link.rels.is_empty() => {
                    let rels = value.to_ascii_lowercase();
                    link.rels = rels.split_ascii_whitespace().map(str::to_owned).collect();
                }
                "anchor" => link.anchor = link.anchor.or(Some(value)),
                _ => {}
            }
            rest = after;
        }
        found.push(link);
        rest = rest.split_once(',').map_or("", |(_, next)| next);
    }
    found
}

/// Reads a parameter. Returns its name in lower case, its value, and the text behind it.
fn parameter_of(text: &str) -> (String, String, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let name = name.trim().to_ascii_lowercase();
    let Some(rest) = rest.strip_prefix('=') else { return (name, String::new(), rest) };
    let rest = rest.trim_start();
    let Some(quoted) = rest.strip_prefix('"') else {
        let (value, rest) = rest.split_at(rest.find([';', ',']).unwrap_or(rest.len()));
        // Single quotes are no quotes, but some sites write them.
        return (name, value.trim().trim_matches('\'').to_owned(), rest);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, c) in quoted.char_indices() {
        match c {
            c if std::mem::take(&mut escaped) => value.push(c),
            '\\' => escaped = true,
            '"' => {
                let rest = &quoted[at + 1..];
                return (name, value, &rest[rest.find([';', ',']).unwrap_or(rest.len())..]);
            }
            c => value.push(c),
        }
    }
    (name, value, "")
}
