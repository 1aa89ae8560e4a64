//! What a backend sends to its graph and what it logs, recorded.

use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Level, Metadata, Subscriber};

#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    executor: usize,
    cypher: String,
    parameters: Option<()>,
}

/// All graphs handed to one open backend, and what they were sent.
#[derive(Debug, Default)]
pub struct Record {
    graphs: AtomicUsize,
    stopped: AtomicBool,
    statements: Mutex<Vec<Statement>>,
}

impl Record {
    /// One more graph, counted from 1; with `fails` it refuses every statement.
    pub fn graph(self: &Arc<Self>, fails: bool) -> Graph {
        Graph {
            record: Arc::clone(self),
            number: self.graphs.fetch_add(1, Ordering::SeqCst) + 1,
            fails,
        }
    }

    /// Record nothing more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub fn statements(&self) -> Vec<Statement> {
        held(&self.statements).clone()
    }
}

/// Stands for the graph that a backend mirrors to.
#[derive(Clone, Debug)]
pub struct Graph {
    record: Arc<Record>,
    number: usize,
    fails: bool,
}

impl Graph {
    /// Takes one Cypher statement.
    pub fn write(&self, cypher: &str) -> Result<(), String> {
        if !self.record.stopped.load(Ordering::SeqCst) {
            held(&self.record.statements).push(Statement {
                executor: self.number,
                cypher: cypher.into(),
                parameters: None,
            });
        }
        if self.fails {
            return Err("the graph refuses this statement".into());
        }
        Ok(())
    }
}

#[derive(Clone, Serialize)]
pub struct LogLine {
    logger: String,
    level: &'static str,
    message: String,
}

static LOG: Mutex<Vec<LogLine>> = Mutex::new(Vec::new());

/// From now on everything that is logged through `tracing` is kept, from debug level on.
pub fn capture_log() {
    let _ = tracing::subscriber::set_global_default(Capture); // a backend may have set its own
}

/// How many lines have been logged.
pub fn log_mark() -> usize {
    held(&LOG).len()
}

/// What was logged since a mark was taken.
pub fn log_since(mark: usize) -> Vec<LogLine> {
    held(&LOG)[mark..].to_vec()
}

/// For when no backend is open that could ask for it.
pub fn forget_log() {
    held(&LOG).clear();
}

struct Capture;

impl Subscriber for Capture {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::DEBUG
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        held(&LOG).push(LogLine {
            logger: event.metadata().target().into(),
            level: level_name(event.metadata().level()),
            message: text.message + &text.fields,
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &SpanRecord<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn level_name(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        _ => "debug",
    }
}

#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
