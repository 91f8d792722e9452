// Names as Go shows them: the apiserver's warning about excludes is made of these.
import { countCharacters, textOf, writeHex } from "./characters";

/** The longest value that a message repeats, in characters. */
const LONGEST_SHOWN: i32 = 60;

/**
 * `text` as Go's strconv.Quote (`%q`) has it. One difference: a code point that
 * Unicode has not assigned, but for the planes that it leaves empty, is shown as
 * it is where Go escapes it: to tell these takes 700 ranges that change each year.
 */
export function quote(text: string): string {
  const length = text.length;
  const units = new StaticArray<u16>(6 * length + 2); // at worst \u00ad from one unit
  let end = 0;
  units[end++] = 0x22;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const point = text.codePointAt(i);
    if (unit == 0x22 || unit == 0x5c) {
      units[end++] = 0x5c;
      units[end++] = <u16>unit;
    } else if (isPrintable(point)) {
      units[end++] = <u16>unit;
      if (point > 0xffff) units[end++] = <u16>text.charCodeAt(i + 1);
    } else {
      units[end++] = 0x5c;
      end = writeEscape(units, end, point);
    }
    if (point > 0xffff) i++;
  }
  units[end++] = 0x22;
  return textOf(units, end);
}

/** `text` quoted for a message; one of more than 60 characters only by its length. */
export function quoteShort(text: string): string {
  const count = countCharacters(text);
  return count <= LONGEST_SHOWN ? quote(text) : `a text of ${count} characters`;
}

/** `texts` as a set: without repeats, in the order of their UTF-8 bytes. */
export function sortedSet(texts: Array<string>): Array<string> {
  const sorted = texts.slice(0).sort(compareBytes);
  const set: Array<string> = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i == 0 || sorted[i] != sorted[i - 1]) set.push(sorted[i]);
  }
  return set;
}

/** By UTF-8 bytes, which is by code points; UTF-16 units have surrogates below U+E000 to U+FFFF. */
function compareBytes(a: string, b: string): i32 {
  const length = min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left != right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: i32): i32 {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Writes what stands behind the backslash; returns the place after it. */
function writeEscape(units: StaticArray<u16>, at: i32, point: i32): i32 {
  const letter = point >= 7 && point <= 13 ? "abtnvfr".charCodeAt(point - 7) : 0;
  if (letter) {
    units[at] = <u16>letter;
    return at + 1;
  }
  if (point < 0x20 || point == 0x7f) {
    units[at] = 0x78; // x
    return writeHex(units, at + 1, point, 2);
  }
  if (point > 0xffff) {
    units[at] = 0x55; // U
    return writeHex(units, at + 1, point, 8);
  }
  units[at] = 0x75; // u
  return writeHex(units, at + 1, isSurrogate(point) ? 0xfffd : point, 4);
}

function isSurrogate(point: i32): bool {
  return point >= 0xd800 && point < 0xe000;
}

/** First and last of what Go's IsPrint refuses: controls, formats, blanks but the space, private use, the large unassigned areas. */
const NOT_PRINTABLE: StaticArray<i32> = [
  0x0000, 0x001f, 0x007f, 0x00a0, 0x00ad, 0x00ad, 0x0600, 0x0605, 0x061c, 0x061c, 0x06dd, 0x06dd,
  0x070f, 0x070f, 0x0890, 0x0891, 0x08e2, 0x08e2, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200f,
  0x2028, 0x202f, 0x205f, 0x206f, 0x3000, 0x3000, 0xd800, 0xf8ff, 0xfdd0, 0xfdef, 0xfeff, 0xfeff,
  0xfff0, 0xfffb, 0xfffe, 0xffff, 0x110bd, 0x110bd, 0x110cd, 0x110cd, 0x13430, 0x1343f, 0x1bca0,
  0x1bca3, 0x1d173, 0x1d17a, 0x1fffe, 0x1ffff, 0x2fffe, 0x2ffff, 0x323b0, 0xe00ff, 0xe01f0,
  0x10ffff,
];

function isPrintable(point: i32): bool {
  if (point < 0x7f) return point >= 0x20;
  for (let i = 2; i < NOT_PRINTABLE.length; i += 2) {
    if (point < NOT_PRINTABLE[i]) return true;
    if (point <= NOT_PRINTABLE[i + 1]) return false;
  }
  return true;
}
