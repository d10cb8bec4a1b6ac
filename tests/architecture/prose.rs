//! Counts headless words in the docs and comments of `src/` and in the pages in Markdown. Code,
//! tables and the sample articles are left out.

use crate::tree;

/// Words that hide the noun.
const HEADLESS: [&str; 7] = ["what", "who", "whoever", "whatever", "whom", "whichever", "whose"];

/// The most headless words per 1,000 words of a text.
const MOST: f64 = 3.0;

/// The words of a text.
#[derive(Default)]
struct Count {
    words: usize,
    /// Places of headless words, as `file:line`.
    headless: Vec<String>,
}

/// The texts with more headless words than are allowed.
pub fn faults() -> Vec<String> {
    let (mut docs, mut comments) = (Count::default(), Count::default());
    for (path, text) in tree::read("src", "rs") {
        docs.add(&path, &text, doc_line);
        comments.add(&path, &text, comment_line);
    }
    let mut counts = vec![("rustdoc".to_owned(), docs), ("comments".to_owned(), comments)];
    for (path, text) in pages() {
        let mut count = Count::default();
        count.add(&path, &text, page_line);
        counts.push((path, count));
    }
    counts.iter().filter_map(|(name, count)| count.fault(name)).collect()
}

fn pages() -> tree::Files {
    let mut pages = tree::read("docs", "md");
    for folder in ["src", "tests"] {
        pages.append(&mut tree::read(folder, "md"));
    }
    pages.retain(|path, _| !path.starts_with("src/demo/"));
    for path in ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"] {
        pages.insert(path.to_owned(), std::fs::read_to_string(path).expect("a page"));
    }
    pages
}

fn page_line(line: &str) -> Option<&str> {
    Some(line)
}

fn doc_line(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))
}

fn comment_line(line: &str) -> Option<&str> {
    let line = line.trim_start().strip_prefix("//")?;
    (!line.starts_with(['!', '/'])).then_some(line)
}

impl Count {
    /// Adds the words of the lines that `prose` picks from a file. A span of code is one word.
    fn add(&mut self, path: &str, text: &str, prose: fn(&str) -> Option<&str>) {
        let mut in_fence = false;
        let mut in_code = false;
        for (number, line) in text.lines().enumerate() {
            // A span of code ends with its paragraph at the latest.
            let Some(line) = prose(line).filter(|line| !line.trim().is_empty()) else {
                in_code = false;
                continue;
            };
            let is_fence = line.trim_start().starts_with("```");
            in_fence ^= is_fence;
            if in_fence || is_fence || line.trim_start().starts_with('|') {
                continue;
            }
            for (part, text) in line.split('`').enumerate() {
                if part > 0 {
                    in_code = !in_code;
                    self.words += usize::from(in_code);
                }
                if !in_code {
                    self.add_words(text, &format!("{path}:{}", number + 1));
                }
            }
        }
    }

    fn add_words(&mut self, text: &str, place: &str) {
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '\'' || c == '’';
        self.words += text.split(|c| !is_letter(c)).filter(|word| !word.is_empty()).count();
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            if HEADLESS.contains(&word.to_lowercase().as_str()) {
                self.headless.push(place.to_owned());
            }
        }
    }

    fn fault(&self, name: &str) -> Option<String> {
        let rate = 1000.0 * self.headless.len() as f64 / self.words.max(1) as f64;
        (rate > MOST).then(|| {
            let places: Vec<_> = self.headless.iter().take(40).map(String::as_str).collect();
            format!(
                "{name}: {rate:.1} headless words per 1,000 of {}, at most {MOST:.1}: {}",
                self.words,
                places.join(" ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headless_words_are_counted_outside_code_and_tables() {
        let mut count = Count::default();
        let text =
            "What is `what who` kept.\n\n```\nwhat\n```\n| whom |\n`a\nwhat b` who's\nwhatnot";
        count.add("a.md", text, page_line);
        assert_eq!(
            (count.words, count.headless.as_slice()),
            (7, &["a.md:1", "a.md:8"].map(String::from)[..])
        );
    }

    #[test]
    fn docs_and_comments_are_told_from_code() {
        let text = "//! What.\n/// Who.\nlet what = 1; // whom\n    // Whose.\n";
        let (mut docs, mut comments) = (Count::default(), Count::default());
        docs.add("a.rs", text, doc_line);
        comments.add("a.rs", text, comment_line);
        assert_eq!(docs.headless, ["a.rs:1", "a.rs:2"]);
        assert_eq!(comments.headless, ["a.rs:4"]);
    }

    #[test]
    fn more_than_three_in_a_thousand_is_a_fault() {
        let count = |headless| Count { words: 1000, headless: vec!["a.md:1".into(); headless] };
        assert_eq!(count(3).fault("a"), None);
        assert!(count(4).fault("a").is_some());
    }
}
