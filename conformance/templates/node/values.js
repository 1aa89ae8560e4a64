// The interface's values. They have the shape they are written in, with BigInts for numbers:
// an instant is {secs_since_epoch, nanos_since_epoch}, a duration {secs, nanos}, a schedule "Manual",
// {Once: instant}, {Periodic: duration} or {Cron: string}, a qname {namespace, local}.
//
// Reading throws FormatError for whatever is not exactly such a value (ER-01, ER-02).

import { FormatError, Members } from "./json.js";

const MAX_U32 = 2n ** 32n - 1n;
const MAX_U64 = 2n ** 64n - 1n;
export const MAX_I64 = 2n ** 63n - 1n;
export const NANOS_PER_SECOND = 1_000_000_000n;

/** The one error that operations throw. Its message names the document (ER-05). */
export class PersistenceError extends Error {
  /** @param {boolean} uncertain whether the change may be stored all the same */
  constructor(message, uncertain = false) {
    super(message);
    this.uncertain = uncertain;
  }
}

/** The system's clock, which the kit may hold still. */
export class Clock {
  held = null;

  now() {
    if (this.held !== null) return this.held;
    const coarse = Date.now();
    const fine = performance.timeOrigin + performance.now(); // to the microsecond, until the clock is set
    const micros = BigInt(Math.floor((Math.abs(fine - coarse) < 2 ? fine : coarse) * 1000));
    return {
      secs_since_epoch: micros / 1_000_000n,
      nanos_since_epoch: (micros % 1_000_000n) * 1000n,
    };
  }
}

/**
 * The known members of an object by name. Unknown ones are refused unless they are to be ignored.
 * @returns {Map<string, unknown>}
 */
export function members(value, known, { ignoreOthers = false } = {}) {
  if (!(value instanceof Members)) throw new FormatError("an object was expected");
  const found = new Map();
  for (const [name, item] of value.pairs) {
    if (!known.includes(name)) {
      if (ignoreOthers) continue;
      throw new FormatError(`unknown member ${JSON.stringify(name.slice(0, 40))}`);
    }
    if (found.has(name)) throw new FormatError(`the member ${name} is there twice`);
    found.set(name, item);
  }
  return found;
}

/** Reads a member that must be there. */
export function required(found, name, read) {
  if (!found.has(name)) throw new FormatError(`the member ${name} is missing`);
  try {
    return read(found.get(name));
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`${name}: ${error.message}`);
    throw error;
  }
}

export function text(value) {
  if (typeof value !== "string" || !value.isWellFormed()) throw new FormatError("a string was expected");
  return value;
}

export function truth(value) {
  if (typeof value !== "boolean") throw new FormatError("true or false was expected");
  return value;
}

function integerUpTo(highest) {
  return (value) => {
    if (typeof value === "bigint" && value <= highest) return value;
    throw new FormatError(`an integer from 0 to ${highest} was expected`);
  };
}

export const u32 = integerUpTo(MAX_U32);
export const u64 = integerUpTo(MAX_U64);

export function qname(value) {
  const found = members(value, ["namespace", "local"]);
  const namespace = required(found, "namespace", text);
  const local = required(found, "local", text);
  if (!namespace || !local) throw new FormatError("namespace and local must not be empty");
  return { namespace, local };
}

/** An object, or an array of two; nanoseconds carry into the seconds (LD-09). */
function secondsAndNanos(value, secsName, nanosName, highest) {
  const isPair = Array.isArray(value) && value.length === 2;
  const found = isPair
    ? new Map([[secsName, value[0]], [nanosName, value[1]]])
    : members(value, [secsName, nanosName]);
  const nanos = required(found, nanosName, u32);
  const secs = required(found, secsName, u64) + nanos / NANOS_PER_SECOND;
  if (secs > highest) throw new FormatError("the seconds are out of range");
  return { [secsName]: secs, [nanosName]: nanos % NANOS_PER_SECOND };
}

export function instant(value) {
  return secondsAndNanos(value, "secs_since_epoch", "nanos_since_epoch", MAX_I64);
}

export function optionalInstant(value) {
  return value === null ? null : instant(value);
}

function duration(value) {
  return secondsAndNanos(value, "secs", "nanos", MAX_U64);
}

export function schedule(value) {
  if (value === "Manual") return value;
  if (!(value instanceof Members) || value.pairs.length !== 1) {
    throw new FormatError("a schedule was expected");
  }
  const [kind, content] = value.pairs[0];
  switch (kind) {
    case "Once":
      return { Once: instant(content) };
    case "Periodic":
      return { Periodic: duration(content) };
    case "Cron":
      return { Cron: text(content) };
    case "Manual":
      if (content === null) return "Manual";
      throw new FormatError("Manual takes no value");
    default:
      throw new FormatError(`unknown schedule ${JSON.stringify(kind.slice(0, 40))}`);
  }
}
