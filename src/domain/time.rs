//! Points in time: in UTC, in the years 1 to 9999, with microseconds. Both databases and JSON can hold
//! those.

use chrono::{DateTime, SubsecRound, TimeDelta, Timelike, Utc};

/// A time in UTC, with microseconds.
pub type Time = DateTime<Utc>;

/// The first second of the year 1, in seconds since 1970.
const YEAR_1: i64 = -62_135_596_800;

/// The first second of the year 10000, in seconds since 1970.
const YEAR_10000: i64 = 253_402_300_800;

/// The nanoseconds by which chrono represents a leap second.
const LEAP: u32 = 1_000_000_000;

/// Returns whether a time is in the years 1 to 9999, which both databases and RFC 3339 can hold.
#[must_use]
pub fn is_representable(time: Time) -> bool {
    (YEAR_1..YEAR_10000).contains(&time.timestamp())
}

/// Truncates a time to microseconds, the precision of both databases. So a response made from
/// memory equals one made from a row.
#[must_use]
pub fn to_micros(time: Time) -> Time {
    time.trunc_subsecs(6)
}

/// Returns a client's time with microseconds. A leap second becomes the second after it, since neither
/// database has leap seconds. `None` outside of the years 1 to 9999, and for a second 60 that isn't
/// the last of a day in UTC.
#[must_use]
pub fn normal_time(time: Time) -> Option<Time> {
    let plain = if time.nanosecond() < LEAP {
        time
    } else if (time.hour(), time.minute()) == (23, 59) {
        time.with_nanosecond(time.nanosecond() - LEAP)?.checked_add_signed(TimeDelta::seconds(1))?
    } else {
        return None;
    };
    Some(to_micros(plain)).filter(|time| is_representable(*time))
}

/// Parses a client's time (RFC 3339, section 5.6), as [`normal_time`] accepts it.
#[must_use]
pub fn parse_time(text: &str) -> Option<Time> {
    // chrono also accepts a space between date and time.
    let is_separated = text.as_bytes().get(10).is_some_and(|byte| byte.eq_ignore_ascii_case(&b't'));
    let time = DateTime::parse_from_rfc3339(text).ok().filter(|_| is_separated)?;
    normal_time(time.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_rfc_3339_are_parsed() {
        for (text, expected) in [
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("1951-12-24t09:00:00.5z", "1951-12-24T09:00:00.5Z"),
            ("2026-01-01T00:00:00.123456789123Z", "2026-01-01T00:00:00.123456Z"),
            ("2026-01-01T00:30:00+02:30", "2025-12-31T22:00:00Z"),
            ("2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2017-01-01T02:59:60.25+03:00", "2017-01-01T00:00:00.25Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
            ("0000-12-31T23:30:00-01:00", "0001-01-01T00:30:00Z"),
        ] {
            let expected: Time = expected.parse().unwrap();
            assert_eq!(parse_time(text), Some(expected), "{text}");
            assert_eq!(parse_time(text).unwrap().timestamp_subsec_nanos() % 1_000, 0, "{text}");
        }
    }

    #[test]
    fn other_text_and_other_years_are_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00 Z",
            " 2026-01-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T12:00:60Z",
            "2026-01-01T23:59:61Z",
            "2026-02-29T00:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+0100",
            "0000-06-01T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:60Z",
            "9999-12-31T23:59:59-00:01",
            "+10000-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "٢٠٢٦-01-01T00:00:00Z",
            "1767225600",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
