//! Users with sessions. The API creates each user when a test first asks for it.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::TestApp;

/// The email address of the admin that the first start creates.
pub const ADMIN_EMAIL: &str = "admin@example.org";

/// The password of all test users.
pub const PASSWORD: &str = "a quiet harbour before dawn";

/// The session of a user.
#[derive(Debug, Clone)]
pub struct Session {
    /// The user's id.
    pub user_id: i64,
    /// The user's email address.
    pub email: String,
    /// Valid for ten minutes.
    pub access_token: String,
    /// Valid for one refresh.
    pub refresh_token: String,
    expires_at: DateTime<Utc>,
}

/// The sessions of an app, by email address.
#[derive(Default)]
pub struct Cache(RefCell<HashMap<String, Session>>);

impl TestApp {
    /// The admin that the first start creates.
    pub async fn admin(&self) -> Session {
        match self.known(ADMIN_EMAIL) {
            Some(session) => session,
            None => self.login(ADMIN_EMAIL, PASSWORD).await,
        }
    }

    /// An editor.
    pub async fn editor(&self) -> Session {
        self.user("editor@example.org", "Salma the Editor", "editor").await
    }

    /// An author.
    pub async fn author(&self) -> Session {
        self.user("author@example.org", "Omar the Author", "author").await
    }

    /// An author other than [`TestApp::author`].
    pub async fn another_author(&self) -> Session {
        self.user("another-author@example.org", "Huda the Author", "author").await
    }

    /// A contributor.
    pub async fn contributor(&self) -> Session {
        self.user("contributor@example.org", "Karim the Contributor", "contributor").await
    }

    /// A session of the user with this email address. Creates the user if necessary, and logs in
    /// again once the access token has expired.
    pub async fn user(&self, email: &str, name: &str, role: &str) -> Session {
        if let Some(session) = self.known(email) {
            return session;
        }
        if !self.sessions().0.borrow().contains_key(email) {
            let admin = self.admin().await;
            let user = self.new_user().email(email).with("name", name).role(role);
            user.create(&admin).await;
        }
        self.login(email, PASSWORD).await
    }

    /// Logs in. [`TestApp::user`] returns this session from now on.
    pub async fn login(&self, email: &str, password: &str) -> Session {
        let answer = self
            .post("/api/v1/auth/login")
            .json(&json!({ "email": email, "password": password }))
            .send()
            .await
            .expect(200)
            .json();
        let text = |name: &str| {
            answer[name].as_str().unwrap_or_else(|| panic!("login: no {name}: {answer}")).to_owned()
        };
        let session = Session {
            user_id: user_id(&answer),
            email: email.to_owned(),
            access_token: text("access_token"),
            refresh_token: text("refresh_token"),
            expires_at: self.clock.now() + lifetime(&answer),
        };
        self.sessions().0.borrow_mut().insert(email.to_owned(), session.clone());
        session
    }

    fn known(&self, email: &str) -> Option<Session> {
        let sessions = self.sessions().0.borrow();
        sessions.get(email).filter(|session| session.expires_at > self.clock.now()).cloned()
    }
}

fn lifetime(answer: &Value) -> Duration {
    let seconds = answer["expires_in"].as_i64();
    Duration::seconds(seconds.unwrap_or_else(|| panic!("login: no expires_in: {answer}")))
}

fn user_id(answer: &Value) -> i64 {
    answer["user"]["id"].as_i64().unwrap_or_else(|| panic!("login: no user.id: {answer}"))
}
