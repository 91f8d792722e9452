// Texts, character by character. A character is a Unicode code point; a lone
// surrogate counts as one. Every function returns its argument itself where
// nothing changes, so the usual case makes no garbage.

/** The number of characters in `text`. */
export function countCharacters(text: string): i32 {
  const length = text.length;
  let count = length;
  for (let i = 1; i < length; i++) {
    if (isPair(text.charCodeAt(i - 1), text.charCodeAt(i))) {
      count--;
      i++; // a unit belongs to one pair at most
    }
  }
  return count;
}

/** The first `limit` characters of `text`. */
export function cut(text: string, limit: i32): string {
  const length = text.length;
  if (length <= limit) return text;
  let end = 0;
  for (let count = 0; count < limit && end < length; count++) {
    end += isPair(text.charCodeAt(end), text.charCodeAt(end + 1)) ? 2 : 1;
  }
  return text.substring(0, end);
}

/** `text` on one line: C0, DEL, C1, U+2028 and U+2029 as `\u` and four lower-case digits. */
export function escapeControls(text: string): string {
  const length = text.length;
  let found = 0;
  for (let i = 0; i < length; i++) found += i32(isControl(text.charCodeAt(i)));
  if (found == 0) return text;
  const units = new StaticArray<u16>(length + 5 * found);
  let end = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (isControl(unit)) {
      units[end] = 0x5c; // \
      units[end + 1] = 0x75; // u
      end = writeHex(units, end + 2, unit, 4);
    } else {
      units[end++] = <u16>unit;
    }
  }
  return textOf(units, end);
}

/** `text` with A to Z in lower case, all else as it is: how header names and media types compare. */
export function lowerAscii(text: string): string {
  const length = text.length;
  let first = 0;
  while (first < length && !isUpperAscii(text.charCodeAt(first))) first++;
  if (first == length) return text;
  const units = new StaticArray<u16>(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    units[i] = <u16>(isUpperAscii(unit) ? unit | 0x20 : unit);
  }
  return textOf(units, length);
}

/** Whether `lower`, a text without A to Z, stands in `text` at `at`, in whatever case. */
export function holdsAt(text: string, at: i32, lower: string): bool {
  if (text.length - at < lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const unit = text.charCodeAt(at + i);
    if ((isUpperAscii(unit) ? unit | 0x20 : unit) != lower.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether `text` is a token of HTTP: what names of headers and methods are made of. */
export function isToken(text: string): bool {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (isAlphanumeric(unit)) continue;
    if (unit <= 0x20 || unit >= 0x7f || isOneOf(unit, '"(),/:;<=>?@[\\]{}')) return false;
  }
  return length > 0;
}

/** Whether `unit` is one of A-Z a-z 0-9. */
export function isAlphanumeric(unit: i32): bool {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

/** Whether `unit` is one of the UTF-16 units of `units`, which is short. */
export function isOneOf(unit: i32, units: string): bool {
  for (let i = 0; i < units.length; i++) if (units.charCodeAt(i) == unit) return true;
  return false;
}

/** The first `length` of `units` as a text. */
export function textOf(units: StaticArray<u16>, length: i32): string {
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>length) << 1);
}

/** Writes the last `digits` hex digits of `value`, in lower case, at `at`; returns the place after them. */
export function writeHex(units: StaticArray<u16>, at: i32, value: u32, digits: i32): i32 {
  for (let i = 0; i < digits; i++) {
    const digit = (value >> (4 * (digits - 1 - i))) & 15;
    units[at + i] = <u16>(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
  return at + digits;
}

/** Whether these two UTF-16 units, -1 past the end of a text, make up one character. */
export function isPair(first: i32, second: i32): bool {
  return (first & 0xfc00) == 0xd800 && (second & ~0x3ff) == 0xdc00;
}

function isControl(unit: i32): bool {
  return unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || unit == 0x2028 || unit == 0x2029;
}

function isUpperAscii(unit: i32): bool {
  return unit >= 0x41 && unit <= 0x5a;
}
