//! One test on one database: creates the database, starts the server, runs the test and cleans up
//! after any outcome.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use libtest_mimic::{Failed, Trial};
use maqal::config::Config;

use super::TestApp;
use super::database::{Backend, Database};
use super::panics;

/// A test, as `api_test!` registers it.
pub struct ApiTest {
    /// The test's module path.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Changes the settings before the server starts.
    pub configure: fn(&mut Config),
    /// The test.
    pub run: fn(TestApp) -> LocalBoxFuture<'static, ()>,
}

inventory::collect!(ApiTest);

impl ApiTest {
    /// The test as a trial on one database.
    pub fn on(&'static self, backend: Backend) -> Trial {
        let module = self.module.split_once("::").map_or("", |(_, module)| module);
        let name = format!("{module}::{} [{backend}]", self.name);
        Trial::test(name, move || self.try_on(backend))
    }

    fn try_on(&self, backend: Backend) -> Result<(), Failed> {
        panics::caught(|| {
            let database = Database::migrated(backend);
            let outcome = actix_web::rt::System::new().block_on(async {
                let app = TestApp::start(&database, self.configure).await;
                let outcome = AssertUnwindSafe((self.run)(app.clone())).catch_unwind().await;
                app.stop().await;
                outcome
            });
            // The hook has recorded the panic already.
            outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        })
        .map_err(Failed::from)
    }
}
