// When a schedule fires next.

import { MAX_I64, NANOS_PER_SECOND } from "../values.js";
import { nextMatch } from "./cron.js";

/** The next instant; null when there is none, or when it cannot be represented (NF-01 to NF-07). */
export function nextFire(schedule, now) {
  if (schedule === "Manual") return now;
  if ("Periodic" in schedule) return add(now, schedule.Periodic);
  if ("Once" in schedule) return isBefore(schedule.Once, now) ? null : schedule.Once;
  const secs = nextMatch(schedule.Cron, now.secs_since_epoch);
  return secs === null ? null : { secs_since_epoch: BigInt(secs), nanos_since_epoch: 0n };
}

function add(now, period) {
  const nanos = now.nanos_since_epoch + period.nanos;
  const secs = now.secs_since_epoch + period.secs + nanos / NANOS_PER_SECOND;
  if (secs > MAX_I64) return null;
  return { secs_since_epoch: secs, nanos_since_epoch: nanos % NANOS_PER_SECOND };
}

function isBefore(instant, other) {
  return instant.secs_since_epoch === other.secs_since_epoch
    ? instant.nanos_since_epoch < other.nanos_since_epoch
    : instant.secs_since_epoch < other.secs_since_epoch;
}
