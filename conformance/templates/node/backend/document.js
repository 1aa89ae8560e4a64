// One JSON document, read strictly and replaced atomically and durably.

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

import { FormatError, parse, write } from "../json.js";
import { PersistenceError, members, optionalInstant, required, schedule, text, u32 } from "../values.js";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NONBLOCK, O_DIRECTORY } = fs.constants;
const MEMBERS = ["qname", "status", "consecutive_failures", "schedule", "next_fire_at"];

export class Document {
  #dataPath;
  #directory;
  #path;
  #directoryIsDurable = false;

  constructor(dataPath) {
    this.#dataPath = path.resolve(dataPath);
    this.#directory = path.join(this.#dataPath, "_system");
    this.#path = path.join(this.#directory, "background_jobs.json");
  }

  /** The rows, and the mode; no rows where there is no file or an empty one (LD-05). */
  read() {
    try {
      const { bytes, mode } = readRegularFile(this.#path);
      return { rows: bytes.length === 0 ? [] : readRows(parse(bytes)), mode };
    } catch (error) {
      if (error.code === "ENOENT") return { rows: [], mode: null };
      throw this.#failure(error);
    }
  }

  /** Stores rows; until the rename the old document stays as it is (CR-01 to CR-05, CR-08). */
  replace(rows, mode) {
    const bytes = Buffer.from(write(rows, "  "));
    const name = `.background_jobs.${randomBytes(8).toString("hex")}.tmp`;
    const temporary = path.join(this.#directory, name);
    let renaming = false;
    try {
      this.#makeDirectory();
      try {
        writeNewFile(temporary, bytes, mode);
        renaming = true;
        fs.renameSync(temporary, this.#path);
      } catch (error) {
        removeQuietly(temporary); // what failed first is what counts
        throw error;
      }
      syncDirectory(this.#directory);
    } catch (error) {
      throw this.#failure(error, renaming);
    }
  }

  /** Creates _system durably. One left by a killed process may not be durable yet: it is synced once. */
  #makeDirectory() {
    if (this.#directoryIsDurable && isDirectory(this.#directory)) return;
    makeDurableDirectory(this.#directory);
    syncDirectory(this.#dataPath);
    this.#directoryIsDurable = true;
  }

  #failure(error, uncertain = false) {
    const isExpected = error instanceof FormatError || error.syscall !== undefined;
    return isExpected ? new PersistenceError(`${this.#path}: ${error.message}`, uncertain) : error;
  }
}

function readRows(value) {
  if (!Array.isArray(value)) throw new FormatError("an array was expected");
  return value.map(readRow);
}

/** An object, or an array of its first three to five values (LD-09). */
function readRow(value) {
  const isArray = Array.isArray(value) && value.length >= 3 && value.length <= MEMBERS.length;
  const found = isArray
    ? new Map(value.map((item, index) => [MEMBERS[index], item]))
    : members(value, MEMBERS, { ignoreOthers: true });
  return {
    qname: required(found, "qname", text),
    status: required(found, "status", text),
    consecutive_failures: required(found, "consecutive_failures", u32),
    schedule: found.has("schedule") ? required(found, "schedule", schedule) : "Manual",
    next_fire_at: found.has("next_fire_at") ? required(found, "next_fire_at", optionalInstant) : null,
  };
}

/** Opens without blocking, so that a FIFO in the file's place is an error and not a hang (SE-04). */
function readRegularFile(file) {
  return withOpen(file, O_RDONLY | O_NONBLOCK, 0, (descriptor) => {
    const status = fs.fstatSync(descriptor);
    if (!status.isFile()) throw new FormatError("not a regular file");
    return { bytes: fs.readFileSync(descriptor), mode: status.mode & 0o777 };
  });
}

/** Never follows a link: the file must not exist yet (SE-01). Keeps an existing document's mode (SE-02). */
function writeNewFile(file, bytes, mode) {
  withOpen(file, O_WRONLY | O_CREAT | O_EXCL, mode ?? 0o666, (descriptor) => {
    if (mode !== null) fs.fchmodSync(descriptor, mode); // the umask may have cleared some bits
    fs.writeFileSync(descriptor, bytes);
    fs.fsyncSync(descriptor);
  });
}

function makeDurableDirectory(directory) {
  if (isDirectory(directory)) return;
  const parent = path.dirname(directory);
  makeDurableDirectory(parent);
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  syncDirectory(parent);
}

function isDirectory(directory) {
  return fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function syncDirectory(directory) {
  withOpen(directory, O_RDONLY | O_DIRECTORY, 0, fs.fsyncSync);
}

function withOpen(file, flags, mode, use) {
  const descriptor = fs.openSync(file, flags, mode);
  try {
    return use(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function removeQuietly(file) {
  try {
    fs.unlinkSync(file);
  } catch {
    // it may never have come into being
  }
}
