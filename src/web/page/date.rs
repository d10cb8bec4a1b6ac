//! Parses the times of microformats: ISO 8601 in its extended and basic forms, in one text or in
//! parts (value class pattern). A time without a zone is in UTC, and a date is its midnight, but a
//! date with an unreadable time of day is no time.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Timelike, Utc, Weekday};

/// Parses a time, or the parts of one.
pub(super) fn parse(parts: &[String]) -> Option<DateTime<Utc>> {
    let (mut date, mut time, mut zone) = (None, None, None);
    for part in parts {
        let part = ascii_digits(part.trim());
        if let Some(instant) = instant(&part) {
            return Some(instant);
        }
        let (day, rest) = match split(&part) {
            Some((day, rest)) if day_of(day).is_some() => (day_of(day), rest),
            _ => (day_of(&part), ""),
        };
        let clock = if day.is_some() { rest } else { &part };
        let (clock, offset) = split_zone(clock.trim())?;
        date = date.or(day);
        zone = zone.or(offset);
        // Words beside the parts, such as "in the evening", are no clock.
        let is_clock = day.is_some() || clock.contains(|c: char| c.is_ascii_digit());
        if is_clock && !clock.is_empty() {
            let read = time_of(clock)?;
            time = time.or(Some(read));
        }
    }
    let midnight = date?.and_time(NaiveTime::MIN).and_utc();
    midnight
        .checked_add_signed(time.unwrap_or_default())?
        .checked_sub_signed(zone.unwrap_or_default())
}

/// Replaces Arabic-Indic and Persian digits, and the minus sign.
fn ascii_digits(text: &str) -> String {
    let ascii =
        |c: char, zero: char| char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c);
    let digit = |c: char| match c {
        '٠'..='٩' => ascii(c, '٠'),
        '۰'..='۹' => ascii(c, '۰'),
        '−' => '-',
        other => other,
    };
    text.chars().map(digit).collect()
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let internet = DateTime::parse_from_rfc3339(text);
    internet.or_else(|_| DateTime::parse_from_rfc2822(text)).ok().map(|time| time.to_utc())
}

/// Splits a text between date and time.
fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once(|c: char| c.is_whitespace() || matches!(c, 'T' | 't'))
        .map(|(day, rest)| (day, rest.trim()))
}

/// Parses a calendar, ordinal or week date. A month or a year is its first day.
fn day_of(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i32 = digits(year, 4)?.try_into().ok()?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    if let Some(week) = rest.strip_prefix(['W', 'w']) {
        let (week, day) = week.split_at_checked(2)?;
        let day = match day.strip_prefix('-').unwrap_or(day) {
            "" => Weekday::Mon,
            day => Weekday::try_from(u8::try_from(digits(day, 1)?).ok()?.checked_sub(1)?).ok()?,
        };
        return NaiveDate::from_isoywd_opt(year, digits(week, 2)?, day);
    }
    match (rest.len(), rest.split_once('-')) {
        (0, _) => NaiveDate::from_ymd_opt(year, 1, 1),
        (2, None) => NaiveDate::from_ymd_opt(year, digits(rest, 2)?, 1),
        (3, None) => NaiveDate::from_yo_opt(year, digits(rest, 3)?),
        (4, None) => {
            let (month, day) = rest.split_at_checked(2)?;
            NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?)
        }
        (_, Some((month, day))) => {
            NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    }
}

/// Parses a number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Splits a zone off a time: an offset, which a name in brackets may follow. Returns `None` for a
/// name alone.
fn split_zone(text: &str) -> Option<(&str, Option<Duration>)> {
    let Some((text, _)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) else {
        return Some(split_offset(text));
    };
    let (time, offset) = split_offset(text.trim_end());
    offset.map(|offset| (time, Some(offset)))
}

