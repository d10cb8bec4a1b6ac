//! Remembers which answers of which operations the run has seen, and tells which declared ones it
//! hasn't. Filled by `Contract::check`, read once by `main.rs`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::document::{Document, Operation};

/// Each status seen, with the operation it came from by its place in the document.
#[derive(Default)]
pub struct Seen(Mutex<BTreeSet<(String, String)>>);

impl Seen {
    /// One exchange.
    pub fn add(&self, operation: &Operation, status: u16) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((operation.pointer.clone(), status.to_string()));
    }

    /// What was seen of the document.
    pub fn report(&self, document: &Document) -> Report {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut report = Report::default();
        for operation in document.operations() {
            report.operations += 1;
            if !operation.statuses.iter().any(|status| status.starts_with(['2', '3'])) {
                let Operation { method, path, .. } = operation;
                report.missing.push(format!("{method:<7} {path:<60} declares no success"));
            }
            for status in &operation.statuses {
                let was_seen = seen.contains(&(operation.pointer.clone(), status.clone()));
                // An answer that tells of success or sends elsewhere must be seen; of the errors
                // many need a failing machine, so those are only counted.
                if !status.starts_with(['2', '3']) {
                    report.errors_declared += 1;
                    report.errors_seen += usize::from(was_seen);
                } else if was_seen {
                    report.successes += 1;
                } else {
                    let Operation { method, path, .. } = operation;
                    report.missing.push(format!("{method:<7} {path:<60} {status}"));
                }
            }
        }
        report
    }
}

/// What the run exercised.
#[derive(Default)]
pub struct Report {
    operations: usize,
    successes: usize,
    errors_seen: usize,
    errors_declared: usize,
    /// Declared 2xx and 3xx answers that no test got, one line each.
    pub missing: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "contract: {} operations, {} success statuses, {} error statuses exercised of {} \
             declared",
            self.operations, self.successes, self.errors_seen, self.errors_declared
        )?;
        if !self.missing.is_empty() {
            write!(f, "\nnever exercised by any test:\n  {}", self.missing.join("\n  "))?;
        }
        Ok(())
    }
}
