//! Answers the kit's requests.

use std::any::Any;
use std::collections::HashMap;
use std::io::{self, BufRead};
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::{json, Value};
use uni_plugin::scheduler::SchedulerPersistenceError;

use super::mirror;
use super::target::{Opened, Target};
use super::wire::*;

const PROTOCOL: u64 = 1;

struct Handle {
    opened: Opened,
    record: Arc<mirror::Record>,
    log_mark: usize,
}

#[derive(Default)]
struct Handles {
    opened: u64,
    open: HashMap<u64, Arc<Handle>>,
}

struct Adapter {
    target: Target,
    handles: Mutex<Handles>,
}

pub fn serve(target: Target) -> io::Result<()> {
    set_hook(Box::new(|panic| eprintln!("{panic}"))); // without a backtrace, which is slow
    if target.has_mirror {
        mirror::capture_log();
    }
    let adapter = Adapter {
        target,
        handles: Mutex::default(),
    };
    let last_words = thread::scope(|threads| -> io::Result<Option<Value>> {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            let parsed = parse(&line);
            line.clear();
            match parsed {
                Err((id, problem)) => answer(Some(id), Err(problem)),
                Ok(request) if request.method == "shutdown" => return Ok(request.id),
                Ok(request) if is_operation(&request.method) => {
                    let adapter = &adapter;
                    threads.spawn(move || adapter.answer(request));
                }
                Ok(request) => adapter.answer(request),
            }
        }
        Ok(None)
    })?;
    answer(last_words, result(()));
    Ok(())
}

fn is_operation(method: &str) -> bool {
    matches!(
        method,
        "record_scheduled"
            | "record_started"
            | "record_finished"
            | "cancel"
            | "load_all"
            | "flush_checkpoint"
    )
}

impl Adapter {
    /// A panic of the backend is a fault that escaped it.
    fn answer(&self, request: Request) {
        let answered = catch_unwind(AssertUnwindSafe(|| {
            if is_operation(&request.method) {
                self.operate(&request.method, &request.params)
            } else {
                self.manage(&request.method, &request.params)
            }
        }));
        let found =
            answered.unwrap_or_else(|panic| Err(fault(ESCAPED, panic_message(panic.as_ref()))));
        answer(request.id, found);
    }

    fn manage(&self, method: &str, params: &Value) -> Answer {
        match method {
            "initialize" => self.initialize(read(params)?),
            "open" => self.open(read(params)?),
            "close" => {
                let HandleParams { handle } = read(params)?;
                self.close(handle)
            }
            "set_clock" => self.set_clock(read(params)?),
            "mirror" => self.mirror(read(params)?),
            "mirror_statements" => {
                let HandleParams { handle } = read(params)?;
                let found = self.find(handle)?;
                result(json!({
                    "statements": found.record.statements(),
                    "log": mirror::log_since(found.log_mark),
                }))
            }
            "plant_rows" => self.plant(read(params)?),
            _ => Err(fault(
                METHOD_NOT_FOUND,
                format!("there is no method {method:?}"),
            )),
        }
    }

    fn initialize(&self, params: InitializeParams) -> Answer {
        if params.protocol != PROTOCOL {
            return Err(fault(
                INVALID_PARAMS,
                format!("this adapter speaks protocol {PROTOCOL}"),
            ));
        }
        result(json!({
            "protocol": PROTOCOL,
            "name": self.target.name,
            "version": self.target.version,
            "language": "Rust",
            "class": self.target.class,
            "capabilities": self.target.capabilities(),
        }))
    }

    fn open(&self, params: OpenParams) -> Answer {
        let log_mark = mirror::log_mark();
        let data_path = params.data_path.as_deref();
        let opened = if params.factory {
            let make = self.target.factory.as_ref();
            make.ok_or_else(|| undeclared("the factory"))?(data_path)
        } else {
            let data_path = data_path
                .ok_or_else(|| fault(INVALID_PARAMS, "data_path may be null for a factory only"))?;
            (self.target.open)(data_path)
                .map_err(|error| fault(REFUSED, format!("{}: {error}", data_path.display())))?
        };
        let has_sink = opened.sink.is_some();
        let mut handles = self.handles();
        handles.opened += 1;
        let handle = handles.opened;
        let found = Handle {
            opened,
            record: Arc::default(),
            log_mark,
        };
        handles.open.insert(handle, Arc::new(found));
        result(json!({"handle": handle, "sink": has_sink}))
    }

    fn close(&self, handle: u64) -> Answer {
        let mut handles = self.handles();
        let closed = handles.open.remove(&handle);
        if handles.open.is_empty() {
            mirror::forget_log();
        }
        closed.map(drop).ok_or_else(|| unknown_handle(handle))?;
        result(())
    }

    fn set_clock(&self, params: ClockParams) -> Answer {
        let hold = self.target.hold.as_ref();
        hold.ok_or_else(|| undeclared("set_clock"))?(params.now)
            .map_err(|error| fault(UNSUPPORTED, error))?;
        result(())
    }

    fn mirror(&self, params: MirrorParams) -> Answer {
        if !self.target.has_mirror {
            return Err(undeclared("mirror"));
        }
        let found = self.find(params.handle)?;
        if params.mode == "off" {
            found.record.stop();
            return result(());
        }
        let sink = found.opened.sink.as_ref();
        sink.ok_or_else(|| fault(UNSUPPORTED, "mirror: this backend came without a sink"))?(
            found.record.graph(params.mode == "fail"),
        );
        result(())
    }

    fn plant(&self, params: PlantParams) -> Answer {
        let found = self.find(params.handle)?;
        let plant = found.opened.plant.as_ref();
        plant.ok_or_else(|| undeclared("plant_rows"))?(params.rows)
            .map_err(|error| fault(REFUSED, error))?;
        result(())
    }

    fn operate(&self, method: &str, params: &Value) -> Answer {
        let HandleParams { handle } = read(params)?;
        let backend = &self.find(handle)?.opened.persistence;
        let done = match method {
            "record_scheduled" => {
                let ScheduledParams { id, schedule } = read(params)?;
                backend.record_scheduled(&id.0, &schedule)
            }
            "record_started" => {
                let StartedParams { id, started_at } = read(params)?;
                backend.record_started(&id.0, started_at)
            }
            "record_finished" => {
                let FinishedParams {
                    id,
                    finished_at,
                    success,
                } = read(params)?;
                backend.record_finished(&id.0, finished_at, success)
            }
            "cancel" => {
                let JobParams { id } = read(params)?;
                backend.cancel(&id.0)
            }
            "load_all" => {
                let records = backend.load_all().map_err(|error| fault(REFUSED, error))?;
                return result(records.into_iter().map(record).collect::<Vec<_>>());
            }
            _ => backend.flush_checkpoint(),
        };
        result(done.map_err(may_be_stored)?)
    }

    fn find(&self, handle: u64) -> Result<Arc<Handle>, Fault> {
        let found = self.handles().open.get(&handle).cloned();
        found.ok_or_else(|| unknown_handle(handle))
    }

    fn handles(&self) -> MutexGuard<'_, Handles> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trait's error does not say whether the change is stored all the same.
fn may_be_stored(error: SchedulerPersistenceError) -> Fault {
    fault(UNCERTAIN, error)
}

fn undeclared(what: &str) -> Fault {
    fault(
        UNSUPPORTED,
        format!("{what}: this capability was not declared"),
    )
}

fn unknown_handle(handle: u64) -> Fault {
    fault(
        UNKNOWN_HANDLE,
        format!("no open backend has the handle {handle}"),
    )
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!(
        "the backend panicked: {}",
        text.unwrap_or("without a message")
    )
}
