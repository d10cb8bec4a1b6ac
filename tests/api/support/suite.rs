//! Runs all registered tests on both databases, then checks the coverage of the contract and that
//! PostgreSQL has found no deadlock.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Conclusion, Trial};

use super::app;
use super::database::Backend;
use super::trial::ApiTest;
use super::{panics, postgres};

/// Runs the tests that the command line selects.
pub fn run() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut tests: Vec<_> = inventory::iter::<ApiTest>.into_iter().collect();
    tests.sort_by_key(|test| (test.module, test.name));
    let skipped = lacks_postgres(&arguments, &tests);
    if skipped && postgres::is_required() {
        return ExitCode::FAILURE;
    }
    let mut trials = Vec::new();
    for test in tests {
        for backend in Backend::ALL {
            let ignored = skipped && backend == Backend::Postgres;
            trials.push(test.on(backend).with_ignored_flag(ignored));
        }
    }
    panics::install();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let deadlocks = postgres::deadlocks();
    for deadlock in &deadlocks {
        eprintln!("PostgreSQL: {deadlock}\n");
    }
    postgres::stop();
    if skipped {
        notice("the PostgreSQL half of the tests was SKIPPED: nothing was tested on it");
    }
    let covered = arguments.list || judge_coverage(&conclusion);
    if conclusion.has_failed() || !covered || !deadlocks.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Whether a selected test needs PostgreSQL and none is available. Prints a notice.
fn lacks_postgres(arguments: &Arguments, tests: &[&'static ApiTest]) -> bool {
    let is_selected = |trial: Trial| !arguments.is_filtered_out(&trial);
    if arguments.list || !tests.iter().any(|test| is_selected(test.on(Backend::Postgres))) {
        return false;
    }
    match postgres::url() {
        Ok(_) => false,
        Err(reason) => {
            notice(&format!(
                "no PostgreSQL to test with ({reason}); install its server programs, or set \
                 MAQAL_TEST_POSTGRES to a URL"
            ));
            true
        }
    }
}

fn notice(text: &str) {
    let line = "!".repeat(100);
    eprintln!("\n{line}\n!! {text}\n{line}\n");
}

/// Whether the run exercised all declared successes. True if this run can't tell.
fn judge_coverage(conclusion: &Conclusion) -> bool {
    let unknown = if std::env::var_os("NEXTEST").is_some() {
        "each test is a process of its own"
    } else if conclusion.num_filtered_out > 0 {
        "some tests were filtered out"
    } else if conclusion.has_failed() {
        "some tests failed"
    } else {
        ""
    };
    if !unknown.is_empty() {
        println!("contract: coverage not judged, since {unknown}");
        return true;
    }
    let Some(contract) = app::contract_if_used() else {
        println!("contract: no test ran");
        return true;
    };
    let report = contract.report();
    println!("{report}\n");
    report.missing.is_empty()
}
