//! The writing direction of a text by its letters. Links and code don't count.

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use super::lang::Direction;
use super::references::decode;
use super::scan::{Piece, scan};

/// Returns the direction of sanitised HTML: that of its first letter, or right to left if most
/// letters are. `None` without letters.
#[must_use]
pub fn of_html(html: &str) -> Option<Direction> {
    let mut letters = Letters::default();
    let mut ignored = 0_u32;
    scan(html, |piece| match piece {
        Piece::Text(text) if ignored == 0 => letters.add(&decode(text)),
        Piece::Start(name, _) if is_ignored(&name) => ignored += 1,
        Piece::End(name) if is_ignored(&name) => ignored = ignored.saturating_sub(1),
        _ => {}
    });
    let first = letters.first?;
    let is_rtl = first == Direction::Rtl || letters.rtl > letters.ltr;
    Some(if is_rtl { Direction::Rtl } else { Direction::Ltr })
}

fn is_ignored(name: &str) -> bool {
    matches!(name, "a" | "code" | "pre")
}

/// Letters with a direction.
#[derive(Default)]
struct Letters {
    first: Option<Direction>,
    rtl: usize,
    ltr: usize,
}

impl Letters {
    fn add(&mut self, text: &str) {
        for c in text.chars() {
            let direction = match CodePointMapData::<BidiClass>::new().get(c) {
                BidiClass::LeftToRight => Direction::Ltr,
                BidiClass::RightToLeft | BidiClass::ArabicLetter => Direction::Rtl,
                _ => continue,
            };
            self.first.get_or_insert(direction);
            match direction {
                Direction::Ltr => self.ltr += 1,
                Direction::Rtl => self.rtl += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letter_or_majority_decides() {
        use Direction::{Ltr, Rtl};
        for (html, direction) in [
            ("<p>شكرًا for this</p>", Some(Rtl)),
            ("<p>Facebook حذف الصفحة بلا سبب</p>", Some(Rtl)),
            ("<p>Thanks, <b>سالم</b>, for this</p>", Some(Ltr)),
            ("<p>12 &amp; <a href=\"https://a.example\">a.example</a> تعليق</p>", Some(Rtl)),
            ("<p>שלום</p>", Some(Rtl)),
            ("<p>👍 100 &lt;3</p>", None),
        ] {
            assert_eq!(of_html(html), direction, "{html}");
        }
    }
}
