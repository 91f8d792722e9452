// From a request target, as received, to a path and a query.
import { holdsAt, textOf } from "../text/characters";

/** A request target taken apart. */
@final
export class Target {
  constructor(
    /** Decoded; begins with `/` unless the target was `*` or of no known form. */
    readonly path: string,
    /** What stands behind the first `?`, as received. */
    readonly query: string,
  ) {}
}

/** What the apiserver's text form takes from a query. */
@final
export class Query {
  constructor(
    /** The key `verbose` is there, whatever its value. */
    readonly verbose: bool,
    /** The values of `exclude`, in order, with repeats. */
    readonly exclude: Array<string>,
  ) {}
}

const NO_QUERY = new Query(false, []);

/**
 * Takes origin form, absolute form (http, https) and `*`. Null where the path has
 * a `%` without two hex digits: no such path exists.
 */
export function parseTarget(target: string): Target | null {
  const length = target.length;
  const start = target.charCodeAt(0) == 0x2f ? 0 : authorityEnd(target);
  let end = start;
  while (end < length && target.charCodeAt(end) != 0x3f) end++; // ?
  const query = end < length ? target.substring(end + 1) : "";
  // An absolute form without a path means the root, as RFC 9110 has it.
  if (start == end && start > 0) return new Target("/", query);
  const path = decode(target.substring(start, end), false);
  return path === null ? null : new Target(path, query);
}

/**
 * Only `&` separates. As in Go's net/url, which the apiserver uses, a pair that
 * does not decode or has a bare `;` is dropped, and `exclude` alone is the name "".
 */
export function parseQuery(query: string): Query {
  const length = query.length;
  if (length == 0) return NO_QUERY;
  let verbose = false;
  const exclude: Array<string> = [];
  let start = 0;
  while (start <= length) {
    let equals = -1;
    let refused = false;
    let end = start;
    for (; end < length; end++) {
      const unit = query.charCodeAt(end);
      if (unit == 0x26) break; // &
      if (unit == 0x3d && equals < 0) equals = end; // =
      if (unit == 0x3b) refused = true; // ;
    }
    if (!refused) {
      const key = decode(query.substring(start, equals < 0 ? end : equals), true);
      const isVerbose = key == "verbose";
      if (isVerbose || key == "exclude") {
        const value = equals < 0 ? "" : decode(query.substring(equals + 1, end), true);
        if (value !== null) {
          if (isVerbose) verbose = true;
          else exclude.push(value);
        }
      }
    }
    start = end + 1;
  }
  return new Query(verbose, exclude);
}

/** Where the path begins in an absolute form; 0 in any other. */
function authorityEnd(target: string): i32 {
  let at = 0;
  if (holdsAt(target, 0, "http://")) at = 7;
  else if (holdsAt(target, 0, "https://")) at = 8;
  else return 0;
  const start = at;
  const length = target.length;
  while (at < length && target.charCodeAt(at) != 0x2f && target.charCodeAt(at) != 0x3f) at++;
  return at > start ? at : 0; // no authority: no form that HTTP knows
}

/** `text` with %XX decoded, and `+` where `plus` is set. Null at a `%` without two hex digits. */
function decode(text: string, plus: bool): string | null {
  const length = text.length;
  let i = 0;
  while (i < length) {
    const unit = text.charCodeAt(i);
    if (unit == 0x25 || (plus && unit == 0x2b)) break;
    i++;
  }
  if (i == length) return text;
  const decoder = new Utf8Decoder(length);
  for (i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit == 0x25) {
      const byte = (hexDigit(text.charCodeAt(i + 1)) << 4) | hexDigit(text.charCodeAt(i + 2));
      if (byte < 0) return null;
      decoder.byte(byte);
      i += 2;
    } else if (plus && unit == 0x2b) {
      decoder.unit(0x20);
    } else {
      decoder.unit(unit);
    }
  }
  return decoder.finish();
}

/** The value of a hex digit, -1 if it is none. */
function hexDigit(unit: i32): i32 {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Bytes to a text as the WHATWG decoder does it: one U+FFFD for each maximal
 * subpart of an invalid sequence. It never makes more units than it takes bytes.
 */
@final
class Utf8Decoder {
  private readonly units: StaticArray<u16>;
  private length: i32 = 0;
  /** Bytes still missing from the sequence under way. */
  private missing: i32 = 0;
  private point: i32 = 0;
  /** What the next byte of the sequence must lie between. */
  private lower: i32 = 0x80;
  private upper: i32 = 0xbf;

  constructor(capacity: i32) {
    this.units = new StaticArray<u16>(capacity);
  }

  byte(byte: i32): void {
    if (this.missing > 0) {
      if (byte >= this.lower && byte <= this.upper) {
        this.lower = 0x80;
        this.upper = 0xbf;
        this.point = (this.point << 6) | (byte & 0x3f);
        if (--this.missing == 0) this.append(this.point);
        return;
      }
      this.breakOff();
    }
    if (byte < 0x80) {
      this.append(byte);
    } else if (byte >= 0xc2 && byte <= 0xdf) {
      this.begin(1, byte & 0x1f);
    } else if (byte >= 0xe0 && byte <= 0xef) {
      if (byte == 0xe0) this.lower = 0xa0; // shorter forms exist
      if (byte == 0xed) this.upper = 0x9f; // surrogates
      this.begin(2, byte & 0x0f);
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte == 0xf0) this.lower = 0x90; // shorter forms exist
      if (byte == 0xf4) this.upper = 0x8f; // beyond U+10FFFF
      this.begin(3, byte & 0x07);
    } else {
      this.append(0xfffd);
    }
  }

  /** A UTF-16 unit that stands for itself. */
  unit(unit: i32): void {
    this.breakOff();
    this.append(unit);
  }

  finish(): string {
    this.breakOff();
    return textOf(this.units, this.length);
  }

  private begin(missing: i32, point: i32): void {
    this.missing = missing;
    this.point = point;
  }

  private breakOff(): void {
    if (this.missing == 0) return;
    this.missing = 0;
    this.lower = 0x80;
    this.upper = 0xbf;
    this.append(0xfffd);
  }

  private append(point: i32): void {
    if (point > 0xffff) {
      this.units[this.length++] = <u16>(0xd7c0 + (point >> 10));
      this.units[this.length++] = <u16>(0xdc00 | (point & 0x3ff));
    } else {
      this.units[this.length++] = <u16>point;
    }
  }
}
