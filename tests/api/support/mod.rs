//! The harness of the API's tests. A test is
//!
//! ```ignore
//! api_test!(unknown_article_is_404, async |app: TestApp| {
//!     app.get("/api/v1/articles/1").send().await.expect(404).problem("article_not_found");
//! });
//! ```
//!
//! and runs once on each database, with its own server, database and clock. Every exchange is
//! checked against the OpenAPI document that the server serves.
//!
//! - `trial.rs` runs a test; `suite.rs` runs them all and checks the contract's coverage
//! - `app.rs` starts the server and its client; `session.rs` logs users in
//! - `request.rs` and `answer.rs` are requests and responses
//! - `builders.rs` creates articles, tags, users and comments
//! - `database.rs` creates databases; `postgres.rs` finds or starts a PostgreSQL server
//! - `peer.rs` is another site; `names.rs` resolves host names
//! - `contract/` checks exchanges against the document

pub mod answer;
pub mod app;
pub mod builders;
pub mod contract;
pub mod database;
pub mod names;
pub mod packed;
pub mod panics;
pub mod peer;
pub mod postgres;
pub mod request;
pub mod session;
pub mod suite;
pub mod trial;

pub use app::TestApp;

/// Registers a test: a name and an async closure that takes the app. An optional closure between
/// them changes the server's settings.
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
