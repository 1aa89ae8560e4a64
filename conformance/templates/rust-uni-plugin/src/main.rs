//! A conformant backend for uni-db's own trait, `uni_plugin::scheduler::SchedulerPersistence`, and the adapter
//! that shows it to the kit.
//!
//! Replace `backend`; keep `adapter`.

mod adapter;
mod backend;

use std::sync::Arc;

fn main() -> std::io::Result<()> {
    adapter::serve(|data_path| Arc::new(backend::Sidecar::new(data_path)))
}
