//! The site's comment settings.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, get, patch, put, web};

use super::input::SiteSettingsInput;
use super::view::{PublicSiteSettingsView, SiteSettingsView, VisibleSiteSettings};
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::SiteSettings;
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Query};
use crate::http::guard::{Admin, MaybeSignedIn};
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::comment_settings::{self, SiteSettingsRead};

/// Fields that are required although they may be null.
const NULLABLE: [&str; 2] = ["close_comments_after_days", "close_pings_after_days"];

fn represent(settings: SiteSettings) -> Result<Representation, ApiError> {
    let (version, time) = (settings.version, settings.updated_at);
    let view = VisibleSiteSettings::Full(Box::new(settings.into()));
    Ok(Representation::of(&view, Audience::Private)?.version(version).last_modified(time))
}

/// Read the site's comment settings
///
/// Returns the defaults of all articles. Readers get the public part. Editors and admins get all
/// settings, with the word lists and the version.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "get_site_settings",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The settings.", body = VisibleSiteSettings))
)]
#[get("/comment-settings")]
pub async fn read(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    _: Query<NoParams>,
) -> HandlerResult {
    let audience = audience(&reader(actor));
    match comment_settings::site(&state.app, actor.as_ref()).await? {
        SiteSettingsRead::Full(settings) => Ok(represent(settings)?.answer(&req)),
        SiteSettingsRead::Public(settings) => {
            let view = PublicSiteSettingsView::from(settings.rules);
            Ok(Representation::of(&VisibleSiteSettings::Public(view), audience)?
                .cache_policy(CachePolicy::of([CacheTag::Settings]))
                .version(settings.version)
                .last_modified(settings.updated_at)
                .answer(&req))
        }
    }
}

/// Replace the site's comment settings
///
/// Replaces all settings. They take effect at once, on each instance and for each article.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "replace_site_settings",
    request_body = SiteSettingsInput,
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "The settings.", body = SiteSettingsView),
        (status = 412, description = "`precondition_failed`: another client has changed them since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[put("/comment-settings")]
pub async fn replace(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    _: Query<NoParams>,
    body: Body<Json<SiteSettingsInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let input = body.read().await?;
    let change = move |_: &SiteSettings| Ok(input.clone().into());
    let settings = comment_settings::update_site(&state.app, &actor, expected, change).await?;
    Ok(represent(settings)?.answer_with(StatusCode::OK))
}

/// Update the site's comment settings
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. The settings take effect at once.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "update_site_settings",
    request_body = ref("#/components/schemas/SiteSettingsPatch"),
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "The settings.", body = SiteSettingsView),
        (status = 412, description = "`precondition_failed`: another client has changed them since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[patch("/comment-settings")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    _: Query<NoParams>,
    body: Body<MergePatch<SiteSettingsInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let patch = body.read().await?;
    let change = move |now: &SiteSettings| {
        let current = SiteSettingsInput::from(now.rules.clone());
        Ok(patch.apply_keeping_nulls(&current, &NULLABLE)?.into())
    };
    let settings = comment_settings::update_site(&state.app, &actor, expected, change).await?;
    Ok(represent(settings)?.answer_with(StatusCode::OK))
}
