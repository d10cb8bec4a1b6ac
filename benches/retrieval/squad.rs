//! The quality of the API's search over a file in the format of SQuAD.

use serde_json::Value;

use crate::ours::Ours;
use crate::{Article, DEPTH};

/// Prints the mean reciprocal rank, the recall, and the number of refused questions.
pub fn print(file: &str, lang: &str) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let data: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (articles, questions) = read(&data);
    let ours = Ours::new(&articles, lang);
    let (mut refused, mut within, mut first, mut reciprocal) = (0, 0_u32, 0_u32, 0.0);
    for (typed, answer) in &questions {
        let Ok(found) = ours.ranked(typed) else {
            refused += 1;
            continue;
        };
        if let Some(at) = found.iter().take(DEPTH).position(|found| found == answer) {
            within += 1;
            first += u32::from(at == 0);
            reciprocal += 1.0 / f64::from(u32::try_from(at + 1).expect("at most ten"));
        }
    }
    let all = f64::from(u32::try_from(questions.len()).expect("fewer than 2^32"));
    println!(
        "{lang}: {} questions, {} paragraphs, MRR@10 {:.4}, first {:.4}, recall@10 {:.4}, refused {refused}",
        questions.len(),
        articles.len(),
        reciprocal / all,
        f64::from(first) / all,
        f64::from(within) / all,
    );
}

/// Reads the paragraphs, and the questions with the index of their paragraph.
fn read(data: &Value) -> (Vec<Article>, Vec<(String, usize)>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (mut articles, mut questions) = (Vec::new(), Vec::new());
    for paragraph in list(&data["data"]).iter().flat_map(|one| list(&one["paragraphs"])) {
        for question in list(&paragraph["qas"]) {
            questions.push((text(&question["question"]), articles.len()));
        }
        let id = articles.len().to_string();
        articles.push(Article { id, title: String::new(), text: text(&paragraph["context"]) });
    }
    (articles, questions)
}
