//! When a schedule fires next.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use crate::interface::Schedule;

/// The next instant; None when there is none, or when it cannot be represented (NF-01 to NF-07).
pub fn after(schedule: &Schedule, now: SystemTime) -> Option<SystemTime> {
    match schedule {
        Schedule::Periodic(every) => now.checked_add(*every),
        Schedule::Once(at) => Some(*at).filter(|at| *at >= now),
        Schedule::Manual => Some(now),
        Schedule::Cron(expression) => cron_after(expression, now),
    }
}

/// The first match strictly after now, in UTC; None for an expression that is refused or never matches.
fn cron_after(expression: &str, now: SystemTime) -> Option<SystemTime> {
    const LAST_YEAR_ENDS: u64 = 4_133_980_800; // 2101-01-01, and far inside what chrono can add to
    let secs = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
    if secs >= LAST_YEAR_ENDS {
        return None;
    }
    let now = DateTime::from_timestamp(secs as i64, 0)?;
    let next = cron::Schedule::from_str(expression)
        .ok()?
        .after(&now)
        .next()?;
    Some(UNIX_EPOCH + Duration::from_secs(next.timestamp() as u64))
}
