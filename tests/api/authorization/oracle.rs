//! The expected result of each request, by documented role and ownership. Written from the
//! documentation, independently of `src/domain/policy.rs`.

use std::fmt;

use serde_json::{Value, json};

/// The documented roles, from least to most rights.
const ROLES: [&str; 4] = ["contributor", "author", "editor", "admin"];
const EDITOR: usize = 2;
const ADMIN: usize = 3;

/// Operations other than `GET` that change nothing.
const HARMLESS: [&str; 1] = ["create_preview_token"];

/// Operations that ignore the caller's identity.
const BY_STRANGERS: [&str; 1] = ["send_trackback"];

/// A caller. The owners wrote the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Anonymous,
    Contributor,
    ContributorOwner,
    Author,
    AuthorOwner,
    Editor,
    Admin,
}

impl Caller {
    pub const OF_ARTICLE: [Self; 7] = [
        Self::Anonymous,
        Self::Contributor,
        Self::ContributorOwner,
        Self::Author,
        Self::AuthorOwner,
        Self::Editor,
        Self::Admin,
    ];

    pub const WITHOUT_OWNERS: [Self; 5] =
        [Self::Anonymous, Self::Contributor, Self::Author, Self::Editor, Self::Admin];

    /// The rank of the role; `None` for anonymous callers.
    fn rank(self) -> Option<usize> {
        ROLES.iter().position(|role| Some(*role) == self.role())
    }

    /// The name of the role; `None` for anonymous callers.
    pub fn role(self) -> Option<&'static str> {
        match self {
            Self::Anonymous => None,
            Self::Contributor | Self::ContributorOwner => Some("contributor"),
            Self::Author | Self::AuthorOwner => Some("author"),
            Self::Editor => Some("editor"),
            Self::Admin => Some("admin"),
        }
    }

    fn owns(self) -> bool {
        matches!(self, Self::ContributorOwner | Self::AuthorOwner)
    }
}

/// The state of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Draft,
    Scheduled,
    Published,
    Archived,
    /// In the trash, and a draft before.
    TrashedDraft,
    /// In the trash, and published before.
    TrashedPublication,
}

impl State {
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Scheduled,
        Self::Published,
        Self::Archived,
        Self::TrashedDraft,
        Self::TrashedPublication,
    ];
}

/// The expected result of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// 401
    SignIn,
    /// 403
    Forbidden,
    /// 404: the caller may not learn that the article exists.
    Hidden,
}

/// An operation of the document, with the roles it requires.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    query: &'static str,
    /// The rank of the least role; `None` for public operations.
    needs: Option<usize>,
    /// The rank of a role that the document demands in prose only.
    besides: usize,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.id, self.query)
    }
}

impl Operation {
    pub fn is_about_an_article(&self) -> bool {
        self.path.contains("/articles/{") || self.path.contains("/articles/slug/{")
    }

    /// Whether it ignores the caller's identity.
    pub fn is_by_strangers(&self) -> bool {
        BY_STRANGERS.contains(&self.id.as_str())
    }

    /// Whether an allowed request changes anything.
    pub fn writes(&self) -> bool {
        self.method != "GET" && !HARMLESS.contains(&self.id.as_str())
    }

    /// The path of the collection that the operation's item belongs to.
    pub fn collection(&self) -> Option<String> {
        Some(self.path.split_once("/{id}")?.0.to_owned())
    }

    /// The path with its parameters filled in.
    pub fn path_of(&self, id: i64, slug: &str, comment: i64) -> String {
        let path = self.path.replace("{id}", &id.to_string()).replace("{number}", "1");
        let path = path.replace("{comment_id}", &comment.to_string());
        let path = path.replace("{slug}", slug) + self.query;
        assert!(!path.contains('{'), "{self}: teach the table the parameters of {}", self.path);
        path
    }
}

/// All operations of the document. Permanent deletion counts as an operation of its own.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let (id, method) = (id.to_owned(), method.to_uppercase());
            let needs = needs(&id, &operation["security"]);
            if id == "delete_article" {
                let (id, method, path) = (id.clone(), method.clone(), path.clone());
                let query = "?permanent=true";
                all.push(Operation { id, method, path, query, needs, besides: ADMIN });
            }
            all.push(Operation { id, method, path: path.clone(), query: "", needs, besides: 0 });
        }
    }
    all
}

fn needs(id: &str, security: &Value) -> Option<usize> {
    let schemes = security.as_array().map(Vec::as_slice).unwrap_or_default();
    if schemes.is_empty() || schemes.contains(&json!({})) {
        return None;
    }
    let roles = schemes[0]["bearer"].as_array().unwrap_or_else(|| panic!("{id}: {security}"));
    let least = roles.iter().map(|role| {
        let place = ROLES.iter().position(|known| role == known);
        place.unwrap_or_else(|| panic!("{id}: unknown role {role}"))
    });
    Some(least.min().unwrap_or(0))
}

/// An operation that is about no article: the role decides.
pub fn by_role(operation: &Operation, caller: Caller) -> Verdict {
    match (operation.needs, caller.rank()) {
        (None, _) => Verdict::Allowed,
        (Some(_), None) => Verdict::SignIn,
        (Some(needed), Some(rank)) if rank < needed => Verdict::Forbidden,
        _ => Verdict::Allowed,
    }
}

/// An operation on an article:
///
/// - a published article is visible to all; any other to its owner and the editors only
/// - operations for editors are refused by role, before the article is looked up
/// - private parts of an article are for its owner and the editors with the required role
/// - a contributor changes only drafts
/// - an unpublished article takes no comments from any caller
pub fn of_article(operation: &Operation, caller: Caller, state: State) -> Verdict {
    let caller = if operation.is_by_strangers() { Caller::Anonymous } else { caller };
    let (inside, knows) = (is_inside(caller), knows(caller, state));
    let by_role = by_role(operation, caller);
    match by_role {
        Verdict::SignIn => Verdict::SignIn,
        Verdict::Forbidden if operation.needs >= Some(EDITOR) => Verdict::Forbidden,
        _ if !knows => Verdict::Hidden,
        // An unpublished article takes no comments.
        _ if operation.id == "create_comment" && state != State::Published => Verdict::Forbidden,
        Verdict::Allowed if operation.needs.is_none() => Verdict::Allowed,
        Verdict::Allowed if inside && may_touch(operation, caller, state) => Verdict::Allowed,
        _ => Verdict::Forbidden,
    }
}

/// Whether the caller may learn that the article exists.
pub fn knows(caller: Caller, state: State) -> bool {
    state == State::Published || is_inside(caller)
}

fn is_inside(caller: Caller) -> bool {
    caller.owns() || caller.rank() >= Some(EDITOR)
}

fn may_touch(operation: &Operation, caller: Caller, state: State) -> bool {
    let untouched = match operation.id.as_str() {
        "restore_article" => matches!(state, State::Draft | State::TrashedDraft),
        _ => state == State::Draft,
    };
    let suffices = caller.rank() >= Some(operation.besides);
    suffices && (caller != Caller::ContributorOwner || !operation.writes() || untouched)
}
