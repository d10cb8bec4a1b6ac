//! Retries of requests to other sites: their delays, and the most attempts.

use chrono::Duration;

/// The most attempts to deliver a ping: they span two and a half days.
pub const MAX_PING_ATTEMPTS: i32 = 8;
/// The most attempts to read a source: they span half an hour.
pub const MAX_VERIFY_ATTEMPTS: i32 = 4;
/// The most attempts to find a host's address: they span six minutes. Most such hosts never existed.
pub const MAX_RESOLVE_ATTEMPTS: i32 = 3;

/// Whether a request that failed this many times, last for this reason, is tried again.
#[must_use]
pub fn is_retried(reason: &str, attempts: i32, most: i32) -> bool {
    let most = if reason == "host_not_found" { most.min(MAX_RESOLVE_ATTEMPTS) } else { most };
    attempts < most
}

/// Returns the delay after this many failed attempts: one minute, then five times as long each
/// time, up to a day.
#[must_use]
pub fn retry_delay(attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(6);
    Duration::minutes(5_i64.pow(exponent)).min(Duration::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delay_grows_to_a_day() {
        let minutes: Vec<i64> = (1..=8).map(|tries| retry_delay(tries).num_minutes()).collect();
        assert_eq!(minutes, [1, 5, 25, 125, 625, 1440, 1440, 1440]);
    }

    #[test]
    fn missing_host_is_tried_three_times() {
        let tries =
            |reason, most| (1..=most).take_while(|n| is_retried(reason, *n, most)).count() + 1;
        assert_eq!([tries("host_not_found", 8), tries("timed_out", 8)], [3, 8]);
        assert_eq!([tries("host_not_found", 2), tries("timed_out", 4)], [2, 4]);
    }
}
