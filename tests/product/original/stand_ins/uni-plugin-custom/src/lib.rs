//! Declared plugins, of which the kit makes none.

use std::path::PathBuf;

#[derive(Debug)]
pub struct PersistenceError;

#[derive(Debug)]
pub struct DeclaredPlugin {
    pub qname: String,
    pub kind: String,
    pub body: String,
    pub signature_json: String,
    pub dependencies: Vec<String>,
    pub declared_by: String,
    pub active: bool,
}

pub trait Persistence: Send + Sync + std::fmt::Debug {
    fn save(&self, plugin: &DeclaredPlugin) -> Result<(), PersistenceError>;
    fn delete(&self, qname: &str) -> Result<(), PersistenceError>;
    fn load_all(&self) -> Result<Vec<DeclaredPlugin>, PersistenceError>;
}

macro_rules! keeps_no_plugin {
    ($($name:ty),*) => {$(
        impl Persistence for $name {
            fn save(&self, _: &DeclaredPlugin) -> Result<(), PersistenceError> {
                Ok(())
            }

            fn delete(&self, _: &str) -> Result<(), PersistenceError> {
                Ok(())
            }

            fn load_all(&self) -> Result<Vec<DeclaredPlugin>, PersistenceError> {
                Ok(Vec::new())
            }
        }
    )*};
}

#[derive(Debug)]
pub struct NullPersistence;

#[derive(Debug)]
pub struct JsonFilePersistence;

impl JsonFilePersistence {
    pub fn new(_: PathBuf) -> Self {
        Self
    }
}

keeps_no_plugin!(NullPersistence, JsonFilePersistence);
