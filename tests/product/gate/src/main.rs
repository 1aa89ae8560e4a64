//! uni-db's own backend, shown to sidecar-conformance. `adapter` is that of `init --lang rust-uni-plugin`.
mod adapter;

use adapter::{Graph, Target};
use std::sync::Arc;
use uni_plugin_host::host::HostCypherExecutor;
use uni_plugin_host::scheduler_persistence::SystemLabelSchedulerPersistence;

#[derive(Debug)]
struct Executor(Graph);

impl HostCypherExecutor for Executor {
    fn execute_write_cypher(&self, cypher: &str) -> Result<(), String> {
        self.0.write(cypher)
    }
}

fn main() -> std::io::Result<()> {
    Target::mirroring(|data_path| {
        let backend = Arc::new(SystemLabelSchedulerPersistence::new(data_path));
        let sink = backend.cypher_sink().clone();
        let wire = move |graph| sink.set_host_executor(Arc::new(Executor(graph)));
        (backend, Box::new(wire))
    })
    .serve()
}
