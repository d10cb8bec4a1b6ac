//! Users and articles to ask for, made through the API.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use chrono::Duration;
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::oracle::{State, Who};
use crate::support::TestApp;
use crate::support::request::Request;
use crate::support::session::{PASSWORD, Session};

/// Whose an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    Contributor,
    Author,
}

/// An article to ask for.
#[derive(Debug, Clone)]
pub struct Article {
    pub id: i64,
    pub slug: String,
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
        // Neighbours and relations of the articles in question.
        scenario.article(Owner::Author, State::Published).await;
        scenario
    }

    /// The session of whoever calls.
    pub fn session(&self, who: Who) -> Option<&Session> {
        match who {
            Who::Anonymous => None,
            Who::Contributor | Who::ContributorOwner => Some(&self.contributor),
            Who::Author => Some(&self.another_author),
            Who::AuthorOwner => Some(&self.author),
            Who::Editor => Some(&self.editor),
            Who::Admin => Some(&self.admin),
        }
    }

    /// A request as theirs.
    pub fn signed(&self, request: Request, who: Who) -> Request {
        match self.session(who) {
            Some(session) => request.as_user(session),
            None => request,
        }
    }

    /// A number that no other thing of this scenario has.
    pub fn number(&self) -> usize {
        self.made.replace(self.made.get() + 1)
    }

    /// An article that nothing is going to happen to.
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
        Article { id: made.id(), slug: made.slug() }
    }

    /// Somebody of a role who may be thrown away.
    pub async fn throwaway(&self, role: &str) -> Session {
        let email = format!("throwaway-{}@example.org", self.number());
        self.app.user(&email, "Somebody", role).await
    }

    /// A session that may be thrown away.
    pub async fn another_session(&self) -> Session {
        let email = &self.throwaway("contributor").await.email;
        self.app.login(email, PASSWORD).await
    }

    async fn as_admin(&self, path: &str) -> Value {
        self.app.get(path).as_user(&self.admin).send().await.expect(200).json()
    }

    /// All that there is to know of an article.
    pub async fn seen_by_admin(&self, article: &Article) -> [Value; 2] {
        let path = format!("/api/v1/articles/{}", article.id);
        let settings = format!("{path}/comment-settings");
        [self.as_admin(&path).await, self.as_admin(&settings).await]
    }

    /// All that isn't about an article.
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
