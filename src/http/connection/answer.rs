//! An answer from the cache, as it goes over the wire (RFC 9112, section 4): what is ready of its
//! head, and the few lines that are each request's own.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use actix_web::http::Method;
use actix_web::http::header::DATE;
use bytes::Bytes;

use super::head::Head;
use crate::domain::Time;
use crate::http::cache::Lookup;
use crate::http::cache::encoded_body::write_line;
use crate::http::cache_layer::CacheContext;
use crate::http::conditional::http_date;
use crate::http::middleware::log;
use crate::http::request_id::{RequestId, X_REQUEST_ID};

/// Writes the head of the answer and gives its body, if the cache has it.
pub(super) fn write(
    cache_context: &CacheContext,
    head: &Head<'_>,
    began: Instant,
    out: &mut Vec<u8>,
) -> Option<Bytes> {
    let Lookup::Hit(entry) = cache_context.cache.look(&head.request, || (cache_context.now)())
    else {
        return None;
    };
    let fit = cache_context.cache.response_for(&entry, &head.request);
    out.clear();
    let body = fit.write_head(out);
    let id = RequestId::of(head.request_id);
    write_end(out, cache_context, head, id.as_str());
    let method = if head.wants_no_body { Method::HEAD } else { Method::GET };
    let status = fit.status().as_u16();
    log(&method, head.request.path, status, id.as_str(), began);
    entry.series.hit(status, began.elapsed());
    Some(body.filter(|_| !head.wants_no_body).cloned().unwrap_or_default())
}

fn write_end(out: &mut Vec<u8>, cache_context: &CacheContext, head: &Head<'_>, id: &str) {
    for (name, value) in
        head.origin.into_iter().flat_map(|origin| cache_context.cross_origin.tell(origin))
    {
        write_line(out, &name, value.as_bytes());
    }
    write_line(out, &X_REQUEST_ID, id.as_bytes());
    write_line(out, &DATE, date((cache_context.now)()).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// The value of `Date`, written once a second.
fn date(now: Time) -> Rc<str> {
    thread_local! {
        static LAST: RefCell<(i64, Rc<str>)> = RefCell::new((i64::MIN, Rc::from("")));
    }
    LAST.with_borrow_mut(|(second, date)| {
        if *second != now.timestamp() {
            (*second, *date) = (now.timestamp(), http_date(now).into());
        }
        date.clone()
    })
}
