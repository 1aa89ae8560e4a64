//! Errors that the released modules name; no requirement speaks of them.

use thiserror::Error;

#[derive(Debug, Error)]
#[error("invalid qualified name: `{0}`")]
pub enum PluginError {
    InvalidQName(String),
}

#[derive(Clone, Debug, Error)]
#[error("code {code}: {message}")]
pub struct FnError {
    pub code: u32,
    pub message: String,
}

impl FnError {
    pub fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
