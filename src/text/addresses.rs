//! Web addresses in plain text: URLs, and domains without a scheme. The punctuation and the brackets
//! of the sentence around an address are no part of it. Two sentences without a space are no domain.

use std::ops::Range;

use icu_properties::props::GeneralCategory;
use url::Url;

use super::unicode::{category, is_letter_or_number, is_mark};

/// A web address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it may be a link: a URL with the scheme http or https that shows its own host.
    pub is_url: bool,
}

/// Finds all web addresses in a text, in order. Email addresses are none.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if ends_address(c) || ends_before(c, chars.peek().map(|(_, next)| *next)) {
            find_in_chunk(&text[start..at], start, &mut found);
            start = at + c.len_utf8();
        }
    }
    find_in_chunk(&text[start..], start, &mut found);
    found
}

/// Finds the addresses of a chunk without terminators, which begins at the byte `at` of its text.
fn find_in_chunk(chunk: &str, at: usize, found: &mut Vec<Address>) {
    let mut from = 0;
    while let Some(url) = next_url(chunk, from) {
        find_domains(&chunk[from..url.start], at + from, found);
        from = url.end;
        let is_url = is_web(&chunk[url.clone()]);
        found.push(Address { range: at + url.start..at + url.end, is_url });
    }
    find_domains(&chunk[from..], at + from, found);
}

/// Returns the first URL in a chunk from a byte on.
fn next_url(chunk: &str, from: usize) -> Option<Range<usize>> {
    let mut searched = from;
    while let Some(at) = chunk[searched..].find("://").map(|at| searched + at) {
        searched = at + "://".len();
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let before = chunk[from..at].len().checked_sub(scheme.len());
            before
                .and_then(|before| chunk[from..at].get(before..))
                .is_some_and(|found| found.eq_ignore_ascii_case(scheme))
        });
        let Some(start) = scheme.map(|scheme| at - scheme.len()) else { continue };
        // Arabic attaches prepositions to the next word. Latin letters belong to another scheme.
        if chunk[from..start].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        let address = without_punctuation(&chunk[start..]);
        if parse(address).is_some() {
            return Some(start..start + address.len());
        }
    }
    None
}

/// Returns the address at the beginning of a chunk: up to a closing bracket that the address did not
/// open, and without the punctuation behind it.
fn without_punctuation(chunk: &str) -> &str {
    let mut open = Vec::new();
    let mut end = chunk.len();
    for (at, c) in chunk.char_indices() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    // Addresses in a list without spaces. In a path, another address follows a slash.
    let next = [",http", ";http", "|http"].iter().filter_map(|list| chunk[..end].find(list)).min();
    chunk[..next.unwrap_or(end)].trim_end_matches(is_trailing)
}

/// Finds the domains without a scheme in a part of a chunk.
fn find_domains(part: &str, at: usize, found: &mut Vec<Address>) {
    let mut from = 0;
    while let Some(start) = part[from..].find(is_domain_char).map(|start| from + start) {
        let rest = &part[start..];
        let end = start + rest.find(|c| !is_domain_char(c)).unwrap_or(rest.len());
        from = end;
        let name = part[start..end].trim_end_matches(['.', '-']);
        let (before, after) = (&part[..start], &part[start + name.len()..]);
        let is_email = before.ends_with('@') || part[end..].starts_with('@');
        let is_address = before.ends_with("//") || has_path(after);
        if is_email || !is_domain(name) || !is_address && is_two_sentences(name) {
            continue;
        }
        found.push(Address { range: at + start..at + start + name.len(), is_url: false });
        // The path of the address may look like another domain.
        if part[end..].starts_with(['/', '?', '#', ':']) {
            let Some(next) = part[end..].find([',', ';', '|', '(', ')']) else { return };
            from = end + next;
        }
    }
}

fn is_domain_char(c: char) -> bool {
    matches!(c, '.' | '-') || is_letter_or_number(c) || is_mark(c)
}

/// Whether a name is a domain below a public suffix, or begins with `www.`.
fn is_domain(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut labels = name.rsplit('.');
    let Some(top) = labels.next().filter(|_| name.contains('.')) else { return false };
    if labels.clone().any(|label| label.is_empty() || label.len() > 253) {
        return false;
    }
    // Documentation and tests use the reserved `.example`.
    top == "example"
        || labels.next_back().is_some_and(|label| is_www(label) && !top.is_empty())
        || psl::suffix(name.as_bytes())
            .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < name.len())
}