/// Splits an offset off a time: `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02` or `GMT+02:00`.
fn split_offset(text: &str) -> (&str, Option<Duration>) {
    if let Some(time) = without_utc(text) {
        return (time, Some(Duration::zero()));
    }
    let Some(at) = text.rfind(['+', '-']) else { return (text, None) };
    let (time, zone) = text.split_at(at);
    let number = match zone[1..].split_once(':') {
        Some((hours, minutes)) => format!("{hours:0>2}{minutes}"),
        None => zone[1..].to_owned(),
    };
    let Some((hours, minutes)) = number.split_at_checked(2) else { return (text, None) };
    let minutes = if minutes.is_empty() { Some(0) } else { digits(minutes, 2) };
    match (digits(hours, 2), minutes) {
        (Some(hours), Some(minutes)) if hours <= 24 && minutes < 60 => {
            let offset = Duration::minutes(i64::from(hours * 60 + minutes));
            let time = without_utc(time.trim_end()).unwrap_or(time);
            (time, Some(if zone.starts_with('-') { -offset } else { offset }))
        }
        _ => (text, None),
    }
}

/// Returns the text before a name of UTC.
fn without_utc(text: &str) -> Option<&str> {
    ["Z", "UTC", "GMT", "UT"].iter().find_map(|name| {
        let (before, end) = text.split_at_checked(text.len().checked_sub(name.len())?)?;
        end.eq_ignore_ascii_case(name).then(|| before.trim_end())
    })
}

