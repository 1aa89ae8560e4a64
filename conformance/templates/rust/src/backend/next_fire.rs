//! When a schedule fires next.

use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use crate::interface::Schedule;

/// The next instant; None when there is none (NF-01 to NF-06). Fails when it cannot be represented (NF-07).
pub fn after(schedule: &Schedule, now: SystemTime) -> Result<Option<SystemTime>, &'static str> {
    match schedule {
        Schedule::Periodic(every) => {
            let next = now.checked_add(*every);
            next.map(Some)
                .ok_or("now plus the period is later than an instant can be")
        }
        Schedule::Once(at) => Ok(Some(*at).filter(|at| *at >= now)),
        Schedule::Manual => Ok(Some(now)),
        Schedule::Cron(expression) => Ok(cron_after(expression, now)),
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
