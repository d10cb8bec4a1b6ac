//! What should come of a call, by the roles that the document names and a few rules about whose an
//! article is. Written from the documentation; nothing here comes from `domain/policy.rs`.

use std::fmt;

use serde_json::{Value, json};

/// The roles from least to most, as the document names them.
const ROLES: [&str; 4] = ["contributor", "author", "editor", "admin"];
const EDITOR: usize = 2;
const ADMIN: usize = 3;

/// Reading, or what leaves all as it was.
const HARMLESS: [&str; 1] = ["create_preview_token"];

/// What strangers do, whoever they are here: nobody is inside.
const BY_STRANGERS: [&str; 1] = ["send_trackback"];

/// Who calls. The owners wrote the article in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anonymous,
    Contributor,
    ContributorOwner,
    Author,
    AuthorOwner,
    Editor,
    Admin,
}

impl Who {
    pub const OF_ARTICLE: [Self; 7] = [
        Self::Anonymous,
        Self::Contributor,
        Self::ContributorOwner,
        Self::Author,
        Self::AuthorOwner,
        Self::Editor,
        Self::Admin,
    ];

    pub const OTHERWISE: [Self; 5] =
        [Self::Anonymous, Self::Contributor, Self::Author, Self::Editor, Self::Admin];

    /// The place of their role among all, if they are signed in.
    fn rank(self) -> Option<usize> {
        ROLES.iter().position(|role| Some(*role) == self.role())
    }

    /// The name of their role, if they are signed in.
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

/// Where the article stands.
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

/// What should come of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// 401
    SignIn,
    /// 403
    Forbidden,
    /// 404: they may not know that it is there.
    Hidden,
}

/// An operation of the document, and whom it says it is for.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    query: &'static str,
    /// The least role; `None` when nobody need sign in.
    needs: Option<usize>,
    /// A role that it takes besides, which the document can only tell in words.
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

    /// Whether it takes no notice of who is signed in.
    pub fn is_by_strangers(&self) -> bool {
        BY_STRANGERS.contains(&self.id.as_str())
    }

    /// Whether a call that is let through changes anything.
    pub fn writes(&self) -> bool {
        self.method != "GET" && !HARMLESS.contains(&self.id.as_str())
    }

    /// The path of the collection that the operation's item belongs to.
    pub fn collection(&self) -> Option<String> {
        Some(self.path.split_once("/{id}")?.0.to_owned())
    }

    /// The path with its parameters filled in.
    pub fn path_of(&self, id: i64, slug: &str) -> String {
        let path = self.path.replace("{id}", &id.to_string()).replace("{number}", "1");
        let path = path.replace("{slug}", slug) + self.query;
        assert!(!path.contains('{'), "{self}: teach the table the parameters of {}", self.path);
        path
    }
}

/// All operations of the document; what a query parameter makes another operation, twice.
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
pub fn otherwise(operation: &Operation, who: Who) -> Verdict {
    match (operation.needs, who.rank()) {
        (None, _) => Verdict::Allowed,
        (Some(_), None) => Verdict::SignIn,
        (Some(needed), Some(rank)) if rank < needed => Verdict::Forbidden,
        _ => Verdict::Allowed,
    }
}

/// An operation on an article:
///
/// - what is published everybody knows; anything else only its owner and the editors do
/// - what is for editors only is refused by the role alone, before anything is looked for
/// - what isn't public about it is for the same people, if they have the role it takes
/// - a contributor changes only drafts
/// - what isn't published takes no comments, whoever sends them
pub fn of_article(operation: &Operation, who: Who, state: State) -> Verdict {
    let who = if operation.is_by_strangers() { Who::Anonymous } else { who };
    let (inside, knows) = (is_inside(who), knows(who, state));
    let by_role = otherwise(operation, who);
    match by_role {
        Verdict::SignIn => Verdict::SignIn,
        Verdict::Forbidden if operation.needs >= Some(EDITOR) => Verdict::Forbidden,
        _ if !knows => Verdict::Hidden,
        // Nobody comments on what isn't published.
        _ if operation.id == "create_comment" && state != State::Published => Verdict::Forbidden,
        Verdict::Allowed if operation.needs.is_none() => Verdict::Allowed,
        Verdict::Allowed if inside && may_touch(operation, who, state) => Verdict::Allowed,
        _ => Verdict::Forbidden,
    }
}

/// Whether they may know that the article is there.
pub fn knows(who: Who, state: State) -> bool {
    state == State::Published || is_inside(who)
}

fn is_inside(who: Who) -> bool {
    who.owns() || who.rank() >= Some(EDITOR)
}

fn may_touch(operation: &Operation, who: Who, state: State) -> bool {
    let untouched = match operation.id.as_str() {
        "restore_article" => matches!(state, State::Draft | State::TrashedDraft),
        _ => state == State::Draft,
    };
    let suffices = who.rank() >= Some(operation.besides);
    suffices && (who != Who::ContributorOwner || !operation.writes() || untouched)
}
