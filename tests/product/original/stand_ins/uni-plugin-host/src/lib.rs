//! The backend, its Cypher sink and its executor trait: the released modules.

#[path = "../../../released/uni-plugin-host/src/host.rs"]
pub mod host;
#[path = "../../../released/uni-plugin-host/src/persistence.rs"]
pub mod persistence;
#[path = "../../../released/uni-plugin-host/src/scheduler_persistence.rs"]
pub mod scheduler_persistence;
