//! What the API's tests are written with. A test is
//!
//! ```ignore
//! api_test!(an_unknown_article_is_not_found, async |app: TestApp| {
//!     app.get("/api/v1/articles/1").send().await.expect(404).problem("article_not_found");
//! });
//! ```
//!
//! and runs once on each database, against a server of its own with a database and a clock of its
//! own. Every exchange is held against the OpenAPI document that the server serves.
//!
//! - `trial.rs` runs a test; `suite.rs` runs them all and judges the coverage of the contract
//! - `app.rs` starts the server and gives the test a client; `request.rs` and `answer.rs` are the
//!   two halves of an exchange; `session.rs` signs users in
//! - `database.rs` makes databases; `postgres.rs` finds or starts a PostgreSQL server
//! - `peer.rs` is another site
//! - `contract/` knows what the document allows

pub mod answer;
pub mod app;
pub mod builders;
pub mod contract;
pub mod database;
pub mod packed;
pub mod panics;
pub mod peer;
pub mod postgres;
pub mod request;
pub mod session;
pub mod suite;
pub mod trial;

pub use app::TestApp;

/// Registers a test: a name, and an async closure that is given the app. A closure between the two
/// changes the server's settings first.
///
/// ```ignore
/// api_test!(its_name, async |app: TestApp| { ... });
/// api_test!(its_name, |config| config.max_body_bytes = 1024, async |app: TestApp| { ... });
/// ```
macro_rules! api_test {
    ($name:ident, $test:expr $(,)?) => {
        api_test!($name, |_config| {}, $test);
    };
    ($name:ident, $configure:expr, $test:expr $(,)?) => {
        inventory::submit! {
            $crate::support::trial::ApiTest {
                module: module_path!(),
                name: stringify!($name),
                configure: $configure,
                run: |app| {
                    Box::pin(async move {
                        let test = $test;
                        test(app).await;
                    })
                },
            }
        }
    };
}
