//! Pages of lists: their parameters, their cursors, and their part in a response.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeZone, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::ApiError;
use crate::domain::listing::{Page, PageRequest, Position, SortKey, Start};
use crate::domain::{Time, is_representable};

/// The default number of rows in a page.
pub const DEFAULT_LIMIT: u8 = 20;
/// The longest cursor, in bytes. Collation keys of titles are capped.
const MAX_CURSOR: usize = 2048;

/// The place of a page in its list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageInfo {
    /// The highest number of rows in a page.
    #[schema(minimum = 1, maximum = 100, example = 20)]
    pub limit: u8,
    /// Cursor of the next page; null on the last.
    #[schema(required, example = "bi0tcHVibGlzaGVkX2F0")]
    pub next: Option<String>,
    /// Cursor of the previous page; null on the first.
    #[schema(required, example = "cH4tcHVibGlzaGVkX2F0")]
    pub prev: Option<String>,
    /// The number of rows in the whole list; only with `total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, example = 412)]
    pub total: Option<i64>,
}

/// Returns the cursor of the page after a position.
#[must_use]
pub fn cursor_after(order: &str, position: &Position) -> String {
    write(order, 'n', position)
}

/// Reads a page's parameters.
///
/// # Errors
/// `malformed_cursor`.
pub fn request(
    order: &str,
    limit: Option<u8>,
    cursor: Option<&str>,
    total: Option<bool>,
) -> Result<PageRequest, ApiError> {
    let start = match cursor {
        None => Start::Beginning,
        Some(text) => read(order, text).ok_or_else(|| ApiError::new("malformed_cursor"))?,
    };
    let (limit, total) = (limit.unwrap_or(DEFAULT_LIMIT), total.unwrap_or(false));
    Ok(PageRequest { start, limit, total })
}

/// Returns a page's place, and the same as the value of `Link` (RFC 8288).
pub fn place<T>(
    req: &HttpRequest,
    public_url: &url::Url,
    order: &str,
    request: &PageRequest,
    page: &Page<T>,
) -> (PageInfo, Option<HeaderValue>) {
    let next = page.next.as_ref().map(|position| write(order, 'n', position));
    let prev = page.prev.as_ref().map(|position| write(order, 'p', position));
    let links: Vec<String> = [("next", &next), ("prev", &prev)]
        .into_iter()
        .filter_map(|(rel, cursor)| Some(link(req, public_url, cursor.as_deref()?, rel)))
        .collect();
    let header = (!links.is_empty()).then(|| HeaderValue::from_str(&links.join(", ")).ok());
    let info = PageInfo { limit: request.limit, next, prev, total: page.total };
    (info, header.flatten())
}

/// Redirects permanently to another path of the API (301).
#[must_use]
pub fn moved(path: String) -> actix_web::HttpResponse {
    actix_web::HttpResponse::MovedPermanently()
        .insert_header((actix_web::http::header::LOCATION, path))
        .insert_header((actix_web::http::header::CACHE_CONTROL, "public, no-cache"))
        .finish()
}

fn link(req: &HttpRequest, public_url: &url::Url, cursor: &str, rel: &str) -> String {
    let mut url = public_url.clone();
    url.set_path(&format!("{}{}", public_url.path().trim_end_matches('/'), req.path()));
    url.set_query(None);
    {
        let mut pairs = url.query_pairs_mut();
        for (name, value) in url::form_urlencoded::parse(req.query_string().as_bytes()) {
            if name != "cursor" {
                pairs.append_pair(&name, &value);
            }
        }
        pairs.append_pair("cursor", cursor);
    }
    format!("<{url}>; rel=\"{rel}\"")
}

/// Writes a cursor. It holds its direction and its list's order, so another list refuses it.
fn write(order: &str, direction: char, position: &Position) -> String {
    let key = match &position.key {
        SortKey::Time(time) => format!("t{}", time.timestamp_micros()),
        SortKey::Number(number) => format!("n{number}"),
        SortKey::Bytes(bytes) => format!("b{}", URL_SAFE_NO_PAD.encode(bytes)),
    };
    URL_SAFE_NO_PAD.encode(format!("{direction}~{order}~{}~{key}", position.id))
}

fn read(order: &str, cursor: &str) -> Option<Start> {
    if cursor.len() > MAX_CURSOR {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let mut parts = text.splitn(4, '~');
    let (direction, of, id, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if of != order {
        return None;
    }
    let value = key.get(1..)?;
    let key = match key.chars().next()? {
        't' => SortKey::Time(time(value)?),
        'n' => SortKey::Number(value.parse().ok()?),
        'b' => SortKey::Bytes(URL_SAFE_NO_PAD.decode(value).ok()?),
        _ => return None,
    };
    let position = Position { key, id: id.parse().ok()? };
    if !fits(of, &position.key) {
        return None;
    }
    match direction {
        "n" => Some(Start::After(position)),
        "p" => Some(Start::Before(position)),
        _ => None,
    }
}

/// Reads a time that both databases can store.
fn time(micros: &str) -> Option<Time> {
    let time = Utc.timestamp_micros(micros.parse().ok()?).single()?;
    is_representable(time).then_some(time)
}

/// Returns whether a key has the type of an order's column, since clients can forge cursors.
fn fits(order: &str, key: &SortKey) -> bool {
    match order.trim_start_matches('-') {
        by if by.ends_with("_at") => matches!(key, SortKey::Time(_)),
        "title" | "name" | "relevance" | "conversation" => matches!(key, SortKey::Bytes(_)),
        _ => matches!(key, SortKey::Number(_)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_of_another_order_or_forged_is_refused() {
        let position = Position { key: SortKey::Bytes(vec![0, 126, 255]), id: 7 };
        let cursor = write("-title", 'n', &position);
        assert_eq!(read("-title", &cursor), Some(Start::After(position)));
        assert_eq!(read("title", &cursor), None);
        for forged in
            ["n~-published_at~1~n5", "n~-published_at~1~t-8000000000000000000", "n~id~1~t0"]
        {
            let order = forged.split('~').nth(1).expect("an order");
            assert_eq!(read(order, &URL_SAFE_NO_PAD.encode(forged)), None, "{forged}");
        }
        for broken in ["", "x", "####", &cursor[1..], &"A".repeat(5000)] {
            assert_eq!(read("-title", broken), None, "{broken:.20}");
        }
    }
}
