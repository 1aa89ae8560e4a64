//! uni-db's own backend behind the kit's adapter: all that it offers, and nothing that it does not.

#[path = "../template/src/adapter/mod.rs"]
mod adapter;
mod held_clock;

use std::path::Path;
use std::sync::Arc;

use adapter::{Graph, Opened, Persistence, Sink, Target};
use uni_plugin_host::host::HostCypherExecutor;
use uni_plugin_host::persistence::LazyCypherSink;
use uni_plugin_host::scheduler_persistence::{
    SystemLabelSchedulerPersistence, scheduler_persistence_for_data_path,
};

fn main() -> std::io::Result<()> {
    let target = Target::mirroring(open)
        .named("uni-db", env!("RELEASE"))
        .factory(choose);
    match held_clock::find() {
        Some(hold) => target.clock(hold).serve(),
        None => target.serve(),
    }
}

fn open(data_path: &Path) -> (Persistence, Sink) {
    let backend = Arc::new(SystemLabelSchedulerPersistence::new(data_path));
    let sink = wired(Arc::clone(backend.cypher_sink()));
    (backend, sink)
}

fn choose(data_path: Option<&Path>) -> Opened {
    let (persistence, sink) = scheduler_persistence_for_data_path(data_path);
    let mut opened = Opened::new(persistence);
    opened.sink = sink.map(wired);
    opened
}

fn wired(sink: Arc<LazyCypherSink>) -> Sink {
    Box::new(move |graph| sink.set_host_executor(Arc::new(Executor(graph))))
}

#[derive(Debug)]
struct Executor(Graph);

impl HostCypherExecutor for Executor {
    fn execute_write_cypher(&self, cypher: &str) -> Result<(), String> {
        self.0.write(cypher)
    }
}
