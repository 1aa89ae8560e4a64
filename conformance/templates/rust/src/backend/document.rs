//! One JSON document, read strictly and replaced atomically and durably.

use std::collections::hash_map::RandomState;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::interface::{PersistenceError, Result, Schedule};

/// A row of the document, its members in the order they are written (FM-02).
#[derive(Serialize, Deserialize)]
pub struct Row {
    pub qname: String,
    pub status: String,
    pub consecutive_failures: u32,
    #[serde(default)]
    pub schedule: Schedule,
    #[serde(default)]
    pub next_fire_at: Option<SystemTime>,
}

impl Row {
    pub fn new(qname: String) -> Self {
        Row {
            qname,
            status: "Pending".into(),
            consecutive_failures: 0,
            schedule: Schedule::Manual,
            next_fire_at: None,
        }
    }
}

/// Permission bits of a document that exists.
pub type Mode = Option<u32>;

pub struct Document {
    data_path: PathBuf,
    directory: PathBuf,
    path: PathBuf,
    directory_is_durable: AtomicBool,
}

impl Document {
    pub fn new(data_path: &Path) -> io::Result<Self> {
        let data_path = std::path::absolute(data_path)?;
        let directory = data_path.join("_system");
        let path = directory.join("background_jobs.json");
        Ok(Document {
            data_path,
            directory,
            path,
            directory_is_durable: AtomicBool::new(false),
        })
    }

    /// The rows and the mode; no rows where there is no file or an empty one (LD-05).
    pub fn read(&self) -> Result<(Vec<Row>, Mode)> {
        let (bytes, mode) = match read_regular_file(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), None)),
            found => found.map_err(|error| self.error(error, false))?,
        };
        if bytes.is_empty() {
            return Ok((Vec::new(), Some(mode)));
        }
        let rows = serde_json::from_slice(&bytes).map_err(|error| self.error(error, false))?;
        Ok((rows, Some(mode)))
    }

    /// Stores `rows`; until the rename the old document stays as it is (CR-01 to CR-05, CR-08).
    pub fn replace(&self, rows: &[Row], mode: Mode) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(rows).map_err(|error| self.error(error, false))?;
        let noise = RandomState::new().build_hasher().finish();
        let temporary = self
            .directory
            .join(format!(".background_jobs.{noise:016x}.tmp"));

        self.make_directory()
            .map_err(|error| self.error(error, false))?;
        let written =
            write_new_file(&temporary, &bytes, mode).map_err(|error| self.error(error, false));
        let moved = written.and_then(|()| {
            fs::rename(&temporary, &self.path).map_err(|error| self.error(error, true))
        });
        if moved.is_err() {
            let _ = fs::remove_file(&temporary); // what failed first is what counts
        }
        moved?;
        sync_directory(&self.directory).map_err(|error| self.error(error, true))
    }

    /// Creates _system durably. One left by a process that was killed may not be durable yet: sync it once.
    fn make_directory(&self) -> io::Result<()> {
        if self.directory.is_dir() && self.directory_is_durable.load(Ordering::Relaxed) {
            return Ok(());
        }
        make_durable_directory(&self.directory)?;
        sync_directory(&self.data_path)?;
        self.directory_is_durable.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn error(&self, error: impl Display, uncertain: bool) -> PersistenceError {
        PersistenceError {
            message: format!("{}: {error}", self.path.display()),
            uncertain,
        }
    }
}

/// Opens without blocking, so that a FIFO in the file's place is an error and not a hang (SE-04).
fn read_regular_file(path: &Path) -> io::Result<(Vec<u8>, u32)> {
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, metadata.permissions().mode() & 0o777))
}

/// Never follows a link: the file must not exist yet (SE-01). Keeps an existing document's mode (SE-02).
fn write_new_file(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(mode.unwrap_or(0o666));
    let mut file = options.open(path)?;
    if let Some(bits) = mode {
        file.set_permissions(Permissions::from_mode(bits))?; // the umask may have cleared some
    }
    file.write_all(bytes)?;
    file.sync_all()
}

fn make_durable_directory(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    if path.is_dir() {
        return Ok(());
    }
    make_durable_directory(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => sync_directory(parent),
    }
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
