//! THE BACKEND. Replace this module by your own; whatever implements `SchedulerPersistence` will do.
//!
//! This one keeps one JSON document and replaces it whole at every change.

mod document;
mod next_fire;

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::interface::{Clock, JobRecord, QName, Result, Schedule, SchedulerPersistence};
use document::{Document, Row};

pub struct Sidecar {
    document: Document,
    clock: Clock,
    writing: Mutex<()>,
}

impl Sidecar {
    /// Creates nothing: the document appears with the first change (RT-11).
    pub fn new(data_path: &Path, clock: Clock) -> io::Result<Self> {
        Ok(Sidecar {
            document: Document::new(data_path)?,
            clock,
            writing: Mutex::new(()),
        })
    }

    fn change(&self, edit: impl FnOnce(&mut Vec<Row>)) -> Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rows, mode) = self.document.read()?;
        edit(&mut rows);
        self.document.replace(&rows, mode)
    }

    fn set_status(&self, id: &QName, status: &str) -> Result<()> {
        self.change(|rows| upsert(rows, id, |row| row.status = status.into()))
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

fn restore(row: Row) -> Option<JobRecord> {
    Some(JobRecord {
        id: QName::parse(&row.qname)?,
        status: "Pending",
        next_fire_at: row.next_fire_at,
        last_started_at: None,
        last_finished_at: None,
        consecutive_failures: row.consecutive_failures,
        schedule: row.schedule,
        cancelled: false,
    })
}

impl SchedulerPersistence for Sidecar {
    fn record_scheduled(&self, id: &QName, schedule: Schedule) -> Result<()> {
        let next_fire_at = next_fire::after(&schedule, self.clock.now());
        self.change(|rows| {
            upsert(rows, id, |row| {
                row.schedule = schedule;
                row.next_fire_at = next_fire_at;
            })
        })
    }

    fn record_started(&self, id: &QName, _started_at: SystemTime) -> Result<()> {
        self.set_status(id, "Running")
    }

    fn record_finished(&self, id: &QName, _finished_at: SystemTime, success: bool) -> Result<()> {
        self.set_status(id, if success { "Idle" } else { "FailedRetrying" })
    }

    fn cancel(&self, id: &QName) -> Result<()> {
        let qname = id.to_string();
        self.change(|rows| rows.retain(|row| row.qname != qname))
    }

    fn load_all(&self) -> Result<Vec<JobRecord>> {
        let (rows, _) = self.document.read()?;
        Ok(rows.into_iter().filter_map(restore).collect())
    }

    fn flush_checkpoint(&self) -> Result<()> {
        Ok(()) // every change is durable when it returns (CR-04)
    }
}
