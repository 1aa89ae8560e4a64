//! How requests and answers are spelled.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{to_raw_value, RawValue};
use serde_json::{json, Map, Value};
use uni_plugin::qname::QName;
use uni_plugin::scheduler::SchedulerJobRecord;
use uni_plugin::traits::background::Schedule;

/// A row of the kit's table of error codes: code, name, did it definitely not happen?
pub type Code = (i64, &'static str, bool);
pub const PARSE_ERROR: Code = (-32700, "parse-error", true);
pub const INVALID_REQUEST: Code = (-32600, "invalid-request", true);
pub const METHOD_NOT_FOUND: Code = (-32601, "method-not-found", true);
pub const INVALID_PARAMS: Code = (-32602, "invalid-params", true);
pub const REFUSED: Code = (1, "refused", true);
pub const UNCERTAIN: Code = (2, "uncertain", false);
pub const UNSUPPORTED: Code = (3, "unsupported", true);
pub const UNKNOWN_HANDLE: Code = (4, "unknown-handle", true);
pub const ESCAPED: Code = (5, "escaped", false);

pub struct Fault {
    code: Code,
    message: String,
}

pub fn fault(code: Code, message: impl ToString) -> Fault {
    Fault {
        code,
        message: message.to_string(),
    }
}

pub type Answer = Result<Box<RawValue>, Fault>;

#[derive(Deserialize)]
pub struct Request {
    jsonrpc: String,
    pub id: Option<Value>,
    pub method: String,
    #[serde(default)]
    pub params: Value,
}

#[derive(Deserialize)]
pub struct InitializeParams {
    pub protocol: u64,
}

#[derive(Deserialize)]
pub struct OpenParams {
    pub data_path: Option<PathBuf>,
    #[serde(default)]
    pub factory: bool,
}

#[derive(Deserialize)]
pub struct HandleParams {
    pub handle: u64,
}

#[derive(Deserialize)]
pub struct ClockParams {
    pub now: Option<SystemTime>,
}

#[derive(Deserialize)]
pub struct MirrorParams {
    pub handle: u64,
    pub mode: String,
}

#[derive(Deserialize)]
pub struct PlantParams {
    pub handle: u64,
    pub rows: Vec<Value>,
}

#[derive(Deserialize)]
pub struct JobParams {
    pub id: JobName,
}

#[derive(Deserialize)]
pub struct ScheduledParams {
    pub id: JobName,
    pub schedule: Schedule,
}

#[derive(Deserialize)]
pub struct StartedParams {
    pub id: JobName,
    pub started_at: SystemTime,
}

#[derive(Deserialize)]
pub struct FinishedParams {
    pub id: JobName,
    pub finished_at: SystemTime,
    pub success: bool,
}

/// A QName whose parts are not empty.
#[derive(Deserialize)]
#[serde(try_from = "QName")]
pub struct JobName(pub QName);

impl TryFrom<QName> for JobName {
    type Error = &'static str;

    fn try_from(name: QName) -> Result<Self, &'static str> {
        if name.namespace().is_empty() || name.local().is_empty() {
            return Err("namespace and local must not be empty");
        }
        Ok(JobName(name))
    }
}

/// The record on the wire. Its token is tripped: one that is shared shows itself in the next record.
pub fn record(found: SchedulerJobRecord) -> Value {
    let cancelled = found.cancel.is_cancelled();
    found.cancel.cancel();
    json!({
        "id": found.id,
        "status": format!("{:?}", found.status),
        "next_fire_at": found.next_fire_at,
        "last_started_at": found.last_started_at,
        "last_finished_at": found.last_finished_at,
        "consecutive_failures": found.consecutive_failures,
        "schedule": found.schedule,
        "cancelled": cancelled,
    })
}

/// The request on a line, or what is wrong and the id to say it to.
pub fn parse(line: &[u8]) -> Result<Request, (Value, Fault)> {
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

pub fn read<T: DeserializeOwned>(params: &Value) -> Result<T, Fault> {
    T::deserialize(params).map_err(|error| fault(INVALID_PARAMS, error))
}

pub fn result(value: impl Serialize) -> Answer {
    Ok(to_raw_value(&value).expect("results are plain data"))
}

/// Writes one line. A request without an id gets no answer; a kit that is gone needs none.
pub fn answer(id: Option<Value>, answer: Answer) {
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
