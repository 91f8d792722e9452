// Whether what is passed in fits. A `…Problem` is the message of what is wrong with a value, null if
// nothing is; a `parse…` is the value, or the result that its comment names for "does not fit".

import { Detail, Tuple2 } from "../generated/types";
import { countCharacters, isAlphanumeric, isOneOf, isToken } from "../text/characters";
import { quoteShort } from "../text/quote";
import { parseNumber } from "./url";

/** The most headers of one request. */
const MOST_HEADERS: i32 = 64;
/** The longest header, name and value together, in bytes of UTF-8. */
const LONGEST_HEADER: i32 = 8192;
/** The shortest token, in characters. */
const SHORTEST_TOKEN: i32 = 16;

/** Where to listen. */
@final
export class Listen {
  constructor(
    /** Without brackets; empty: all interfaces. */
    readonly address: string,
    /** 0: any free port. */
    readonly port: u16,
  ) {}
}

/** A probe's or a hook's name: 1 to 100 of `A-Z a-z 0-9 . _ / -`, beginning with a letter or digit, not `phase`. */
export function nameProblem(name: string): string | null {
  const problem = textProblem("a name", name, 100);
  if (problem !== null) return problem;
  if (!isAlphanumeric(name.charCodeAt(0))) {
    return "a name begins with a letter or a digit, not as " + quoteShort(name);
  }
  for (let i = 1; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (!isAlphanumeric(unit) && !isOneOf(unit, "._/-")) {
      return "a name is made of A-Z a-z 0-9 . _ / - alone, not as " + quoteShort(name);
    }
  }
  return name == "phase" ? 'the name "phase" is taken by HaMS itself' : null;
}

/** 1 to `limit` characters; the message begins with `subject`, such as `a label`. */
export function textProblem(subject: string, text: string, limit: i32): string | null {
  const count = countCharacters(text);
  if (count >= 1 && count <= limit) return null;
  return `${subject} has 1 to ${limit} characters, not ${count}`;
}

/** A name or an address alone, 1 to 255 characters; the message begins with `subject`, such as `a host`. */
export function hostProblem(subject: string, host: string): string | null {
  const problem = textProblem(subject, host, 255);
  if (problem !== null) return problem;
  for (let i = 0; i < host.length; i++) {
    const unit = host.charCodeAt(i);
    if (!isAlphanumeric(unit) && !isOneOf(unit, "-._:%")) {
      return `${subject} is an address or a name in ASCII, without port or brackets, not ${quoteShort(host)}`;
    }
  }
  return null;
}

/** An HTTP method: a token of at most 32 characters. */
export function methodProblem(method: string): string | null {
  if (method.length <= 32 && isToken(method)) return null;
  return "a method is a token of 1 to 32 characters, not " + quoteShort(method);
}

/** Each header that does not fit, or their number if that does not. */
export function headerProblems(headers: Array<Tuple2<string, string>>): Array<string> {
  const count = headers.length;
  if (count > MOST_HEADERS) return [`there are at most ${MOST_HEADERS} headers, not ${count}`];
  const problems: Array<string> = [];
  for (let i = 0; i < count; i++) {
    const problem = headerProblem(headers[i].item0, headers[i].item1);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/** Each inclusive range that is empty, or their number if it is over `limit`. */
export function rangeProblems(ranges: Array<Tuple2<u16, u16>>, limit: i32): Array<string> {
  const count = ranges.length;
  if (count > limit) return [`there are at most ${limit} ranges, not ${count}`];
  const problems: Array<string> = [];
  for (let i = 0; i < count; i++) {
    const first = ranges[i].item0;
    const last = ranges[i].item1;
    if (first > last) problems.push(`the range from ${first} to ${last} is empty`);
  }
  return problems;
}

/** A bearer token: at least 16 characters that a header can carry. No message shows it. */
export function tokenProblem(token: string): string | null {
  const count = countCharacters(token);
  if (count < SHORTEST_TOKEN)
    return `a token has at least ${SHORTEST_TOKEN} characters, not ${count}`;
  for (let i = 0; i < token.length; i++) {
    const unit = token.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f) return "a token is made of visible ASCII characters alone";
  }
  return null;
}

/** `PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; null if it does not fit. */
export function parseListen(value: string): Listen | null {
  const colon = value.lastIndexOf(":");
  const port = parseNumber(value, colon + 1, 65535);
  if (port < 0) return null;
  if (colon < 0) return new Listen("", <u16>port);
  const bracketed = value.startsWith("[") && value.charCodeAt(colon - 1) == 0x5d;
  const address = bracketed ? value.substring(1, colon - 1) : value.substring(0, colon);
  // Outside brackets nobody could tell an address's colons from the port's.
  if (address.includes(":") != bracketed) return null;
  return hostProblem("", address) === null ? new Listen(address, <u16>port) : null;
}

/** For a value that `parseListen` refuses. */
export function listenProblem(value: string): string {
  return quoteShort(value) + " is not PORT, ADDRESS:PORT or [ADDRESS]:PORT";
}

/** Whole milliseconds in decimal, up to 4294967295; -1 if it does not fit. */
export function parseMilliseconds(value: string): i64 {
  return parseNumber(value, 0, <i64>u32.MAX_VALUE);
}

/** For a value that `parseMilliseconds` refuses. */
export function millisecondsProblem(value: string): string {
  return quoteShort(value) + " is not a number of milliseconds from 0 to 4294967295";
}

/** A `Detail` by its word; -1 if it does not fit. */
export function parseDetail(value: string): i32 {
  if (value == "none") return Detail.None;
  if (value == "names") return Detail.Names;
  return value == "reasons" ? Detail.Reasons : -1;
}

/** For a value that `parseDetail` refuses. */
export function detailProblem(value: string): string {
  return quoteShort(value) + " is not none, names or reasons";
}

function headerProblem(name: string, value: string): string | null {
  if (!isToken(name)) return "a header's name is a token, not " + quoteShort(name);
  const size = String.UTF8.byteLength(name) + String.UTF8.byteLength(value);
  if (size > LONGEST_HEADER) {
    return `the header ${quoteShort(name)} has at most ${LONGEST_HEADER} bytes, not ${size}`;
  }
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit == 0x0d || unit == 0x0a || unit == 0) {
      return `the header ${quoteShort(name)} has a CR, LF or NUL in its value`;
    }
  }
  return null;
}
