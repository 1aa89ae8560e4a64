//! The interface that backends implement, and its values, which are spelled on the wire as in the document.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// A job's qualified name. Both parts are non-empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "NameParts")]
pub struct QName {
    namespace: String,
    local: String,
}

#[derive(Deserialize)]
struct NameParts {
    namespace: String,
    local: String,
}

impl TryFrom<NameParts> for QName {
    type Error = &'static str;

    fn try_from(
        NameParts { namespace, local }: NameParts,
    ) -> std::result::Result<Self, &'static str> {
        if namespace.is_empty() || local.is_empty() {
            return Err("namespace and local must not be empty");
        }
        Ok(QName { namespace, local })
    }
}

impl QName {
    /// Splits at the last dot; None without a dot or with an empty part (QN-01, QN-03, QN-04).
    pub fn parse(dotted: &str) -> Option<Self> {
        let (namespace, local) = dotted.rsplit_once('.')?;
        let parts = NameParts {
            namespace: namespace.into(),
            local: local.into(),
        };
        parts.try_into().ok()
    }
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.local)
    }
}

/// When a job fires.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub enum Schedule {
    Once(SystemTime),
    Periodic(Duration),
    Cron(String),
    #[default]
    Manual,
}

/// A job as `load_all` restores it (RT-12).
#[derive(Debug, Serialize)]
pub struct JobRecord {
    pub id: QName,
    pub status: &'static str,
    pub next_fire_at: Option<SystemTime>,
    pub last_started_at: Option<SystemTime>,
    pub last_finished_at: Option<SystemTime>,
    pub consecutive_failures: u32,
    pub schedule: Schedule,
    pub cancelled: bool,
}

/// The one error that operations return.
#[derive(Debug)]
pub struct PersistenceError {
    /// Names the document (ER-05).
    pub message: String,
    /// Whether the change may be stored all the same.
    pub uncertain: bool,
}

pub type Result<T> = std::result::Result<T, PersistenceError>;

/// Durable background jobs: one row for each dotted id.
pub trait SchedulerPersistence: Send + Sync {
    fn record_scheduled(&self, id: &QName, schedule: Schedule) -> Result<()>;
    fn record_started(&self, id: &QName, started_at: SystemTime) -> Result<()>;
    fn record_finished(&self, id: &QName, finished_at: SystemTime, success: bool) -> Result<()>;
    fn cancel(&self, id: &QName) -> Result<()>;
    fn load_all(&self) -> Result<Vec<JobRecord>>;
    fn flush_checkpoint(&self) -> Result<()>;
}

/// The system's clock, which the kit may hold still.
#[derive(Clone, Default)]
pub struct Clock(Arc<RwLock<Option<SystemTime>>>);

impl Clock {
    pub fn now(&self) -> SystemTime {
        let held = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.unwrap_or_else(SystemTime::now)
    }

    /// Holds the clock at an instant, or lets it go.
    pub fn set(&self, now: Option<SystemTime>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = now;
    }
}
