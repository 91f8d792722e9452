// The headers that a follow-on call must carry for a trace to hold together.

import { Tuple2 } from "./generated/types";
import { holdsAt, isToken, lowerAscii } from "./text/characters";

/** The longest value carried, in bytes of UTF-8. */
const LONGEST_VALUE: i32 = 8192;

/**
 * Those of `headers` to send on, in their order with repeats: the trace headers
 * that HaMS knows and those named in `extra`. Names compare without case. Left
 * out: a value with CR, LF or NUL or over 8 KiB; a name that is no token; a
 * `traceparent` that W3C Trace Context level 1 refuses, or that comes more than
 * once, and then every `tracestate` with it.
 */
export function carry(
  headers: Array<Tuple2<string, string>>,
  extra: Array<string>,
): Array<Tuple2<string, string>> {
  const named = new Set<string>();
  for (let i = 0; i < extra.length; i++) named.add(lowerAscii(extra[i]));
  const broken = hasBrokenParent(headers);
  const carried: Array<Tuple2<string, string>> = [];
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i];
    const name = header.item0;
    if (broken && (is(name, "traceparent") || is(name, "tracestate"))) continue;
    if (!isKnown(name) && (named.size == 0 || !named.has(lowerAscii(name)))) continue;
    if (isToken(name) && isSafe(header.item1)) carried.push(header);
  }
  return carried;
}

function isKnown(name: string): bool {
  return (
    is(name, "traceparent") ||
    is(name, "tracestate") ||
    is(name, "baggage") ||
    is(name, "x-request-id") ||
    is(name, "b3") ||
    holdsAt(name, 0, "x-b3-") ||
    is(name, "x-ot-span-context") ||
    is(name, "x-cloud-trace-context") ||
    is(name, "grpc-trace-bin") ||
    holdsAt(name, 0, "x-datadog-") ||
    holdsAt(name, 0, "sw8") ||
    is(name, "x-amzn-trace-id")
  );
}

function is(name: string, known: string): bool {
  return name.length == known.length && holdsAt(name, 0, known);
}

/** Whether there is a traceparent that must not be sent on. */
function hasBrokenParent(headers: Array<Tuple2<string, string>>): bool {
  let found = false;
  for (let i = 0; i < headers.length; i++) {
    if (!is(headers[i].item0, "traceparent")) continue;
    if (found || !isTraceparent(headers[i].item1)) return true;
    found = true;
  }
  return false;
}

/**
 * `version-traceid-parentid-flags` in lower-case hex. Version 00 ends there; a
 * higher one may go on behind another dash; ff is forbidden.
 */
function isTraceparent(value: string): bool {
  const length = value.length;
  if (length < 55) return false;
  for (let i = 0; i < 55; i++) {
    const unit = value.charCodeAt(i);
    const isDash = i == 2 || i == 35 || i == 52;
    if (isDash ? unit != 0x2d : !isLowerHex(unit)) return false;
  }
  if (value.startsWith("ff")) return false;
  if (length > 55 && (value.startsWith("00") || value.charCodeAt(55) != 0x2d)) return false;
  return !isZero(value, 3, 35) && !isZero(value, 36, 52);
}

function isZero(value: string, start: i32, end: i32): bool {
  for (let i = start; i < end; i++) if (value.charCodeAt(i) != 0x30) return false;
  return true;
}

function isLowerHex(unit: i32): bool {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66);
}

function isSafe(value: string): bool {
  const length = value.length;
  if (length > LONGEST_VALUE) return false;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit == 0x0d || unit == 0x0a || unit == 0) return false;
  }
  return String.UTF8.byteLength(value) <= LONGEST_VALUE;
}
