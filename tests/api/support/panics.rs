//! Records the panics of a trial for its report. Panics of other threads are printed as usual.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// The panic messages of the trial on this thread; `None` outside of trials.
    static MESSAGES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Installs the panic hook. Must be called once, before the first trial.
pub fn install() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let backtrace = Backtrace::capture();
        let messages = MESSAGES.with_borrow_mut(|messages| {
            let messages = messages.as_mut()?;
            let mut text = panic.to_string();
            if backtrace.status() == BacktraceStatus::Captured {
                text.push_str(&format!("\n{backtrace}"));
            }
            messages.push(text);
            Some(())
        });
        if messages.is_none() {
            print(panic);
        }
    }));
}

/// Runs a trial.
///
/// # Errors
/// The messages of its panics.
pub fn caught(trial: impl FnOnce()) -> Result<(), String> {
    MESSAGES.set(Some(Vec::new()));
    let outcome = catch_unwind(AssertUnwindSafe(trial));
    let messages = MESSAGES.take().unwrap_or_default();
    outcome.map_err(|_| messages.join("\n"))
}
