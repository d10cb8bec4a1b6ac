//! The tour by the client of progenitor, which `build.rs` generates from the 3.0 document.

use std::env;
use std::error::Error;

use api::{Client, types};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

#[allow(warnings, reason = "generated")]
mod api {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// Returns the status of a call that must fail, or else the status that it has.
fn status<T, E>(called: Result<api::ResponseValue<T>, api::Error<E>>) -> u16 {
    match called {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => error.status().map_or(0, |status| status.as_u16()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("MAQAL_URL")?;
    let reader = Client::new(&url);

    // 1. Sign in.
    let login = types::LoginInput::builder()
        .email(env::var("MAQAL_EMAIL")?)
        .password(env::var("MAQAL_PASSWORD")?);
    let tokens = reader.login().body(login).send().await?.into_inner();
    let mut headers = HeaderMap::new();
    let bearer = format!("{} {}", tokens.token_type, tokens.access_token);
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&bearer)?);
    let http = reqwest::Client::builder().default_headers(headers).build()?;
    let editor = Client::new_with_client(&url, http);

    // 2. Make an article.
    let draft = types::ArticleInput::builder()
        .title("عودة القوارب من رست")
        .body("عادت **القوارب** إلى الميناء.".parse::<types::ArticleInputBody>()?)
        .tags(vec!["ليبيا".parse::<types::TagName>()?]);
    let made = editor.create_article().body(draft).send().await?.into_inner();
    assert_eq!(made.status, types::ArticleStatus::Draft);
    assert!(made.html.contains("<strong>"));
    let id = u64::try_from(made.id)?;

    // 3. Publish it.
    let published = editor.publish_article().id(id).body(None).send().await?;
    assert_eq!(published.status, types::ArticleStatus::Published);

    // 4. List articles.
    let list = reader
        .list_articles()
        .tag(vec!["ليبيا".to_owned()])
        .comments(types::OpenState::Open)
        .include(types::ArticleInclude::Html)
        .send()
        .await?;
    let listed = list.data.iter().find(|one| one.id == made.id).ok_or("not listed")?;
    assert_eq!(listed.html.as_ref(), Some(&made.html));

    // 5. Read it by its slug.
    let read = reader.get_article_by_slug().slug(&made.slug).send().await?;
    assert_eq!(read.html, made.html);
    assert!(read.cover.is_none());
    let tag = read.headers().get("etag").ok_or("no tag")?.to_str()?.to_owned();

    // 6. Patch it with its entity tag.
    let patch = || {
        let cover =
            types::CoverPatch::builder().url("https://images.example/boat.jpg".parse().ok());
        let cover: types::CoverPatch = cover.try_into()?;
        Ok::<_, Box<dyn Error>>(types::ArticlePatch::builder().cover(cover).subtitle(None))
    };
    let changed = editor.update_article().id(id).if_match(&tag).body(patch()?).send().await?;
    let url = changed.cover.as_ref().map(|cover| cover.url.as_str());
    assert_eq!(url, Some("https://images.example/boat.jpg"));
    assert_eq!(changed.version, read.version.saturating_add(1));
    let stale = editor.update_article().id(id).if_match(&tag).body(patch()?).send().await;
    assert_eq!(status(stale), 412);

    // 7. Read and change the settings.
    let settings = editor.get_site_settings().send().await?;
    assert!(settings.version.is_some());
    let rules = types::SiteSettingsPatch::builder().moderation(types::Moderation::None);
    let open = editor.update_site_settings().if_match("*").body(rules).send().await?;
    assert_eq!(open.moderation, types::Moderation::None);

    // 8. Comment on it.
    let text = types::CommentInput::builder()
        .author_name("ليلى".parse::<types::CommentInputAuthorName>()?)
        .author_email("laila@reader.example".parse::<types::CommentInputAuthorEmail>()?)
        .body("شكرًا من رست.");
    let comment = reader.create_comment().id(id).body(text).send().await?;
    assert_eq!(comment.status, types::PostedCommentStatus::Approved);
    let order = types::CommentOrder::Newest;
    let thread = reader.list_article_comments().id(id).order(order).send().await?;
    assert_eq!(thread.data.first().map(|one| one.id), Some(comment.id));

    // 9. Search for it.
    let found = reader.search_articles().q("القوارب").send().await?;
    let hit = found.data.iter().find(|one| one.id == made.id).ok_or("not found")?;
    assert!(hit.highlight.title.contains("<mark>"));

    // 10. Delete it.
    let deleted = editor.delete_article().id(id).permanent(true).send().await?;
    assert_eq!(deleted.status().as_u16(), 204);
    assert_eq!(status(reader.get_article().id(id).send().await), 404);
    println!("progenitor: 10 steps");
    Ok(())
}
