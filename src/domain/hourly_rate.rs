//! A rate limit by the hour: a subject may act that often at once, and again at regular intervals.
//! (Generic cell rate algorithm.)

use chrono::Duration;

use super::Time;

/// A number of actions in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourlyRate {
    per_hour: i32,
}

impl HourlyRate {
    /// Makes a rate limit; `None` for zero, which is no limit.
    #[must_use]
    pub fn new(per_hour: u32) -> Option<Self> {
        let per_hour = i32::try_from(per_hour).unwrap_or(i32::MAX);
        (per_hour > 0).then_some(Self { per_hour })
    }

    /// Counts an action of a subject whose earlier ones count until `idle_at`. Returns the time until
    /// which they count with the new one.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn count(self, idle_at: Option<Time>, now: Time) -> Result<Time, u64> {
        let next = idle_at.map_or(now, |at| at.max(now)) + Duration::hours(1) / self.per_hour;
        let excess = (next - now - Duration::hours(1)).num_milliseconds();
        match u64::try_from(excess) {
            Ok(millis) if millis > 0 => Err(millis.div_ceil(1000)),
            _ => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hours_actions_come_at_once_and_then_at_intervals() {
        let rate = HourlyRate::new(120).unwrap();
        let (mut now, mut idle_at) = (Time::UNIX_EPOCH, None);
        for _ in 0..120 {
            idle_at = Some(rate.count(idle_at, now).unwrap());
        }
        assert_eq!(rate.count(idle_at, now), Err(30));
        now += Duration::milliseconds(29_001);
        assert_eq!(rate.count(idle_at, now), Err(1));
        now += Duration::milliseconds(999);
        idle_at = Some(rate.count(idle_at, now).unwrap());
        assert_eq!(rate.count(idle_at, now), Err(30));
        // After an hour of silence, all are there again.
        now += Duration::hours(1);
        assert_eq!(rate.count(idle_at, now), rate.count(None, now));
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(HourlyRate::new(0), None);
        let rate = HourlyRate::new(1).unwrap();
        let idle_at = rate.count(None, Time::UNIX_EPOCH).unwrap();
        assert_eq!(rate.count(Some(idle_at), Time::UNIX_EPOCH), Err(3600));
    }
}
