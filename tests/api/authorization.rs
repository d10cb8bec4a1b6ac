//! Every operation of the served document, by every role, for an article in every state.
//! `oracle.rs` computes the expected result independently of the server; `calls.rs` and `derived.rs` make the
//! requests; `scenario.rs` makes users and articles. A new operation fails until `calls.rs` knows
//! it.

pub mod calls;
pub mod derived;
pub mod oracle;
pub mod scenario;

use oracle::{Caller, Operation, State, Verdict};
use scenario::{Article, Owner, Scenario};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::names::resolve_to_private;

/// Makes equal refusals equal to the byte.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// Compares a response with the verdict.
fn check(cell: &str, verdict: Verdict, answer: &TestResponse) {
    let as_ruled = match verdict {
        // A conflict, or an absent part of the resource, shows that the operation was allowed.
        Verdict::Allowed => {
            matches!(answer.status, 200..=399 | 409)
                || answer.text().contains("\"former_slug_not_found\"")
        }
        Verdict::SignIn => answer.status == 401,
        Verdict::Forbidden => answer.status == 403,
        Verdict::Hidden => answer.status == 404,
    };
    assert!(as_ruled, "{cell}: {verdict:?}, but it was answered by {}\n{answer:?}", answer.status);
}

/// `HEAD` has the status of `GET`.
async fn head_agrees(
    scenario: &Scenario,
    cell: &str,
    operation: &Operation,
    path: &str,
    caller: Caller,
) {
    if operation.method == "GET" {
        let get = scenario.signed(scenario.app.get(path), caller).send().await;
        let head = scenario.signed(scenario.app.head(path), caller).send().await;
        assert_eq!(head.status, get.status, "{cell}: HEAD");
    }
}

/// Sends one cell of the article table and checks the response.
async fn send_and_check(scenario: &Scenario, operation: &Operation, caller: Caller, state: State) {
    let verdict = oracle::of_article(operation, caller, state);
    let owner = if caller == Caller::ContributorOwner { Owner::Contributor } else { Owner::Author };
    let cell = format!("{operation} by {caller:?} of one that is {state:?}");
    let spends = verdict == Verdict::Allowed && operation.writes();
    let article = match spends {
        true => scenario.article(owner, state).await,
        false => scenario.shared(owner, state).await,
    };
    let path = operation.path_of(article.id, &article.slug, article.comment);
    let send = async |path: &str| {
        let request = calls::about_article(&scenario.app, operation, path);
        scenario.signed(request.header("x-request-id", REQUEST_ID), caller).send().await
    };
    if spends {
        check(&cell, verdict, &send(&path).await);
        return;
    }
    let before = scenario.seen_by_admin(&article).await;
    let answer = send(&path).await;
    check(&cell, verdict, &answer);
    let after = scenario.seen_by_admin(&article).await;
    assert_eq!(before, after, "{cell}: it changed something");
    head_agrees(scenario, &cell, operation, &path, caller).await;
    if verdict != Verdict::Allowed && !oracle::knows(caller, state) {
        let never = Article { id: 999_999_999, slug: "never-existed".into(), comment: 1 };
        let other = send(&operation.path_of(never.id, &never.slug, never.comment)).await;
        let same = (answer.status, answer.text()) == (other.status, other.text());
        assert!(same, "{cell}: it differs from one that never existed\n{answer:?}\n{other:?}");
    }
}

/// The operations on an article, or all others.
async fn operations(app: &TestApp, about_an_article: bool) -> Vec<Operation> {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let all = oracle::operations(&document);
    assert!(all.len() > 40, "the document has only {} operations", all.len());
    all.into_iter().filter(|one| one.is_about_an_article() == about_an_article).collect()
}

api_test!(every_article_operation_obeys_the_authorization_table, resolve_to_private, async |app: TestApp| {
    let operations = operations(&app, true).await;
    let scenario = Scenario::new(app).await;
    let mut cells = 0;
    for operation in &operations {
        for caller in Caller::OF_ARTICLE {
            for state in State::ALL {
                send_and_check(&scenario, operation, caller, state).await;
                cells += 1;
            }
        }
    }
    let (rows, roles, states) = (operations.len(), Caller::OF_ARTICLE.len(), State::ALL.len());
    assert_eq!(cells, rows * roles * states);
    println!("authorization: {rows} operations x {roles} roles x {states} states = {cells} cells");
});

api_test!(every_other_operation_requires_its_documented_role, resolve_to_private, async |app: TestApp| {
    let operations = operations(&app, false).await;
    let scenario = Scenario::new(app).await;
    for operation in &operations {
        for caller in Caller::WITHOUT_OWNERS {
            let verdict = oracle::by_role(operation, caller);
            let cell = format!("{operation} by {caller:?}");
            let call = calls::without_article(&scenario, operation, caller).await;
            let refused = verdict != Verdict::Allowed && operation.writes();
            let before = if refused { Some(scenario.all_seen_by_admin().await) } else { None };
            check(&cell, verdict, &call.send().await);
            if before.is_some() {
                let after = Some(scenario.all_seen_by_admin().await);
                assert_eq!(before, after, "{cell}: it changed something");
            }
        }
    }
    let (rows, roles) = (operations.len(), Caller::WITHOUT_OWNERS.len());
    println!("authorization: {rows} operations x {roles} roles = {} cells", rows * roles);
});
