// THE BACKEND. Replace this folder by your own; `about` and `open` are all that the adapter asks for.
//
// This one keeps one JSON document and replaces it whole at every change. Its operations run to their end
// before the next one starts, so that nothing has to be locked.

import { Document } from "./document.js";
import { nextFire } from "./next_fire.js";

export const about = { name: "sidecar-node", version: "0.1.0", language: "JavaScript" };

/** Creates nothing: the document appears with the first change (RT-11). */
export function open(dataPath, clock) {
  return new Sidecar(new Document(dataPath), clock);
}

class Sidecar {
  #document;
  #clock;

  constructor(document, clock) {
    this.#document = document;
    this.#clock = clock;
  }

  recordScheduled(id, schedule) {
    this.#upsert(id, { schedule, next_fire_at: nextFire(schedule, this.#clock.now()) });
  }

  recordStarted(id, _startedAt) {
    this.#upsert(id, { status: "Running" });
  }

  recordFinished(id, _finishedAt, success) {
    this.#upsert(id, { status: success ? "Idle" : "FailedRetrying" });
  }

  cancel(id) {
    const qname = dotted(id);
    this.#change((rows) => rows.filter((row) => row.qname !== qname));
  }

  loadAll() {
    return this.#document.read().rows.flatMap(restore);
  }

  flushCheckpoint() {
    // every change is durable when it returns (CR-04)
  }

  /** Changes the first row of this id, or appends a new one (UP-07, UP-08). */
  #upsert(id, change) {
    const qname = dotted(id);
    this.#change((rows) => {
      let row = rows.find((row) => row.qname === qname);
      if (row === undefined) {
        row = { qname, status: "Pending", consecutive_failures: 0n, schedule: "Manual", next_fire_at: null };
        rows.push(row);
      }
      Object.assign(row, change);
      return rows;
    });
  }

  #change(change) {
    const { rows, mode } = this.#document.read();
    this.#document.replace(change(rows), mode);
  }
}

function dotted({ namespace, local }) {
  return `${namespace}.${local}`;
}

/** Nothing for a row whose qname has no dot or an empty part (QN-01, QN-03, QN-04). */
function restore({ qname, next_fire_at, consecutive_failures, schedule }) {
  const dot = qname.lastIndexOf(".");
  if (dot <= 0 || dot === qname.length - 1) return [];
  return [
    {
      id: { namespace: qname.slice(0, dot), local: qname.slice(dot + 1) },
      status: "Pending",
      next_fire_at,
      last_started_at: null,
      last_finished_at: null,
      consecutive_failures,
      schedule,
      cancelled: false,
    },
  ];
}
