// THE ADAPTER. Keep this: JSON-RPC 2.0, one JSON object a line, from standard input to standard output.

import { about, open } from "./backend/index.js";
import { FormatError, Members, parse, write } from "./json.js";
import * as values from "./values.js";

const PROTOCOL = 1n;

/** The kit's table of error codes: name -> code, and did it definitely not happen? */
const CODES = {
  "parse-error": [-32700, true],
  "invalid-request": [-32600, true],
  "method-not-found": [-32601, true],
  "invalid-params": [-32602, true],
  refused: [1, true],
  uncertain: [2, false],
  unsupported: [3, true],
  "unknown-handle": [4, true],
  escaped: [5, false],
};

class Fault extends Error {
  /** @param {unknown} id that of a request that could not be read any further */
  constructor(name, message, id = null) {
    super(message);
    this.name = name;
    this.id = id;
  }
}

const clock = new values.Clock();
const backends = new Map();
let opened = 0n;

const METHODS = {
  initialize({ param }) {
    if (param("protocol", values.u64) !== PROTOCOL) {
      throw new Fault("invalid-params", `this adapter speaks protocol ${PROTOCOL}`);
    }
    const capabilities = ["document", "clock", "threads", "traceable"];
    return { protocol: PROTOCOL, ...about, class: "sidecar", capabilities };
  },

  open({ params, param }) {
    if (params.get("factory")) throw new Fault("unsupported", "the capability factory was not declared");
    const backend = open(param("data_path", values.text), clock);
    opened += 1n;
    backends.set(opened, backend);
    return { handle: opened, sink: false };
  },

  close({ param }) {
    backendOf(param);
    backends.delete(param("handle", values.u64));
  },

  set_clock({ param }) {
    clock.held = param("now", values.optionalInstant);
  },

  record_scheduled({ param }) {
    const backend = backendOf(param);
    backend.recordScheduled(param("id", values.qname), param("schedule", values.schedule));
  },

  record_started({ param }) {
    const backend = backendOf(param);
    backend.recordStarted(param("id", values.qname), param("started_at", values.instant));
  },

  record_finished({ param }) {
    const backend = backendOf(param);
    const id = param("id", values.qname);
    backend.recordFinished(id, param("finished_at", values.instant), param("success", values.truth));
  },

  cancel({ param }) {
    backendOf(param).cancel(param("id", values.qname));
  },

  load_all({ param }) {
    return backendOf(param).loadAll();
  },

  flush_checkpoint({ param }) {
    backendOf(param).flushCheckpoint();
  },

  plant_rows: unsupported,
  mirror: unsupported,
  mirror_statements: unsupported,

  shutdown() {},
};

function unsupported() {
  throw new Fault("unsupported", "this capability was not declared");
}

function backendOf(param) {
  const handle = param("handle", values.u64);
  const backend = backends.get(handle);
  if (backend === undefined) throw new Fault("unknown-handle", `no open backend has the handle ${handle}`);
  return backend;
}

function parseRequest(line) {
  let request;
  try {
    request = parse(line);
  } catch (error) {
    throw new Fault("parse-error", error.message);
  }
  if (!(request instanceof Members)) throw new Fault("parse-error", "the line is not one JSON object");
  const message = new Map(request.pairs);
  const [id, method, params = new Members()] = ["id", "method", "params"].map((name) => message.get(name));
  const isCall = typeof method === "string" && params instanceof Members;
  if (message.get("jsonrpc") !== "2.0" || !isCall) {
    throw new Fault("invalid-request", "a JSON-RPC 2.0 request was expected", id ?? null);
  }
  return { id, method, params: new Map(params.pairs) };
}

function call({ method, params }) {
  if (!Object.hasOwn(METHODS, method)) throw new Fault("method-not-found", `there is no method ${method}`);
  const param = (name, read) => {
    try {
      return values.required(params, name, read);
    } catch (error) {
      throw error instanceof FormatError ? new Fault("invalid-params", error.message) : error;
    }
  };
  return METHODS[method]({ params, param }) ?? null;
}

function errorObject(error) {
  const isRefusal = error instanceof values.PersistenceError;
  const refusal = isRefusal && error.uncertain ? "uncertain" : "refused";
  const name = error instanceof Fault ? error.name : isRefusal ? refusal : "escaped";
  const [code, definite] = CODES[name];
  return { code, message: String(error.message), data: { name, definite } };
}

function say(message) {
  process.stdout.write(write({ jsonrpc: "2.0", ...message }) + "\n");
}

/** Answers one line; returns whether to go on. A request without an id gets no answer. */
function answer(line) {
  let request;
  try {
    request = parseRequest(line);
  } catch (error) {
    say({ id: error.id, error: errorObject(error) });
    return true;
  }
  let outcome;
  try {
    outcome = { result: call(request) };
  } catch (error) {
    outcome = { error: errorObject(error) };
  }
  if (request.id !== undefined) say({ id: request.id, ...outcome });
  return request.method !== "shutdown";
}

/** Lines as bytes: node:readline would also split at U+2028, which may stand in a JSON string. */
async function* lines(input) {
  let parts = [];
  for await (let chunk of input) {
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10)) {
      yield Buffer.concat([...parts, chunk.subarray(0, end)]);
      parts = [];
      chunk = chunk.subarray(end + 1);
    }
    parts.push(chunk);
  }
}

for await (const line of lines(process.stdin)) {
  if (!answer(line)) break;
}
