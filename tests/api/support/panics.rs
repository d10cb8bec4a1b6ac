//! Keeps a trial's panic for its report, instead of printing it among the other trials' lines.
//! Panics of other threads, such as the server's, are printed as ever.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// `Some` while a trial runs on this thread: what its panics said.
    static SAID: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// To be called once, before the first trial.
pub fn install() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let backtrace = Backtrace::capture();
        let said = SAID.with_borrow_mut(|said| {
            let said = said.as_mut()?;
            let mut text = panic.to_string();
            if backtrace.status() == BacktraceStatus::Captured {
                text.push_str(&format!("\n{backtrace}"));
            }
            said.push(text);
            Some(())
        });
        if said.is_none() {
            print(panic);
        }
    }));
}

/// Runs a trial.
///
/// # Errors
/// What it said when it panicked.
pub fn caught(trial: impl FnOnce()) -> Result<(), String> {
    SAID.set(Some(Vec::new()));
    let outcome = catch_unwind(AssertUnwindSafe(trial));
    let said = SAID.take().unwrap_or_default();
    outcome.map_err(|_| said.join("\n"))
}
