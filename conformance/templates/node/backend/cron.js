// The cron dialect (NF-05): seconds first, an optional year, both day fields must match, always UTC.

const SHORTHANDS = new Map([
  ["@yearly", "0 0 0 1 1 *"],
  ["@monthly", "0 0 0 1 * *"],
  ["@weekly", "0 0 0 * * 1"],
  ["@daily", "0 0 0 * * *"],
  ["@hourly", "0 0 * * * *"],
]);

const MONTHS = numbered(
  "january february march april may june july august september october november december".split(" "),
);
const DAYS = numbered("sunday monday tuesday wednesday thursday friday saturday".split(" "));
DAYS.set("tues", 3).set("thurs", 5);

const FIELDS = [
  { lowest: 0, highest: 59 },
  { lowest: 0, highest: 59 },
  { lowest: 0, highest: 23 },
  { lowest: 1, highest: 31, takesQuestionMarks: true },
  { lowest: 1, highest: 12, names: MONTHS },
  { lowest: 1, highest: 7, takesQuestionMarks: true, names: DAYS },
  { lowest: 1970, highest: 2100 },
];
const YEARS_END = Date.UTC(2101, 0, 1) / 1000;
const DAY = 86_400;

const EDGE_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const BLANKS = spaced("_");
const ITEM = spaced(
  "(?<every>[*?])" +
    "|_(?<first>[0-9]+)_(?:-_(?<last>[0-9]+)_)?" +
    "|_(?<firstName>[A-Za-z]+)_(?:-_(?<lastName>[A-Za-z]+)_)?",
);
const STEP = spaced("/_(?<stride>[0-9]+)_");

class RefusedExpression extends Error {}

/** Full names and their first three letters, numbered from 1. */
function numbered(names) {
  return new Map(names.flatMap((name, index) => [[name, index + 1], [name.slice(0, 3), index + 1]]));
}

/** A pattern that matches at one place only; an underscore stands for blanks. */
function spaced(pattern) {
  return new RegExp(pattern.replaceAll("_", "[ \\t\\r\\n]*"), "y");
}

/**
 * The first match strictly after a second; null for an expression that is refused or never matches.
 * @param {string} expression
 * @param {bigint} secs
 * @returns {number | null}
 */
export function nextMatch(expression, secs) {
  if (secs >= YEARS_END) return null;
  try {
    return search(parse(expression), Number(secs) + 1);
  } catch (error) {
    if (error instanceof RefusedExpression) return null;
    throw error;
  }
}

/** The values of the seven fields, each in ascending order. */
export function parse(expression) {
  const reader = new Reader(SHORTHANDS.get(expression.replace(EDGE_BLANKS, "")) ?? expression);
  const values = FIELDS.map((field, index) => {
    const isLeftOut = index === 6 && reader.isAtEnd();
    return isLeftOut ? range(field.lowest, field.highest, 1) : readField(reader, field);
  });
  if (!reader.isAtEnd()) throw new RefusedExpression();
  return values;
}

class Reader {
  #text;
  #position = 0;

  constructor(text) {
    this.#text = text;
  }

  take(pattern) {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#position = pattern.lastIndex;
    return found?.groups ?? null;
  }

  takesComma() {
    const found = this.#text[this.#position] === ",";
    if (found) this.#position += 1;
    return found;
  }

  isAtEnd() {
    return this.#position === this.#text.length;
  }
}

function readField(reader, field) {
  const values = new Set();
  reader.take(BLANKS);
  do {
    for (const value of readItem(reader, field)) values.add(value);
  } while (reader.takesComma());
  reader.take(BLANKS);
  return [...values].sort((a, b) => a - b);
}

function readItem(reader, field) {
  const item = reader.take(ITEM);
  if (item === null || (item.every === "?" && !field.takesQuestionMarks)) throw new RefusedExpression();
  const isSingleName = item.firstName !== undefined && item.lastName === undefined;
  const step = isSingleName ? null : reader.take(STEP);
  const stride = step === null ? 1 : Number(step.stride);
  const [first, last] = bounds(item, field, step !== null);
  const isInRange = field.lowest <= first && first <= last && last <= field.highest;
  if (!isInRange || stride < 1 || stride > field.highest) throw new RefusedExpression();
  return range(first, last, stride);
}

function bounds(item, field, isStepped) {
  if (item.every !== undefined) return [field.lowest, field.highest];
  if (item.firstName !== undefined) {
    const first = named(item.firstName, field);
    return [first, item.lastName === undefined ? first : named(item.lastName, field)];
  }
  const first = Number(item.first);
  if (item.last !== undefined) return [first, Number(item.last)];
  return [first, isStepped ? field.highest : first];
}

function named(name, field) {
  const value = field.names?.get(name.toLowerCase());
  if (value === undefined) throw new RefusedExpression();
  return value;
}

function range(first, last, stride) {
  const values = [];
  for (let value = first; value <= last; value += stride) values.push(value);
  return values;
}

function search([seconds, minutes, hours, days, months, weekdays, years], start) {
  for (const midnight of dates(days, months, weekdays, years, start)) {
    for (const hour of hours) {
      for (const minute of minutes) {
        const time = midnight + hour * 3600 + minute * 60;
        const second = seconds.find((second) => time + second >= start);
        if (second !== undefined) return time + second;
      }
    }
  }
  return null;
}

/** Midnights of the matching days, from the day of `start` on. */
function* dates(days, months, weekdays, years, start) {
  const firstYear = new Date(start * 1000).getUTCFullYear();
  for (const year of years.filter((year) => year >= firstYear)) {
    for (const month of months) {
      for (const day of days) {
        const date = new Date(Date.UTC(year, month - 1, day));
        const midnight = date.getTime() / 1000;
        const exists = date.getUTCDate() === day;
        if (exists && midnight + DAY > start && weekdays.includes(date.getUTCDay() + 1)) yield midnight;
      }
    }
  }
}
