//! Random pipelines: each answer must equal the answer to the same request on a connection of its
//! own, byte for byte except for the date, the request id and the cache's outcome.
//!
//! `MAQAL_PIPELINE_REQUESTS` sets the number of requests (5,000), `MAQAL_PIPELINE_SEED` the seed (1).

mod exchange;
mod generate;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::cache::article;
use crate::support::TestApp;
use exchange::{Answer, exchange};
use generate::{Scene, Sent};

/// The most requests in one pipeline.
const LONGEST: usize = 12;

/// The number in an environment variable.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

/// Makes an article, a tag and a stored reply that the pipelines ask for.
async fn scene(app: &TestApp) -> Scene {
    let path = article(app, "خبر").await;
    let etag = app.get(&path).send().await.expect(200).etag().to_owned();
    let editor = app.editor().await;
    let name = json!({ "name": "ميناء" });
    let post = app.post("/api/v1/tags").as_user(&editor).header("idempotency-key", "pipeline");
    post.json(&name).send().await.expect(201);
    Scene { path, etag, token: editor.access_token, body: name.to_string() }
}

/// Sends random pipelines and compares; the differences, and the number of requests.
fn compare(addr: std::net::SocketAddr, scene: &Scene) -> (Vec<String>, usize) {
    let count = usize::try_from(setting("MAQAL_PIPELINE_REQUESTS", 5_000)).expect("a count");
    let mut rng = SmallRng::seed_from_u64(setting("MAQAL_PIPELINE_SEED", 1));
    let (mut differences, mut sent) = (Vec::new(), 0);
    while sent < count {
        let length = rng.random_range(1..=LONGEST);
        let requests: Vec<Sent> = (0..length).map(|n| scene.draw(&mut rng, sent + n)).collect();
        let answers = in_pipelines(addr, &requests, &mut rng);
        for (n, (request, answer)) in requests.iter().zip(answers).enumerate() {
            let alone = exchange(addr, std::slice::from_ref(request), &mut rng).0.pop();
            if answer != alone {
                let before = requests[..n].iter().map(|one| one.bytes.escape_ascii().to_string());
                let before: Vec<_> = before.collect();
                differences.push(format!(
                    "{}\nafter {before:#?}\nin a pipeline: {answer:#?}\nalone: {alone:#?}",
                    request.bytes.escape_ascii()
                ));
            }
        }
        sent += length;
    }
    (differences, sent)
}

/// Sends requests on one connection, and on a new one the rest after each answer that closes it.
fn in_pipelines(
    addr: std::net::SocketAddr,
    requests: &[Sent],
    rng: &mut SmallRng,
) -> Vec<Option<Answer>> {
    let mut answers = Vec::new();
    while answers.len() < requests.len() {
        let (some, rest) = exchange(addr, &requests[answers.len()..], rng);
        let is_early = some.last().is_none_or(|last| !last.closes());
        answers.extend(some.into_iter().map(Some));
        if !rest.is_empty() || is_early && answers.len() < requests.len() {
            // Bytes that belong to no answer, or an end that no answer announced.
            answers.push(None);
        }
    }
    answers.truncate(requests.len());
    answers
}

async fn check(app: TestApp) {
    let scene = scene(&app).await;
    let addr = app.addr;
    let compared = tokio::task::spawn_blocking(move || compare(addr, &scene)).await;
    let (differences, sent) = compared.expect("the comparison");
    let count = differences.len();
    let shown = differences.into_iter().take(3).collect::<Vec<_>>().join("\n\n");
    assert_eq!(count, 0, "{count} of {sent} answers differ:\n{shown}");
}

api_test!(
    pipelined_answers_equal_single_ones,
    |config| config.max_body_bytes = 8_192,
    async |app: TestApp| check(app).await
);

api_test!(
    pipelined_answers_equal_single_ones_without_cache,
    |config| (config.max_body_bytes, config.cache_bytes) = (8_192, 0),
    async |app: TestApp| check(app).await
);
