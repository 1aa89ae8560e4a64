//! THE ADAPTER. Keep this: JSON-RPC 2.0, one JSON object a line, from standard input to standard output.

use std::any::Any;
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{to_raw_value, RawValue};
use serde_json::{json, Map, Value};

use crate::interface::{Clock, PersistenceError, QName, Schedule, SchedulerPersistence};

const PROTOCOL: u64 = 1;

/// A row of the kit's table of error codes: code, name, did it definitely not happen?
type Code = (i64, &'static str, bool);
const PARSE_ERROR: Code = (-32700, "parse-error", true);
const INVALID_REQUEST: Code = (-32600, "invalid-request", true);
const METHOD_NOT_FOUND: Code = (-32601, "method-not-found", true);
const INVALID_PARAMS: Code = (-32602, "invalid-params", true);
const REFUSED: Code = (1, "refused", true);
const UNCERTAIN: Code = (2, "uncertain", false);
const UNSUPPORTED: Code = (3, "unsupported", true);
const UNKNOWN_HANDLE: Code = (4, "unknown-handle", true);
const ESCAPED: Code = (5, "escaped", false);

struct Fault {
    code: Code,
    message: String,
}

impl From<PersistenceError> for Fault {
    fn from(error: PersistenceError) -> Self {
        fault(
            if error.uncertain { UNCERTAIN } else { REFUSED },
            error.message,
        )
    }
}

fn fault(code: Code, message: impl ToString) -> Fault {
    Fault {
        code,
        message: message.to_string(),
    }
}

type Answer = Result<Box<RawValue>, Fault>;
type Backend = Arc<dyn SchedulerPersistence>;
type Open = fn(&Path, Clock) -> io::Result<Box<dyn SchedulerPersistence>>;

#[derive(Deserialize)]
struct Request {
    jsonrpc: String,
    id: Option<Value>,
    method: String,
    #[serde(default)]
    params: Value,
}

#[derive(Deserialize)]
struct InitializeParams {
    protocol: u64,
}

#[derive(Deserialize)]
struct OpenParams {
    data_path: PathBuf,
    #[serde(default)]
    factory: bool,
}

#[derive(Deserialize)]
struct HandleParams {
    handle: u64,
}

#[derive(Deserialize)]
struct ClockParams {
    now: Option<SystemTime>,
}

#[derive(Deserialize)]
struct JobParams {
    id: QName,
}

#[derive(Deserialize)]
struct ScheduledParams {
    id: QName,
    schedule: Schedule,
}

#[derive(Deserialize)]
struct StartedParams {
    id: QName,
    started_at: SystemTime,
}

#[derive(Deserialize)]
struct FinishedParams {
    id: QName,
    finished_at: SystemTime,
    success: bool,
}

#[derive(Default)]
struct Handles {
    opened: u64,
    backends: HashMap<u64, Backend>,
}

struct Adapter {
    open: Open,
    clock: Clock,
    handles: Mutex<Handles>,
}

/// Answers requests until `shutdown` or the end of the input. Operations run beside each other.
pub fn serve(open: Open) -> io::Result<()> {
    let adapter = Adapter {
        open,
        clock: Clock::default(),
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
                Ok(Request {
                    id, method, params, ..
                }) if is_operation(&method) => {
                    let adapter = &adapter;
                    threads.spawn(move || answer(id, adapter.operate_guarded(&method, params)));
                }
                Ok(Request {
                    id, method, params, ..
                }) => answer(id, adapter.manage(&method, params)),
            }
        }
        Ok(None)
    })?;
    answer(last_words, result(()));
    Ok(())
}

