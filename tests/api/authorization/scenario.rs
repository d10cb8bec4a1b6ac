//! Users and articles for the authorization tests, created through the API.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use chrono::Duration;
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::oracle::{Caller, State};
use crate::support::TestApp;
use crate::support::request::Request;
use crate::support::session::{PASSWORD, Session};

/// The author of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    Contributor,
    Author,
}

/// An article of the scenario.
#[derive(Debug, Clone)]
pub struct Article {
    pub id: i64,
    pub slug: String,
    /// An approved comment.
    pub comment: i64,
}

pub struct Scenario {
    pub app: TestApp,
    pub admin: Session,
    pub editor: Session,
    author: Session,
    another_author: Session,
    contributor: Session,
    shared: RefCell<HashMap<(Owner, State), Article>>,
    made: Cell<usize>,
}

impl Scenario {
    pub async fn new(app: TestApp) -> Self {
        let scenario = Self {
            admin: app.admin().await,
            editor: app.editor().await,
            author: app.author().await,
            another_author: app.another_author().await,
            contributor: app.contributor().await,
            shared: RefCell::default(),
            made: Cell::new(0),
            app,
        };
        // One article has related and adjacent articles.
        scenario.article(Owner::Author, State::Published).await;
        scenario
    }

    /// The caller's session; `None` for anonymous callers.
    pub fn session(&self, caller: Caller) -> Option<&Session> {
        match caller {
            Caller::Anonymous => None,
            Caller::Contributor | Caller::ContributorOwner => Some(&self.contributor),
            Caller::Author => Some(&self.another_author),
            Caller::AuthorOwner => Some(&self.author),
            Caller::Editor => Some(&self.editor),
            Caller::Admin => Some(&self.admin),
        }
    }

    /// The request, signed by the caller.
    pub fn signed(&self, request: Request, caller: Caller) -> Request {
        match self.session(caller) {
            Some(session) => request.as_user(session),
            None => request,
        }
    }

    /// A number that is unique in this scenario.
    pub fn number(&self) -> usize {
        self.made.replace(self.made.get() + 1)
    }

    /// An article that no test changes.
    pub async fn shared(&self, owner: Owner, state: State) -> Article {
        let known = self.shared.borrow().get(&(owner, state)).cloned();
        if let Some(article) = known {
            return article;
        }
        let article = self.article(owner, state).await;
        self.shared.borrow_mut().insert((owner, state), article.clone());
        article
    }

    /// A new article.
    pub async fn article(&self, owner: Owner, state: State) -> Article {
        let owner = match owner {
            Owner::Contributor => &self.contributor,
            Owner::Author => &self.author,
        };
        let (app, admin) = (&self.app, &self.admin);
        let title = format!("عودة الصيادين {}", self.number());
        let made = app.article().title(title).body("نص").create(owner).await;
        let path = made.location();
        let comment = json!({ "author_name": "س", "body": "تعليق", "created_at": "2019-05-04T09:30:00Z" });
        let comment = app.post(&format!("{path}/comments")).as_user(admin).json(&comment);
        let comment = comment.send().await.expect(201).id();
        let publish = async |body: Value| {
            let request = app.post(&format!("{path}/publish")).as_user(admin).json(&body);
            request.send().await.expect(200);
        };
        match state {
            State::Draft | State::TrashedDraft => {}
            State::Scheduled => {
                let at = app.clock.now() + Duration::days(1);
                publish(json!({ "at": at })).await;
            }
            State::Published | State::Archived | State::TrashedPublication => {
                publish(json!({})).await;
            }
        }
        if state == State::Archived {
            let request = app.post(&format!("{path}/archive"));
            request.as_user(admin).send().await.expect(200);
        }
        if matches!(state, State::TrashedDraft | State::TrashedPublication) {
            app.delete(&path).as_user(admin).send().await.expect(204);
        }
        Article { id: made.id(), slug: made.slug(), comment }
    }

    /// A disposable user of a role.
    pub async fn throwaway(&self, role: &str) -> Session {
        let email = format!("throwaway-{}@example.org", self.number());
        self.app.user(&email, "Somebody", role).await
    }

    /// A disposable session.
    pub async fn another_session(&self) -> Session {
        let email = &self.throwaway("contributor").await.email;
        self.app.login(email, PASSWORD).await
    }

    async fn as_admin(&self, path: &str) -> Value {
        self.app.get(path).as_user(&self.admin).send().await.expect(200).json()
    }

    /// The article and its settings, as the admin sees them.
    pub async fn seen_by_admin(&self, article: &Article) -> [Value; 2] {
        let path = format!("/api/v1/articles/{}", article.id);
        let settings = format!("{path}/comment-settings");
        [self.as_admin(&path).await, self.as_admin(&settings).await]
    }

    /// The lists and settings outside of articles, as the admin sees them.
    pub async fn all_seen_by_admin(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "/api/v1/users?limit=100&total=true",
            "/api/v1/tags?limit=100&total=true",
            "/api/v1/articles?limit=1&total=true&status=draft",
            "/api/v1/comment-settings",
            "/api/v1/comments?limit=100&total=true",
            "/api/v1/mentions?limit=100&total=true&status=approved",
        ] {
            all.push(self.as_admin(path).await);
        }
        all
    }
}
