//! Renders Markdown to HTML, without sanitising it.
//!
//! pulldown-cmark (MIT; linear on hostile input) parses `CommonMark`, tables and strikethrough.
//! Footnote numbers and links of bare addresses are made here, and emphasis may be attached to
//! Arabic letters.

use std::collections::HashMap;
use std::fmt::Write;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html,
};

use super::{code_language, emphasis};

/// Renders a Markdown source.
pub(super) fn to_html(source: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let marked = emphasis::mark(source, |text| address(text).len());
    let events = TextMergeStream::new(Parser::new_ext(&marked.text, options));
    let (body, mut definitions) = separate(events.map(|event| marked.unmark(event)));
    let mut notes = Notes::default();
    let mut out = String::with_capacity(source.len() * 2);
    html::push_html(&mut out, notes.number(body).into_iter());
    // A footnote may refer to further ones, so `order` grows in this loop.
    let mut written = 0;
    while let Some(name) = notes.order.get(written).cloned() {
        if written == 0 {
            out.push_str("<section class=\"footnotes\"><ol>");
        }
        written += 1;
        let _ = write!(out, "<li id=\"fn-{written}\">");
        let note = definitions.remove(&name).unwrap_or_default();
        html::push_html(&mut out, notes.number(note).into_iter());
        let back = format!("<a class=\"footnote-backref\" href=\"#fnref-{written}\">↩</a>");
        // In the footnote's last paragraph.
        match out.trim_end().strip_suffix("</p>").map(str::len) {
            Some(len) => out.replace_range(len.., &format!(" {back}</p>")),
            None => out.push_str(&back),
        }
        out.push_str("</li>");
    }
    if written > 0 {
        out.push_str("</ol></section>");
    }
    out
}

type Events<'a> = Vec<Event<'a>>;

/// Separates the footnotes from the body, and links bare addresses.
fn separate<'a>(
    events: impl Iterator<Item = Event<'a>>,
) -> (Events<'a>, HashMap<CowStr<'a>, Events<'a>>) {
    let mut body = Vec::new();
    let mut definitions = HashMap::new();
    // Open definitions, innermost last: a footnote may be defined inside another.
    let mut notes: Vec<(CowStr<'a>, Events<'a>)> = Vec::new();
    // Depth of links, images and code, in which addresses stay text.
    let mut verbatim = 0_usize;
    for event in events {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => verbatim += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                verbatim = verbatim.saturating_sub(1);
            }
            _ => {}
        }
        let target = notes.last_mut().map_or(&mut body, |note| &mut note.1);
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => notes.push((name, Vec::new())),
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((name, events)) = notes.pop() {
                    definitions.entry(name).or_insert(events);
                }
            }
            Event::Text(text) if verbatim == 0 => link_addresses(text, target),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = code_language::of_fence(&info).unwrap_or_default();
                target.push(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language.into()))));
            }
            event => target.push(event),
        }
    }
    (body, definitions)
}

/// Footnotes in the order of their first reference.
#[derive(Default)]
struct Notes<'a> {
    order: Vec<CowStr<'a>>,
    numbers: HashMap<CowStr<'a>, usize>,
}

impl<'a> Notes<'a> {
    /// Replaces references by their numbers. Only a footnote's first reference gets a back-link.
    fn number(&mut self, events: Events<'a>) -> Events<'a> {
        events
            .into_iter()
            .map(|event| match event {
                Event::FootnoteReference(name) => {
                    let next = self.order.len() + 1;
                    let number = *self.numbers.entry(name.clone()).or_insert(next);
                    let mut id = String::new();
                    if number == next {
                        self.order.push(name);
                        id = format!(" id=\"fnref-{number}\"");
                    }
                    Event::InlineHtml(CowStr::from(format!(
                        "<sup class=\"footnote-ref\"{id}><a href=\"#fn-{number}\">{number}</a></sup>"
                    )))
                }
                event => event,
            })
            .collect()
    }
}

/// Splits a text at its `http://` and `https://` addresses and links them.
fn link_addresses<'a>(text: CowStr<'a>, out: &mut Events<'a>) {
    let mut rest = &*text;
    let mut done = 0;
    while let Some(at) = rest.find("http") {
        let address = address(&rest[at..]);
        let starts_word = !rest[..at].ends_with(char::is_alphanumeric);
        if address.is_empty() || !starts_word {
            rest = &rest[at + 4..];
            continue;
        }
        let start = text.len() - rest.len() + at;
        out.push(Event::Text(CowStr::from(text[done..start].to_owned())));
        let url = CowStr::from(address.to_owned());
        out.push(Event::Start(Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: url.clone(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
        out.push(Event::Text(url));
        out.push(Event::End(TagEnd::Link));
        done = start + address.len();
        rest = &rest[at + address.len()..];
    }
    if done == 0 {
        out.push(Event::Text(text));
    } else if done < text.len() {
        out.push(Event::Text(CowStr::from(text[done..].to_owned())));
    }
}

/// Longest linked address, in bytes. All browsers and servers accept this length.
const MAX_ADDRESS: usize = 2_000;

/// Returns the address at the start of a text, without punctuation after it, or an empty text.
fn address(text: &str) -> &str {
    let scheme = ["https://", "http://"].iter().find(|scheme| text.starts_with(**scheme));
    let Some(scheme) = scheme else { return "" };
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>«»“”\"`".contains(c);
    let window = &text[..text.floor_char_boundary(MAX_ADDRESS)];
    let Some(end) = window.find(ends).or((window.len() == text.len()).then_some(text.len())) else {
        return "";
    };
    let mut address = &text[..end];
    // A closing bracket belongs to the address if its opening one does.
    let mut unopened = address.matches(')').count().saturating_sub(address.matches('(').count());
    while let Some(last) = address.chars().next_back() {
        if last == ')' && unopened > 0 {
            unopened -= 1;
        } else if !".,;:!?'*_~]،؛؟…".contains(last) {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    if address.len() > scheme.len() { address } else { "" }
}
