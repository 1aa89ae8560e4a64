//! The scheduler's trait and its values, of one release of uni-plugin.
//!
//! qname, scheduler and background are the released modules; `errors` is what they need of the rest.

pub mod errors;
#[path = "../../../released/uni-plugin/src/qname.rs"]
pub mod qname;
#[path = "../../../released/uni-plugin/src/scheduler.rs"]
pub mod scheduler;
pub mod traits;

pub use crate::errors::{FnError, PluginError};
pub use crate::qname::QName;
