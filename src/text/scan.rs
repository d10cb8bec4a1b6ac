//! A linear HTML tokenizer: text, start tags and end tags, without comments. Of raw text, only that of
//! `noscript` is passed on.
//!
//! It follows the HTML tokenizer's states (WHATWG HTML §13.2.5) and keeps character references as
//! written. Safety rests on ammonia, which parses and sanitises the result. html5ever's tokenizer
//! is quadratic in a tag's attributes: 60,000 of them take seconds.

/// Most attributes read of a tag. No element of an article has more.
const MAX_ATTRIBUTES: usize = 32;

/// A token of HTML, as slices of the source.
pub(super) enum Piece<'a> {
    /// Text without `<`. Character references are not decoded.
    Text(&'a str),
    /// A `<` that starts no tag.
    LessThan,
    /// A start tag: its lower-case name and its attributes, with values as written. The end tag of a
    /// raw text element follows at once, or after its [`Piece::Noscript`].
    Start(String, Vec<(String, &'a str)>),
    /// The content of `noscript`: HTML for browsers without scripts.
    Noscript(&'a str),
    /// An end tag: its lower-case name.
    End(String),
}

/// Passes the tokens of `html` to `emit`, in order.
pub(super) fn scan<'a>(html: &'a str, mut emit: impl FnMut(Piece<'a>)) {
    let mut reader = Reader { html, at: 0 };
    while reader.at < html.len() {
        let text = reader.until(|b| b == b'<');
        if !text.is_empty() {
            emit(Piece::Text(text));
        }
        if reader.at < html.len() {
            reader.markup(&mut emit);
        }
    }
}

/// True for raw text elements: their content is no markup and ends only at their own end tag.
fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "textarea"
            | "title"
            | "xmp"
    )
}

struct Reader<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.html.as_bytes().get(self.at + ahead).copied()
    }

    /// Reads up to the first byte that `stop` accepts. `stop` must accept ASCII only, so that the
    /// slice ends between characters.
    fn until(&mut self, stop: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.html[self.at..];
        let len = rest.bytes().position(stop).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// Skips past the next `end`, or to the end of the source.
    fn skip_past(&mut self, end: &str) {
        self.at = self.html[self.at..]
            .find(end)
            .map_or(self.html.len(), |found| self.at + found + end.len());
    }

    /// Reads the markup that starts with a `<`.
    fn markup(&mut self, emit: &mut impl FnMut(Piece<'a>)) {
        match (self.byte(1), self.byte(2)) {
            (Some(b), _) if b.is_ascii_alphabetic() => {
                self.at += 1;
                let Some((name, attributes)) = self.tag() else {
                    return;
                };
                if name == "plaintext" {
                    self.at = self.html.len();
                } else if is_raw(&name) {
                    let content = self.raw(&name);
                    emit(Piece::Start(name.clone(), attributes));
                    if name == "noscript" {
                        emit(Piece::Noscript(content));
                    }
                    emit(Piece::End(name));
                } else {
                    emit(Piece::Start(name, attributes));
                }
            }
            (Some(b'/'), Some(b)) if b.is_ascii_alphabetic() => {
                self.at += 2;
                if let Some((name, _)) = self.tag() {
                    emit(Piece::End(name));
                }
            }
            (Some(b'!'), Some(b'-')) if self.byte(3) == Some(b'-') => self.comment(),
            (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => self.skip_past(">"),
            _ => {
                self.at += 1;
                emit(Piece::LessThan);
            }
        }
    }

    fn comment(&mut self) {
        self.at += 4;
        // `<!-->` and `<!--->` are complete.
        if self.byte(0) == Some(b'>') {
            self.at += 1;
        } else if self.html[self.at..].starts_with("->") {
            self.at += 2;
        } else {
            loop {
                self.skip_past("--");
                // `--->` ends a comment as well.
                while self.byte(0) == Some(b'-') {
                    self.at += 1;
                }
                match (self.byte(0), self.byte(1)) {
                    (Some(b'>'), _) => return self.at += 1,
                    (Some(b'!'), Some(b'>')) => return self.at += 2,
                    (None, _) => return,
                    _ => {}
                }
            }
        }
    }

    /// Reads a tag from its name to its `>`. `None` if the source ends first.
    fn tag(&mut self) -> Option<(String, Vec<(String, &'a str)>)> {
        let ends_name = |b: u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
        let name = self.until(ends_name).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.until(|b| !b.is_ascii_whitespace() && b != b'/');
            if self.byte(0)? == b'>' {
                self.at += 1;
                return Some((name, attributes));
            }
            let start = self.at;
            // A name may start with `=`.
            self.at += usize::from(self.byte(0) == Some(b'='));
            self.until(|b| ends_name(b) || b == b'=');
            let key = &self.html[start..self.at];
            let value = self.value()?;
            if attributes.len() < MAX_ATTRIBUTES {
                attributes.push((key.to_ascii_lowercase(), value));
            }
        }
    }

    /// Reads a value, or returns an empty one without `=`.
    fn value(&mut self) -> Option<&'a str> {
        let back = self.at;
        self.until(|b| !b.is_ascii_whitespace());
        if self.byte(0)? != b'=' {
            self.at = back;
            return Some("");
        }
        self.at += 1;
        self.until(|b| !b.is_ascii_whitespace());
        match self.byte(0)? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let value = self.until(|b| b == quote);
                self.byte(0)?;
                self.at += 1;
                Some(value)
            }
            _ => Some(self.until(|b| b.is_ascii_whitespace() || b == b'>')),
        }
    }

    /// Reads the content of a raw text element, and its end tag.
    fn raw(&mut self, name: &str) -> &'a str {
        let start = self.at;
        loop {
            self.skip_past("</");
            if self.at >= self.html.len() {
                return &self.html[start..];
            }
            let rest = &self.html.as_bytes()[self.at..];
            let (Some(found), after) = (rest.get(..name.len()), rest.get(name.len())) else {
                self.at = self.html.len();
                return &self.html[start..];
            };
            let ends = after.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
            if ends && found.eq_ignore_ascii_case(name.as_bytes()) {
                let content = &self.html[start..self.at - "</".len()];
                self.tag();
                return content;
            }
        }
    }
}
