// What an Accept field asks for (RFC 9110, 12.5.1).
import { holdsAt } from "../text/characters";

/** Whether `application/health+json` itself is named with a weight over 0. */
export function namesHealthJson(accept: string | null): bool {
  return accept !== null && weight(accept, "application/health+json") > 0;
}

/** Whether `application/openmetrics-text` is named with a weight over 0 and not below text/plain's. */
export function wantsOpenMetrics(accept: string | null): bool {
  if (accept === null) return false;
  const openMetrics = weight(accept, "application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= weight(accept, "text/plain");
}

/**
 * The greatest weight, in thousandths, of the elements that name `type` itself,
 * in lower case; 0 without one. Parameters other than `q` do not matter, and an
 * element with a malformed `q` is ignored.
 */
function weight(accept: string, type: string): i32 {
  const length = accept.length;
  let greatest = 0;
  let at = 0;
  while (at < length) {
    let end = partEnd(accept, at);
    const named = isNamed(accept, at, end, type);
    let own = 1000;
    let weighted = false; // the first q counts, what follows it extends Accept
    while (accept.charCodeAt(end) == 0x3b) {
      at = skipBlanks(accept, end + 1);
      end = partEnd(accept, at);
      if (!weighted && isWeight(accept, at)) {
        own = parseWeight(accept, at + 2, end);
        weighted = true;
      }
    }
    if (named && own > greatest) greatest = own;
    at = end + 1;
  }
  return greatest;
}

/** Where the part that begins at `at` ends: at the next `;` or `,` outside quotes, or at the text's end. */
function partEnd(accept: string, at: i32): i32 {
  const length = accept.length;
  let quoted = false;
  for (; at < length; at++) {
    const unit = accept.charCodeAt(at);
    if (unit == 0x22) quoted = !quoted;
    else if (quoted && unit == 0x5c) at++;
    else if (!quoted && (unit == 0x3b || unit == 0x2c)) return at;
  }
  return length; // a backslash may stand last
}

function isNamed(accept: string, start: i32, end: i32, type: string): bool {
  start = skipBlanks(accept, start);
  end = trimBlanks(accept, start, end);
  return end - start == type.length && holdsAt(accept, start, type);
}

/** Whether the parameter at `at` is `q`. */
function isWeight(accept: string, at: i32): bool {
  return (accept.charCodeAt(at) | 0x20) == 0x71 && accept.charCodeAt(at + 1) == 0x3d;
}

/** `0` to `1` with at most three digits behind the point, in thousandths; -1 if it is something else. */
function parseWeight(accept: string, start: i32, end: i32): i32 {
  end = trimBlanks(accept, start, end);
  const length = end - start;
  if (length < 1 || length > 5) return -1;
  const whole = accept.charCodeAt(start) - 0x30;
  if (whole != 0 && whole != 1) return -1;
  if (length > 1 && accept.charCodeAt(start + 1) != 0x2e) return -1;
  let value = whole;
  for (let i = 2; i < 5; i++) {
    const digit = i < length ? accept.charCodeAt(start + i) - 0x30 : 0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= 1000 ? value : -1;
}

function skipBlanks(accept: string, at: i32): i32 {
  while (isBlank(accept.charCodeAt(at))) at++;
  return at;
}

function trimBlanks(accept: string, start: i32, end: i32): i32 {
  while (end > start && isBlank(accept.charCodeAt(end - 1))) end--;
  return end;
}

function isBlank(unit: i32): bool {
  return unit == 0x20 || unit == 0x09;
}
