//! Records the received statuses of each operation, and reports declared ones that are missing.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::document::{Document, Operation};

/// The pointer of each operation with the statuses it returned.
#[derive(Default)]
pub struct Seen(Mutex<BTreeSet<(String, String)>>);

impl Seen {
    /// Records an exchange.
    pub fn add(&self, operation: &Operation, status: u16) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((operation.pointer.clone(), status.to_string()));
    }

    /// Compares the recorded statuses with the document.
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
                // Successes and redirects must be seen. Many errors need a failing machine, so
                // errors are only counted.
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

/// The coverage of a run.
#[derive(Default)]
pub struct Report {
    operations: usize,
    successes: usize,
    errors_seen: usize,
    errors_declared: usize,
    /// Declared 2xx and 3xx responses that no test received, one line each.
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