/// The request on a line, or what is wrong and the id to say it to.
fn parse(line: &[u8]) -> Result<Request, (Value, Fault)> {
    let object: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| (Value::Null, fault(PARSE_ERROR, error)))?;
    let id = object.get("id").cloned().unwrap_or_default();
    let request: Request = serde_json::from_value(object.into())
        .map_err(|error| (id.clone(), fault(INVALID_REQUEST, error)))?;
    if request.jsonrpc != "2.0" {
        return Err((id, fault(INVALID_REQUEST, "jsonrpc must be \"2.0\"")));
    }
    Ok(request)
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
    fn manage(&self, method: &str, params: Value) -> Answer {
        match method {
            "initialize" => initialize(read(&params)?),
            "open" => self.open(read(&params)?),
            "close" => {
                let HandleParams { handle } = read(&params)?;
                let closed = self.handles().backends.remove(&handle);
                closed
                    .ok_or_else(|| unknown_handle(handle))
                    .and_then(|_| result(()))
            }
            "set_clock" => {
                let ClockParams { now } = read(&params)?;
                self.clock.set(now);
                result(())
            }
            "plant_rows" | "mirror" | "mirror_statements" => Err(fault(
                UNSUPPORTED,
                format!("{method}: this capability was not declared"),
            )),
            _ => Err(fault(
                METHOD_NOT_FOUND,
                format!("there is no method {method:?}"),
            )),
        }
    }

    fn open(&self, params: OpenParams) -> Answer {
        if params.factory {
            return Err(fault(
                UNSUPPORTED,
                "open: the capability factory was not declared",
            ));
        }
        let backend = (self.open)(&params.data_path, self.clock.clone())
            .map_err(|error| fault(REFUSED, format!("{}: {error}", params.data_path.display())))?;
        let mut handles = self.handles();
        handles.opened += 1;
        let handle = handles.opened;
        handles.backends.insert(handle, backend.into());
        result(json!({"handle": handle, "sink": false}))
    }

    fn operate_guarded(&self, method: &str, params: Value) -> Answer {
        catch_unwind(AssertUnwindSafe(|| self.operate(method, params)))
            .unwrap_or_else(|panic| Err(fault(ESCAPED, panic_message(panic.as_ref()))))
    }

    fn operate(&self, method: &str, params: Value) -> Answer {
        let HandleParams { handle } = read(&params)?;
        let found = self.handles().backends.get(&handle).cloned();
        let backend = found.ok_or_else(|| unknown_handle(handle))?;
        match method {
            "record_scheduled" => {
                let ScheduledParams { id, schedule } = read(&params)?;
                result(backend.record_scheduled(&id, schedule)?)
            }
            "record_started" => {
                let StartedParams { id, started_at } = read(&params)?;
                result(backend.record_started(&id, started_at)?)
            }
            "record_finished" => {
                let FinishedParams {
                    id,
                    finished_at,
                    success,
                } = read(&params)?;
                result(backend.record_finished(&id, finished_at, success)?)
            }
            "cancel" => {
                let JobParams { id } = read(&params)?;
                result(backend.cancel(&id)?)
            }
            "load_all" => result(backend.load_all()?),
            _ => result(backend.flush_checkpoint()?),
        }
    }

    fn handles(&self) -> MutexGuard<'_, Handles> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn initialize(params: InitializeParams) -> Answer {
    if params.protocol != PROTOCOL {
        return Err(fault(
            INVALID_PARAMS,
            format!("this adapter speaks protocol {PROTOCOL}"),
        ));
    }
    result(json!({
        "protocol": PROTOCOL,
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "language": "Rust",
        "class": "sidecar",
        "capabilities": ["document", "clock", "threads", "traceable"],
    }))
}

fn read<T: DeserializeOwned>(params: &Value) -> Result<T, Fault> {
    T::deserialize(params).map_err(|error| fault(INVALID_PARAMS, error))
}

fn result(value: impl Serialize) -> Answer {
    Ok(to_raw_value(&value).expect("results are plain data"))
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

/// Writes one line. A request without an id gets no answer; a kit that is gone needs none.
fn answer(id: Option<Value>, answer: Answer) {
    #[derive(Serialize)]
    struct Success {
        jsonrpc: &'static str,
        id: Value,
        result: Box<RawValue>,
    }
    let Some(id) = id else { return };
    let text = match answer {
        Ok(result) => serde_json::to_string(&Success {
            jsonrpc: "2.0",
            id,
            result,
        }),
        Err(Fault {
            code: (code, name, definite),
            message,
        }) => serde_json::to_string(&json!({
            "jsonrpc": "2.0",
            "id": id,
            "error": {"code": code, "message": message, "data": {"name": name, "definite": definite}},
        })),
    };
    let line = text.expect("answers are plain data") + "\n";
    let _ = io::stdout().lock().write_all(line.as_bytes());
}
