//! Who may do what: every operation of the served document, asked for by everybody, of an article
//! in every status. What should come of it is worked out in `oracle.rs`, apart from the server's
//! own rules; `calls.rs` and `derived.rs` know how to ask, `scenario.rs` makes what is asked for.

pub mod calls;
pub mod derived;
pub mod oracle;
pub mod scenario;

use oracle::{Operation, State, Verdict, Who};
use scenario::{Article, Owner, Scenario};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

/// With it, two refusals that must be the same are so to the byte.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// Holds an answer against the verdict.
fn judge(cell: &str, verdict: Verdict, answer: &TestResponse) {
    let as_ruled = match verdict {
        // Being allowed to ask is not being right: a conflict is an answer too.
        Verdict::Allowed => matches!(answer.status, 200..=399 | 409),
        Verdict::SignIn => answer.status == 401,
        Verdict::Forbidden => answer.status == 403,
        Verdict::Hidden => answer.status == 404,
    };
    assert!(as_ruled, "{cell}: {verdict:?}, but it was answered by {}\n{answer:?}", answer.status);
}

/// `HEAD` gives away no more than `GET`.
async fn head_agrees(scenario: &Scenario, cell: &str, operation: &Operation, path: &str, who: Who) {
    if operation.method == "GET" {
        let get = scenario.signed(scenario.app.get(path), who).send().await;
        let head = scenario.signed(scenario.app.head(path), who).send().await;
        assert_eq!(head.status, get.status, "{cell}: HEAD");
    }
}

/// One cell that is about an article; asks and judges.
async fn ask(scenario: &Scenario, operation: &Operation, who: Who, state: State) {
    let verdict = oracle::of_article(operation, who, state);
    let owner = if who == Who::ContributorOwner { Owner::Contributor } else { Owner::Author };
    let cell = format!("{operation} by {who:?} of one that is {state:?}");
    let spends = verdict == Verdict::Allowed && operation.writes();
    let article = match spends {
        true => scenario.article(owner, state).await,
        false => scenario.shared(owner, state).await,
    };
    let path = operation.path_of(article.id, &article.slug);
    let send = async |path: &str| {
        let request = calls::about_article(&scenario.app, operation, path);
        scenario.signed(request.header("x-request-id", REQUEST_ID), who).send().await
    };
    if spends {
        judge(&cell, verdict, &send(&path).await);
        return;
    }
    let before = scenario.seen_by_admin(&article).await;
    let answer = send(&path).await;
    judge(&cell, verdict, &answer);
    let after = scenario.seen_by_admin(&article).await;
    assert_eq!(before, after, "{cell}: it changed something");
    head_agrees(scenario, &cell, operation, &path, who).await;
    if verdict != Verdict::Allowed && !oracle::knows(who, state) {
        let never = Article { id: 999_999_999, slug: "never-existed".into() };
        let other = send(&operation.path_of(never.id, &never.slug)).await;
        let same = (answer.status, answer.text()) == (other.status, other.text());
        assert!(same, "{cell}: it differs from one that never existed\n{answer:?}\n{other:?}");
    }
}

/// The rows of the table that are about an article, or those that are not.
async fn operations(app: &TestApp, about_an_article: bool) -> Vec<Operation> {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let all = oracle::operations(&document);
    assert!(all.len() > 40, "the document has only {} operations", all.len());
    all.into_iter().filter(|one| one.is_about_an_article() == about_an_article).collect()
}

api_test!(every_operation_on_an_article_is_for_those_whom_the_rules_let, async |app: TestApp| {
    let operations = operations(&app, true).await;
    let scenario = Scenario::new(app).await;
    let mut cells = 0;
    for operation in &operations {
        for who in Who::OF_ARTICLE {
            for state in State::ALL {
                ask(&scenario, operation, who, state).await;
                cells += 1;
            }
        }
    }
    let (rows, roles, states) = (operations.len(), Who::OF_ARTICLE.len(), State::ALL.len());
    assert_eq!(cells, rows * roles * states);
    println!("authorization: {rows} operations x {roles} roles x {states} states = {cells} cells");
});

api_test!(every_other_operation_is_for_the_roles_it_names, async |app: TestApp| {
    let operations = operations(&app, false).await;
    let scenario = Scenario::new(app).await;
    for operation in &operations {
        for who in Who::OTHERWISE {
            let verdict = oracle::otherwise(operation, who);
            let cell = format!("{operation} by {who:?}");
            let call = calls::otherwise(&scenario, operation, who).await;
            let refused = verdict != Verdict::Allowed && operation.writes();
            let before = if refused { Some(scenario.all_seen_by_admin().await) } else { None };
            judge(&cell, verdict, &call.send().await);
            if before.is_some() {
                let after = Some(scenario.all_seen_by_admin().await);
                assert_eq!(before, after, "{cell}: it changed something");
            }
        }
    }
    let (rows, roles) = (operations.len(), Who::OTHERWISE.len());
    println!("authorization: {rows} operations x {roles} roles = {} cells", rows * roles);
});
