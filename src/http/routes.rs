//! The one route table. Each operation is registered with actix and, by the same line, with the
//! OpenAPI document: what isn't described isn't served.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    articles, auth, comment_settings, comments, docs, health, mentions, search, tags, users,
};

/// Everything that is served.
pub fn all(root: &mut ServiceConfig<'_>) {
    root.service(health::live)
        .service(health::ready)
        .service(health::metrics)
        .service(docs::openapi_json)
        .service(docs::openapi_yaml)
        .service(docs::page)
        .service(auth::handlers::jwks)
        .service(scope::scope("/api/v1").configure(version_1));
}

fn version_1(api: &mut ServiceConfig<'_>) {
    api.configure(of_articles)
        .configure(of_tags)
        .configure(of_search)
        .configure(of_comment_settings)
        .configure(of_comments)
        .configure(of_mentions)
        .configure(of_auth)
        .configure(of_users);
}

fn of_articles(api: &mut ServiceConfig<'_>) {
    api.service(articles::handlers::list)
        .service(articles::editing::create)
        .service(articles::handlers::get_one)
        .service(articles::handlers::get_by_slug)
        .service(articles::editing::replace)
        .service(articles::editing::update)
        .service(articles::editing::delete_one)
        .service(articles::preview::preview_token)
        .service(articles::transitions::publish)
        .service(articles::transitions::unpublish)
        .service(articles::transitions::archive)
        .service(articles::transitions::restore)
        .service(articles::nearby::related)
        .service(articles::nearby::adjacent)
        .service(articles::revisions::list)
        .service(articles::revisions::get_one)
        .service(articles::revisions::restore);
}

fn of_tags(api: &mut ServiceConfig<'_>) {
    api.service(tags::handlers::list)
        .service(tags::handlers::create)
        .service(tags::handlers::get_one)
        .service(tags::handlers::get_by_slug)
        .service(tags::handlers::replace)
        .service(tags::handlers::update)
        .service(tags::handlers::delete_one)
        .service(tags::handlers::merge);
}

fn of_search(api: &mut ServiceConfig<'_>) {
    api.service(search::handlers::articles).service(search::handlers::suggest);
}

fn of_comment_settings(api: &mut ServiceConfig<'_>) {
    api.service(comment_settings::site::read)
        .service(comment_settings::site::replace)
        .service(comment_settings::site::update)
        .service(comment_settings::article::read)
        .service(comment_settings::article::replace)
        .service(comment_settings::article::update)
        .service(comment_settings::article::clear);
}

fn of_comments(api: &mut ServiceConfig<'_>) {
    api.service(comments::public::list)
        .service(comments::public::create)
        .service(comments::moderation::list)
        .service(comments::moderation::bulk)
        // Before the paths with a number, which would take these for one.
        .service(comments::privacy::export)
        .service(comments::privacy::erase_person)
        .service(comments::privacy::erase_author)
        .service(comments::moderation::get_one)
        .service(comments::moderation::update)
        .service(comments::moderation::delete_one);
}

fn of_mentions(api: &mut ServiceConfig<'_>) {
    api.service(mentions::handlers::of_article)
        .service(mentions::handlers::pings)
        .service(mentions::handlers::list)
        .service(mentions::handlers::status)
        .service(mentions::handlers::update)
        .service(mentions::handlers::delete_one)
        .service(mentions::webmention::receive)
        .service(mentions::trackback::receive)
        .service(mentions::xmlrpc::call);
}

fn of_auth(api: &mut ServiceConfig<'_>) {
    api.service(auth::handlers::login)
        .service(auth::handlers::refresh)
        .service(auth::handlers::logout)
        .service(auth::handlers::me)
        .service(auth::handlers::update_me)
        .service(auth::handlers::change_password);
}

fn of_users(api: &mut ServiceConfig<'_>) {
    api.service(users::handlers::list)
        .service(users::handlers::create)
        .service(users::handlers::get_one)
        .service(users::handlers::update)
        .service(users::handlers::delete_one);
}
