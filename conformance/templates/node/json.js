// JSON without loss: integers are BigInts, and a member given twice can be told. Strings are left to the
// language's own JSON; numbers and objects cannot be, since JSON.parse rounds the one and merges the other.

/** An object as its members in order. */
export class Members {
  /** @type {[string, unknown][]} */
  pairs = [];
}

/** Text that is not JSON, or JSON of the wrong shape. */
export class FormatError extends Error {}

const BLANKS = /[ \t\r\n]*/y;
const SCALAR = /(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|true|false|null/y;
const INTEGER = /^(?:0|[1-9][0-9]{0,19})$/;

/**
 * The JSON value of some bytes, read without recursion, so that no nesting is too deep (LD-04, SE-03).
 * What is no integer of at most 20 digits is a plain number.
 * @param {Uint8Array} bytes
 */
export function parse(bytes) {
  const scanner = new Scanner(decodeUtf8(bytes));
  const open = [];
  for (;;) {
    let value = scanner.value();
    if ((Array.isArray(value) || value instanceof Members) && !scanner.takes(closerOf(value))) {
      open.push(startMember(value, scanner));
      continue;
    }
    while (open.length > 0) {
      const container = open.at(-1);
      if (container instanceof Members) container.pairs.at(-1)[1] = value;
      else container.push(value);
      if (scanner.takes(",")) {
        startMember(container, scanner);
        break;
      }
      scanner.expect(closerOf(container));
      value = open.pop();
    }
    if (open.length === 0) return scanner.end(value);
  }
}

function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError("the text is not UTF-8");
  }
}

function closerOf(container) {
  return container instanceof Members ? "}" : "]";
}

function startMember(container, scanner) {
  if (container instanceof Members) {
    container.pairs.push([scanner.string(), null]);
    scanner.expect(":");
  }
  return container;
}

class Scanner {
  #text;
  #position = 0;

  constructor(text) {
    this.#text = text;
  }

  /** A scalar, or an array or object whose opening bracket has been read. */
  value() {
    this.#skipBlanks();
    switch (this.#text[this.#position]) {
      case '"':
        return this.string();
      case "[":
        this.#position += 1;
        return [];
      case "{":
        this.#position += 1;
        return new Members();
      default:
        return this.#scalar();
    }
  }

  string() {
    this.#skipBlanks();
    const start = this.#position;
    if (this.#text[start] !== '"') throw this.#unexpected();
    let end = this.#text.indexOf('"', start + 1);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw this.#unexpected();
    this.#position = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1));
    } catch {
      throw new FormatError(`a malformed string at character ${start}`);
    }
  }

  takes(character) {
    this.#skipBlanks();
    const found = this.#text[this.#position] === character;
    if (found) this.#position += 1;
    return found;
  }

  expect(character) {
    if (!this.takes(character)) throw this.#unexpected();
  }

  end(value) {
    this.#skipBlanks();
    if (this.#position !== this.#text.length) throw this.#unexpected();
    return value;
  }

  #scalar() {
    SCALAR.lastIndex = this.#position;
    const found = SCALAR.exec(this.#text);
    if (found === null) throw this.#unexpected();
    this.#position = SCALAR.lastIndex;
    if (found[1] === undefined) return JSON.parse(found[0]);
    return INTEGER.test(found[0]) ? BigInt(found[0]) : Number(found[0]);
  }

  #isEscaped(position) {
    let start = position;
    while (this.#text[start - 1] === "\\") start -= 1;
    return (position - start) % 2 === 1;
  }

  #skipBlanks() {
    BLANKS.lastIndex = this.#position;
    BLANKS.exec(this.#text);
    this.#position = BLANKS.lastIndex;
  }

  #unexpected() {
    const found = this.#text[this.#position];
    const what = found === undefined ? "the text ends" : `unexpected ${JSON.stringify(found)}`;
    return new FormatError(`${what} at character ${this.#position}`);
  }
}

/**
 * A value as JSON: BigInts as integers, only the escapes JSON requires; with an indent, one member a line.
 * @param {unknown} value
 */
export function write(value, indent = "", line = "\n") {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = line + indent;
  const colon = indent ? ": " : ":";
  const items = Array.isArray(value)
    ? value.map((item) => write(item, indent, inner))
    : Object.entries(value).map(([name, item]) => JSON.stringify(name) + colon + write(item, indent, inner));
  const [opener, closer] = Array.isArray(value) ? "[]" : "{}";
  if (items.length === 0) return opener + closer;
  return indent ? opener + inner + items.join("," + inner) + line + closer : opener + items.join() + closer;
}