/// Whether a domain's first label is `www`, also with an Arabic preposition attached.
fn is_www(label: &str) -> bool {
    label.strip_suffix("www").is_some_and(|before| !before.contains(|c: char| c.is_ascii()))
}

/// Whether a path, a query or a port follows a domain.
fn has_path(after: &str) -> bool {
    let second = after.chars().nth(1);
    match after.chars().next() {
        Some('/') => true,
        Some(':') => second.is_some_and(|c| c.is_ascii_digit()),
        Some('?') => after[1..].find('=').is_some_and(|at| at > 0),
        _ => false,
    }
}

/// Arabic top-level domains with which no sentence begins: names of countries without their article, and
/// of firms.
const NO_WORDS: [&str; 8] =
    ["ارامكو", "العليان", "امارات", "بيتك", "سودان", "كوم", "موبايلي", "همراه"];

/// Whether a domain is rather the end of a sentence and the beginning of the next one, without a space
/// between them. Names of countries are top-level domains, and begin sentences. Scripts without capital
/// letters don't tell them apart, so domains in such scripts need more than their name.
fn is_two_sentences(name: &str) -> bool {
    let Some((before, top)) = name.rsplit_once('.') else { return false };
    if before.to_lowercase().split_once('.').is_some_and(|(first, _)| is_www(first)) {
        return false;
    }
    let mut letters = top.chars();
    let Some(first) = letters.next() else { return false };
    let has_case = |c: char| c.is_lowercase() || c.is_uppercase();
    if !top.is_ascii() && !top.contains(has_case) {
        return !NO_WORDS.contains(&top);
    }
    // As in `done.It`, and unlike `NEWS.IT` and `Example.Com`.
    let is_capitalised = first.is_uppercase() && letters.all(char::is_lowercase);
    let is_short = top.chars().count() == 2 || !top.is_ascii();
    is_capitalised && is_short && !before.contains('.') && !before.ends_with(char::is_uppercase)
}

/// Returns an address as a URL with the scheme http or https and a host.
pub(super) fn parse(address: &str) -> Option<Url> {
    let url = Url::parse(address.trim()).ok()?;
    Some(url).filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether an address may be a link: a URL that shows its own host. A user name before the host looks
/// like another host, as in `https://bank.example@evil.example`.
pub(super) fn is_web(address: &str) -> bool {
    parse(address).is_some_and(|url| url.username().is_empty() && url.password().is_none())
}

/// True for a character that no address contains: white space, quotation marks, the brackets of
/// other scripts, ellipses, full-width punctuation, and invisible marks around an address.
fn ends_address(c: char) -> bool {
    use GeneralCategory as G;
    match c {
        '<' | '>' | '"' | '`' => true,
        c if c.is_ascii() => c.is_ascii_whitespace() || c.is_ascii_control(),
        // The apostrophe is a part of titles in paths.
        '’' => false,
        '…' | '。' | '、' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}' => {
            true
        }
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => true,
        '\u{ff5c}' | '\u{ff5e}' | '\u{275b}'..='\u{275e}' => true,
        c => {
            c.is_whitespace()
                || c.is_control()
                || matches!(
                    category(c),
                    G::OpenPunctuation
                        | G::ClosePunctuation
                        | G::InitialPunctuation
                        | G::FinalPunctuation
                )
        }
    }
}

/// True for punctuation that no address has before a letter: titles in paths join words by `_` or `-`.
fn ends_before(c: char, next: Option<char>) -> bool {
    matches!(c, '،' | '؛' | '؟' | '—') && next.is_some_and(char::is_alphanumeric)
}

/// True for punctuation that ends a sentence and not an address, in any script.
fn is_trailing(c: char) -> bool {
    use GeneralCategory as G;
    match c {
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '~' | '(' | '[' | '{' | '’' => true,
        c if c.is_ascii() => false,
        c => matches!(category(c), G::OtherPunctuation | G::DashPunctuation),
    }
}
