//! What is told of mentions: to readers, to whoever sent one, and of pings to the newsroom.

use super::places::Place;
use super::receive;
use crate::domain::article::ArticleId;
use crate::domain::listing::{Page, PageRequest};
use crate::domain::mention::{Mention, MentionId, MentionQuery, Ping, Refused, Standing};
use crate::domain::policy::{self, Actor};
use crate::service::articles::Reader;
use crate::service::{App, Error, Result, Thing};
use crate::store::articles::{self, Wanted};
use crate::store::{Conn, mentions as store, pings as log};
use crate::web::urls;

/// A mention's way so far. One of an article that isn't published is as if it weren't there.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn status(app: &App, id: MentionId) -> Result<Mention> {
    app.db
        .read(async |conn| {
            let mention = store::find(conn, id).await?.ok_or(Error::NotFound(Thing::Mention))?;
            let article = articles::find(conn, mention.article_id, Wanted::Summary).await?;
            match article {
                Some(article) if article.is_public() => Ok(mention),
                _ => Err(Error::NotFound(Thing::Mention)),
            }
        })
        .await
}

/// An article's mentions that readers see, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the article isn't there or isn't theirs to read.
pub async fn of_article(
    app: &App,
    reader: Reader,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Mention>> {
    let standing = Some(Standing::Approved);
    let query = MentionQuery { article: Some(id), standing, verified: true, page };
    app.db
        .scan(async move |conn| {
            readable(conn, reader.actor(), id).await?;
            Ok(store::list(conn, &query).await?)
        })
        .await
}

async fn readable(conn: &mut Conn<'_>, actor: Option<&Actor>, id: ArticleId) -> Result<()> {
    let article = articles::find(conn, id, Wanted::Summary).await?;
    let article = article.ok_or(Error::NotFound(Thing::Article))?;
    policy::read(actor, &article).map_err(|denied| Error::denied(Thing::Article, denied))
}

/// What came of telling an article's links, newest first: for those who may see inside it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn pings(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Ping>> {
    let actor = *actor;
    app.db
        .scan(async move |conn| {
            let article = articles::find(conn, id, Wanted::Summary).await?;
            let article = article.ok_or(Error::NotFound(Thing::Article))?;
            policy::read_inside(&actor, &article)
                .map_err(|denied| Error::denied(Thing::Article, denied))?;
            Ok(log::list(conn, id, &page).await?)
        })
        .await
}

/// The pages that are known to link to an address of ours, as pingback's extension asks for them.
///
/// # Errors
/// [`Error::Mention`] when it is no published article's address.
pub async fn sources(app: &App, target: &str) -> Result<Vec<String>> {
    let target = urls::parse(target).map_err(|_| Refused::TargetInvalid)?;
    let place: Place = app.shared.web.places.place(&target);
    app.db
        .read(async |conn| {
            let article = receive::find(conn, &place).await?;
            Ok(store::sources(conn, article.id).await?)
        })
        .await
}
