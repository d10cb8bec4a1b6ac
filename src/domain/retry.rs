//! Retries of requests to other sites: their delays, and the most attempts.

use chrono::Duration;

/// The most attempts to deliver a ping: they span two and a half days.
pub const MAX_PING_ATTEMPTS: i32 = 8;
/// The most attempts to read a source: they span half an hour.
pub const MAX_VERIFY_ATTEMPTS: i32 = 4;

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
}