/// Parses a time of day on a clock of 24 or of 12 hours, as the time since midnight. The hour 24 is
/// the end of the day.
fn time_of(text: &str) -> Option<Duration> {
    let text = text.trim().to_ascii_lowercase().replace("a.m.", "am").replace("p.m.", "pm");
    let (clock, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (text.as_str(), None),
    };
    let (clock, _) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let numbers: Vec<u32> = if clock.contains(':') {
        clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?
    } else if clock.len() <= 2 {
        // `7pm`; a bare number is no time.
        vec![clock.parse().ok().filter(|_| half.is_some())?]
    } else {
        digits(clock, clock.len())?;
        let pair = |at: usize| clock.get(at..at + 2).and_then(|pair| digits(pair, 2));
        [0, 2, 4].into_iter().take(clock.len() / 2).map(pair).collect::<Option<_>>()?
    };
    let (hour, minute, second) = match numbers[..] {
        [hour] => (hour, 0, 0),
        [hour, minute] => (hour, minute, 0),
        // A leap second counts as the one before.
        [hour, minute, second] => (hour, minute, if second == 60 { 59 } else { second }),
        _ => return None,
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    if (hour, minute, second) == (24, 0, 0) {
        return Some(Duration::days(1));
    }
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    Some(Duration::seconds(time.num_seconds_from_midnight().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(parts: &[&str]) -> Option<String> {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        parse(&parts).map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    #[test]
    fn every_form_of_a_time_is_parsed() {
        for (text, expected) in [
            ("2026-01-10T08:00:00Z", "2026-01-10T08:00:00Z"),
            ("2026-01-10T10:00:00.123+02:00", "2026-01-10T08:00:00Z"),
            ("2026-01-10t10:00:00+0200", "2026-01-10T08:00:00Z"),
            ("2026-01-10T10:00+02", "2026-01-10T08:00:00Z"),
            ("2026-01-10 10:00 +02:00", "2026-01-10T08:00:00Z"),
            ("2026-01-10 03:00:00-0500", "2026-01-10T08:00:00Z"),
            ("2026-01-10T03:00:00\u{2212}05:00", "2026-01-10T08:00:00Z"),
            ("2026-01-10T08:00", "2026-01-10T08:00:00Z"),
            ("2026-01-10 08:00:00", "2026-01-10T08:00:00Z"),
            ("20260110T0800Z", "2026-01-10T08:00:00Z"),
            ("20260110T080000Z", "2026-01-10T08:00:00Z"),
            ("2026-01-10", "2026-01-10T00:00:00Z"),
            ("  2026-01-10 ", "2026-01-10T00:00:00Z"),
            ("20260110", "2026-01-10T00:00:00Z"),
            ("2026-010", "2026-01-10T00:00:00Z"),
            ("2026010", "2026-01-10T00:00:00Z"),
            ("2026-010T08:00Z", "2026-01-10T08:00:00Z"),
            ("2026-W02-6", "2026-01-10T00:00:00Z"),
            ("2026W026", "2026-01-10T00:00:00Z"),
            ("2026-W02", "2026-01-05T00:00:00Z"),
            ("2026-W02-6T08:00Z", "2026-01-10T08:00:00Z"),
            ("2026-01", "2026-01-01T00:00:00Z"),
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-01-10 8:00pm", "2026-01-10T20:00:00Z"),
            ("Sat, 10 Jan 2026 10:00:00 +0200", "2026-01-10T08:00:00Z"),
            ("2020-01-02T24:00:00Z", "2020-01-03T00:00:00Z"),
            ("2020-12-31T24:00+02:00", "2020-12-31T22:00:00Z"),
            ("2020-02-28 2400", "2020-02-29T00:00:00Z"),
            ("2026-01-10T08:00:00UTC", "2026-01-10T08:00:00Z"),
            ("2026-01-10 08:00:00 UTC", "2026-01-10T08:00:00Z"),
            ("2026-01-10T08:00 gmt", "2026-01-10T08:00:00Z"),
            ("2026-01-10 08:00:00 GMT", "2026-01-10T08:00:00Z"),
            ("2026-01-10 10:00 GMT+2:00", "2026-01-10T08:00:00Z"),
            ("2026-01-10 10:00 UTC+02", "2026-01-10T08:00:00Z"),
            ("2026-01-10T08:00:00Z[Africa/Tripoli]", "2026-01-10T08:00:00Z"),
            ("2026-01-10T10:00+02:00[Africa/Tripoli]", "2026-01-10T08:00:00Z"),
            ("2026-01-10T10:00:00.5+02:00[Etc/GMT-2]", "2026-01-10T08:00:00Z"),
            ("٢٠٢٦-٠١-١٠", "2026-01-10T00:00:00Z"),
            ("2026-12-31T23:59:60Z", "2026-12-31T23:59:59Z"),
        ] {
            // chrono shows a leap second as second 60.
            let parsed = parsed(&[text]).map(|time| time.replace(":60Z", ":59Z"));
            assert_eq!(parsed.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "08:00",
            "2026-13-01",
            "2026-W60-1",
            "2026-400",
            "10/01/2026",
            "20261",
            "2026-01-10T25:00:00Z",
            "2026-01-10T08:60Z",
            "2026-01-10T08:00:61Z",
            "2026-01-10T24:00:01Z",
            "2026-01-10 13pm",
            "2026-01-10 at noon",
            "2026-01-10T08:00:00 EST",
            "2026-01-10T08:00+99:00",
            // The offset of a named zone is unknown.
            "2026-01-10T08:00[Africa/Tripoli]",
        ] {
            assert_eq!(parsed(&[text]), None, "{text}");
        }
    }

    #[test]
    fn parts_of_a_time_are_combined() {
        for (parts, expected) in [
            (&["2026-01-10", "08:00"][..], "2026-01-10T08:00:00Z"),
            (&["08:00", "2026-01-10"], "2026-01-10T08:00:00Z"),
            (&["2026-01-10", "10:00", "+02:00"], "2026-01-10T08:00:00Z"),
            (&["2026-01-10", "10:00:30+0200"], "2026-01-10T08:00:30Z"),
            (&["2026-01-10", "7:30pm", "Z"], "2026-01-10T19:30:00Z"),
            (&["2026-010", "7 p.m."], "2026-01-10T19:00:00Z"),
            (&["2026-01-10", "12am"], "2026-01-10T00:00:00Z"),
            (&["2026-01-10T08:00:00Z", "ignored"], "2026-01-10T08:00:00Z"),
            (&["2026-01-10", "in the evening"], "2026-01-10T00:00:00Z"),
        ] {
            assert_eq!(parsed(parts).as_deref(), Some(expected), "{parts:?}");
        }
        assert_eq!(parsed(&["08:00", "+02:00"]), None);
        assert_eq!(parsed(&["2026-01-10", "25:00"]), None);
        assert_eq!(parsed(&["2026-01-10", "08:75", "+02:00"]), None);
    }
}
