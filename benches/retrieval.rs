//! Search quality on Arabic articles and questions (`retrieval/*.tsv`), with one right article for
//! each question:
//!
//! ```text
//! cargo bench --bench retrieval                  the table
//! cargo bench --bench retrieval -- --misses      and each question without the right article first
//! cargo bench --bench retrieval -- --squad FILE LANG   the API's search over a file of your own
//! ```
//!
//! A file of questions has the format of SQuAD: <https://rajpurkar.github.io/SQuAD-explorer/>. Its
//! paragraphs are the articles.
//!
//! Prints the mean reciprocal rank of the right article among the first ten (MRR@10; 1 is perfect)
//! for words, folded words, stems, and the API's search. `retrieval/bag.rs` holds the first three
//! systems, `retrieval/ours.rs` the last. It needs no database and measures no time, so `cargo test
//! --bench retrieval` prints the same. The second pass uses careless spelling
//! (`retrieval/noise.rs`). The run fails if that changes a result of the API's search.

#[path = "retrieval/bag.rs"]
mod bag;
#[path = "retrieval/noise.rs"]
mod noise;
#[path = "retrieval/ours.rs"]
mod ours;
#[path = "retrieval/squad.rs"]
mod squad;

use std::collections::{HashMap, HashSet};
use std::process::ExitCode;

use bag::Bag;
use ours::Ours;

/// The number of results per question.
const DEPTH: usize = 10;

/// An article of the corpus.
struct Article {
    id: String,
    title: String,
    text: String,
}

/// A question, and its right article.
struct Question {
    typed: String,
    /// The same question in careless spelling.
    noisy: String,
    answer: usize,
}

/// A search system.
trait System {
    /// The indexes of the matching articles, best first.
    fn search(&self, typed: &str) -> Vec<usize>;
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--squad") {
        let [file, lang] = &arguments[at + 1..at + 3] else { unreachable!("a range of two") };
        squad::print(file, lang);
        return ExitCode::SUCCESS;
    }
    let articles = articles();
    let questions = questions(&articles);
    let ours = Ours::new(&articles, "ar");
    let systems: [(&str, &dyn System); 4] = [
        ("raw tokens", &Bag::new(&articles, bag::raw)),
        ("folded", &Bag::new(&articles, bag::folded)),
        ("folded + stems", &Bag::new(&articles, bag::stemmed)),
        ("ours", &ours),
    ];
    println!("{} questions, {} articles\n", questions.len(), articles.len());
    println!("| system | clean MRR@10 | first | in ten | noisy MRR@10 | first | in ten |");
    println!("|---|---|---|---|---|---|---|");
    for (name, system) in systems {
        let clean = Outcome::of(questions.iter().map(|q| rank(system, &q.typed, q.answer)));
        let noisy = Outcome::of(questions.iter().map(|q| rank(system, &q.noisy, q.answer)));
        println!("| {name} | {clean} | {noisy} |");
    }
    let held = |whole| questions.iter().filter(|q| ours.is_strict(&q.typed, whole)).count();
    println!(
        "\nAn article holds every word in {} of the questions, every word that says something in {}.",
        held(true),
        held(false)
    );
    if arguments.iter().any(|argument| argument == "--misses") {
        print_misses(&ours, &articles, &questions);
    }
    let changed: Vec<&Question> =
        questions.iter().filter(|q| ours.search(&q.typed) != ours.search(&q.noisy)).collect();
    for question in &changed {
        eprintln!("spelling changes the answers: {} / {}", question.typed, question.noisy);
    }
    if changed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The result of a system.
struct Outcome {
    mean: f64,
    first: usize,
    within: usize,
}

impl Outcome {
    #[expect(clippy::cast_precision_loss, reason = "hundreds of questions")]
    fn of(ranks: impl Iterator<Item = Option<usize>>) -> Self {
        let ranks: Vec<Option<usize>> = ranks.collect();
        let sum: f64 = ranks.iter().flatten().map(|rank| 1.0 / *rank as f64).sum();
        Self {
            mean: sum / ranks.len() as f64,
            first: ranks.iter().filter(|rank| **rank == Some(1)).count(),
            within: ranks.iter().flatten().count(),
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:.3} | {} | {}", self.mean, self.first, self.within)
    }
}

/// The rank of the right article, from 1; `None` below [`DEPTH`].
fn rank(system: &dyn System, typed: &str, answer: usize) -> Option<usize> {
    system.search(typed).iter().take(DEPTH).position(|found| *found == answer).map(|at| at + 1)
}

fn print_misses(ours: &Ours, articles: &[Article], questions: &[Question]) {
    println!("\n| rank | question | right | first | every word held |");
    println!("|---|---|---|---|---|");
    for Question { typed, answer, .. } in questions {
        let rank = rank(ours, typed, *answer);
        if rank == Some(1) {
            continue;
        }
        let rank = rank.map_or("–".to_owned(), |rank| rank.to_string());
        let first = ours.search(typed).first().map_or("–", |first| &*articles[*first].id);
        let strict = if ours.is_strict(typed, false) { "yes" } else { "no" };
        println!("| {rank} | {typed} | {} | {first} | {strict} |", articles[*answer].id);
    }
}

fn articles() -> Vec<Article> {
    let rows = rows(include_str!("retrieval/articles.tsv"));
    let articles: Vec<Article> = rows
        .map(|row| row.map(str::to_owned))
        .map(|[id, title, text]| Article { id, title, text })
        .collect();
    let ids: HashSet<&str> = articles.iter().map(|article| &*article.id).collect();
    assert_eq!(ids.len(), articles.len(), "an id stands twice in articles.tsv");
    articles
}

fn questions(articles: &[Article]) -> Vec<Question> {
    let places: HashMap<&str, usize> =
        articles.iter().enumerate().map(|(place, article)| (&*article.id, place)).collect();
    rows(include_str!("retrieval/queries.tsv"))
        .map(|[typed, id]| Question {
            typed: typed.to_owned(),
            noisy: noise::noisy(typed),
            answer: *places.get(id).unwrap_or_else(|| panic!("queries.tsv: no article {id}")),
        })
        .collect()
}

/// The rows of a table without its header, with `N` cells each.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        cells.try_into().unwrap_or_else(|_| panic!("{N} cells wanted: {line}"))
    })
}
