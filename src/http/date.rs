//! Times as HTTP writes them (RFC 9110, section 5.6.7).

use std::cell::RefCell;
use std::rc::Rc;

use crate::domain::Time;

/// The beginning of the year 10000, in seconds since 1970.
const YEAR_10000: i64 = 253_402_300_800;

/// Formats a time as an HTTP date.
#[must_use]
pub fn http_date(time: Time) -> String {
    // httpdate panics for other times, and archives hold articles from before 1970.
    if (0..YEAR_10000).contains(&time.timestamp()) {
        return httpdate::fmt_http_date(time.into());
    }
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Parses an HTTP date in any of its three formats.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Time> {
    httpdate::parse_http_date(text).ok().map(Time::from)
}

/// Returns the value of `Date`, which each thread formats once a second.
#[must_use]
pub fn date_header(now: Time) -> Rc<str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_three_formats_are_parsed() {
        let expected = "1994-11-06T08:49:37Z".parse().ok();
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse_http_date(text), expected, "{text}");
        }
        for text in ["", "1994-11-06T08:49:37Z", "0", "Sun, 06 Nov 1994 08:49:37", "yesterday"] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn dates_before_1970_and_after_9999_are_formatted() {
        let written = |text: &str| http_date(text.parse().expect("a time"));
        assert_eq!(written("2026-01-15T09:00:00Z"), "Thu, 15 Jan 2026 09:00:00 GMT");
        assert_eq!(written("1951-12-24T09:00:00Z"), "Mon, 24 Dec 1951 09:00:00 GMT");
        assert!(written("+10000-01-01T00:00:00Z").ends_with("00:00:00 GMT"));
    }
}
