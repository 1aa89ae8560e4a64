//! THE ADAPTER. Keep this: JSON-RPC 2.0, one JSON object a line, from standard input to standard output.
//!
//! `serve` is enough for a backend that is opened by its data path. `Target` says more: its name and version,
//! that it is no sidecar, that it mirrors to a graph, how it is chosen, whose clock it reads.
#![allow(dead_code, unused_imports)] // not every backend has all that a target can declare

mod mirror;
mod serving;
mod target;
mod wire;

use std::io;
use std::path::Path;
use std::sync::Arc;

use uni_plugin::scheduler::SchedulerPersistence;

pub use target::{Graph, Opened, Persistence, Plant, Sink, Target};

/// Shows a backend of class sidecar to the kit until its conversation is over.
pub fn serve(
    open: impl Fn(&Path) -> Arc<dyn SchedulerPersistence> + Send + Sync + 'static,
) -> io::Result<()> {
    Target::new(open).serve()
}
