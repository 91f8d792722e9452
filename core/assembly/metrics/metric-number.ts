// Numbers of the metrics formats.
import { isDigit } from "./spans";

/** Powers of ten whose exponents are powers of two. */
const TEN_TO: StaticArray<f64> = [1e1, 1e2, 1e4, 1e8, 1e16, 1e32, 1e64, 1e128, 1e256];

/** The first 19 digits of the number from which on a double is infinite; it has 309 in all. */
const OVERFLOW_DIGITS: u64 = 1797693134862315807;

/** A number of a metrics text. Equal decimals make equal values; digits beyond 19 do not count. */
@final
export class MetricNumber {
  value: f64 = 0;

  /** A decimal, or an infinity or nan in any case. False for anything else, one too large for a double too. */
  read(text: string, start: i32, end: i32): bool {
    const sign = start < end ? text.charCodeAt(start) : 0;
    const isSigned = sign == 0x2b || sign == 0x2d;
    const first = isSigned ? start + 1 : start;
    if (isWord(text, first, end, "inf") || isWord(text, first, end, "infinity")) {
      this.value = sign == 0x2d ? -Infinity : Infinity;
      return true;
    }
    if (!isSigned && isWord(text, first, end, "nan")) {
      this.value = NaN;
      return true;
    }
    if (!this.readDecimal(text, first, end)) return false;
    if (sign == 0x2d) this.value = -this.value;
    return true;
  }

  /** A decimal alone. */
  readFinite(text: string, start: i32, end: i32): bool {
    return this.read(text, start, end) && isFinite(this.value);
  }

  private readDecimal(text: string, at: i32, end: i32): bool {
    let digits: u64 = 0;
    let count = 0; // of the digits kept, without zeros in front
    let exponent = 0;
    let isFraction = false;
    let isNumber = false;
    for (; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit == 0x2e && !isFraction) {
        isFraction = true;
        continue;
      }
      if (!isDigit(unit)) break;
      isNumber = true;
      if (count < 19) {
        digits = digits * 10 + (unit - 0x30);
        count += i32(digits != 0);
        exponent -= i32(isFraction);
      } else {
        exponent += i32(!isFraction);
      }
    }
    if (!isNumber) return false;
    if (at < end) {
      if ((text.charCodeAt(at) | 0x20) != 0x65) return false; // e
      const scale = parseExponent(text, at + 1, end);
      if (scale == i32.MIN_VALUE) return false;
      exponent += scale;
    }
    this.value = 0;
    if (digits == 0) return true;
    if (isOverflow(digits, count, exponent)) return false;
    this.value = scaled(digits, exponent);
    return true;
  }
}

/** Decimal digits up to 2^63 - 1: what Go takes for a timestamp in text 0.0.4. */
export function isInt64(text: string, start: i32, end: i32): bool {
  let value: u64 = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (!isDigit(unit) || value > 922337203685477580) return false;
    value = value * 10 + (unit - 0x30);
  }
  return start < end && value <= <u64>i64.MAX_VALUE;
}

/** A decimal exponent with or without a sign, `i32.MIN_VALUE` if it is none; at most a million either way. */
function parseExponent(text: string, at: i32, end: i32): i32 {
  const sign = at < end ? text.charCodeAt(at) : 0;
  if (sign == 0x2b || sign == 0x2d) at++;
  if (at >= end) return i32.MIN_VALUE;
  let value = 0;
  for (; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (!isDigit(unit)) return i32.MIN_VALUE;
    value = min(value * 10 + (unit - 0x30), 4000000); // more than a text of 1 MiB has digits
  }
  return sign == 0x2d ? -value : value;
}

function isOverflow(digits: u64, count: i32, exponent: i32): bool {
  const magnitude = count + exponent; // the digits before the point
  if (magnitude != 309) return magnitude > 309;
  for (; count < 19; count++) digits *= 10;
  return digits > OVERFLOW_DIGITS;
}

function scaled(digits: u64, exponent: i32): f64 {
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
  let value = <f64>digits;
  let left = min(abs(exponent), 511);
  for (let i = 0; left > 0; i++) {
    if (left & 1) value = exponent < 0 ? value / TEN_TO[i] : value * TEN_TO[i];
    left >>= 1;
  }
  return value;
}

/** Whether `word`, in lower case, stands from `start` to `end` in any case. */
function isWord(text: string, start: i32, end: i32, word: string): bool {
  if (end - start != word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if ((text.charCodeAt(start + i) | 0x20) != word.charCodeAt(i)) return false;
  }
  return true;
}
