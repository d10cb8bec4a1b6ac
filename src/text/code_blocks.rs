//! Code blocks of an article while it is rewritten: the language of a block around `pre` goes to the
//! `pre`, and that of a `pre` to the `code` directly in it.

use super::attributes::{self, Kept};
use super::code_language;

/// The language of code in an open block, and the number of elements around the block.
#[derive(Default)]
pub(super) struct CodeBlocks(Option<(usize, String)>);

impl CodeBlocks {
    /// Notes the start of an element in `depth` others. `after_pre` is the HTML that ends with the
    /// start tag of a `pre`, if the element follows it directly.
    pub(super) fn note(
        &mut self,
        name: &str,
        written: &[(String, &str)],
        kept: &mut Kept<'_>,
        depth: usize,
        after_pre: Option<&mut String>,
    ) {
        let has_class = attributes::value_of(kept, "class").is_some();
        let inherited = match name {
            "div" | "figure" | "section" => {
                let language = code_language::of_wrapper(written).map(|name| (depth, name));
                self.0 = language.or(self.0.take());
                None
            }
            "pre" => self.0.as_ref().map(|(_, name)| code_language::class(name)),
            "code" => after_pre.and_then(take_class),
            _ => None,
        };
        if let Some(class) = inherited.filter(|_| !has_class) {
            kept.push(("class", class.into()));
        }
    }

    /// Notes that only the outermost `len` elements stay open.
    pub(super) fn close_to(&mut self, len: usize) {
        self.0 = self.0.take().filter(|(around, _)| *around < len);
    }
}

/// Removes the class of the `pre` whose start tag ends the HTML.
fn take_class(html: &mut String) -> Option<String> {
    const CLASS: &str = " class=\"";
    let tag = html.rfind("<pre")?;
    let start = tag + html[tag..].find(CLASS)?;
    let value = start + CLASS.len();
    let end = value + html[value..].find('"')?;
    let class = html[value..end].to_owned();
    html.replace_range(start..=end, "");
    Some(class)
}
