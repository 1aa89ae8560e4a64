//! THE BACKEND. Replace this module by your own; whatever implements the trait will do.
//!
//! This one keeps one JSON document and replaces it whole at every change.

mod document;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use uni_plugin::qname::QName;
use uni_plugin::scheduler::{SchedulerJobRecord, SchedulerJobStatus, SchedulerPersistence};
use uni_plugin::traits::background::{CancellationToken, Schedule};

use document::{Document, Result, Row};

/// One change at a time in this process, whichever data path and whichever backend (CC-01, CC-05).
static WRITING: Mutex<()> = Mutex::new(());

#[derive(Debug)]
pub struct Sidecar {
    document: Document,
}

impl Sidecar {
    /// Creates nothing: the document appears with the first change (RT-11).
    pub fn new(data_path: &Path) -> Self {
        Sidecar {
            document: Document::new(data_path),
        }
    }

    fn change(&self, edit: impl FnOnce(&mut Vec<Row>)) -> Result<()> {
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rows, mode) = self.document.read()?;
        edit(&mut rows);
        self.document.replace(&rows, mode)
    }

    fn set_status(&self, id: &QName, status: SchedulerJobStatus) -> Result<()> {
        self.change(|rows| upsert(rows, id, |row| row.status = format!("{status:?}")))
    }
}

/// Changes the first row of this id, or appends a new one (UP-07, UP-08).
fn upsert(rows: &mut Vec<Row>, id: &QName, edit: impl FnOnce(&mut Row)) {
    let qname = id.to_string();
    let index = rows
        .iter()
        .position(|row| row.qname == qname)
        .unwrap_or_else(|| {
            rows.push(Row::new(qname));
            rows.len() - 1
        });
    edit(&mut rows[index]);
}

/// The next instant; None when there is none, or when it cannot be represented (NF-01 to NF-07).
///
/// `Schedule::next_after` adds the period without looking, and panics where the sum does not fit.
fn next_fire(schedule: &Schedule, now: SystemTime) -> Option<SystemTime> {
    match schedule {
        Schedule::Periodic(every) => now.checked_add(*every),
        other => other.next_after(now),
    }
}

/// None for a row whose name is none: `QName::new` would panic (QN-04).
fn restore(row: Row) -> Option<SchedulerJobRecord> {
    Some(SchedulerJobRecord {
        id: QName::parse(&row.qname).ok()?,
        status: SchedulerJobStatus::Pending,
        next_fire_at: row.next_fire_at,
        last_started_at: None,
        last_finished_at: None,
        consecutive_failures: row.consecutive_failures,
        schedule: row.schedule,
        cancel: CancellationToken::new(),
    })
}

impl SchedulerPersistence for Sidecar {
    fn record_scheduled(&self, id: &QName, schedule: &Schedule) -> Result<()> {
        let next_fire_at = next_fire(schedule, SystemTime::now());
        self.change(|rows| {
            upsert(rows, id, |row| {
                row.schedule = schedule.clone();
                row.next_fire_at = next_fire_at;
            })
        })
    }

    fn record_started(&self, id: &QName, _started_at: SystemTime) -> Result<()> {
        self.set_status(id, SchedulerJobStatus::Running)
    }

    fn record_finished(&self, id: &QName, _finished_at: SystemTime, success: bool) -> Result<()> {
        let status = if success {
            SchedulerJobStatus::Idle
        } else {
            SchedulerJobStatus::FailedRetrying
        };
        self.set_status(id, status)
    }

    fn cancel(&self, id: &QName) -> Result<()> {
        let qname = id.to_string();
        self.change(|rows| rows.retain(|row| row.qname != qname))
    }

    fn load_all(&self) -> Result<Vec<SchedulerJobRecord>> {
        let (rows, _) = self.document.read()?;
        Ok(rows.into_iter().filter_map(restore).collect())
    }

    fn flush_checkpoint(&self) -> Result<()> {
        Ok(()) // every change is durable when it returns (CR-04)
    }
}
