// What stands from one place of a text to another, read where it stands.

/** The place of the line feed that ends the line at `start`, or of the text's end. */
export function lineEnd(text: string, start: i32): i32 {
  const length = text.length;
  while (start < length && text.charCodeAt(start) != 0x0a) start++;
  return start;
}

export function isBlank(unit: i32): bool {
  return unit == 0x20 || unit == 0x09;
}

export function skipBlanks(text: string, at: i32, end: i32): i32 {
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Whether `word` stands at `at`, not beyond `end`. */
export function holds(text: string, at: i32, end: i32, word: string): bool {
  if (end - at < word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (text.charCodeAt(at + i) != word.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether `word` is what stands from `start` to `end`. */
export function spells(text: string, start: i32, end: i32, word: string): bool {
  return end - start == word.length && holds(text, start, end, word);
}

/** Whether what stands from `start` to `end` is the same as from `otherStart` to `otherEnd`. */
export function isSameSpan(
  text: string,
  start: i32,
  end: i32,
  otherStart: i32,
  otherEnd: i32,
): bool {
  if (end - start != otherEnd - otherStart) return false;
  for (let i = 0; i < end - start; i++) {
    if (text.charCodeAt(start + i) != text.charCodeAt(otherStart + i)) return false;
  }
  return true;
}

/** Where a hash begins. */
export const HASH_BASIS: u32 = 0x811c9dc5;

/** FNV-1a over what stands from `start` to `end`, going on from `hash`. */
export function hashSpan(text: string, start: i32, end: i32, hash: u32): u32 {
  for (let i = start; i < end; i++) hash = (hash ^ text.charCodeAt(i)) * 0x01000193;
  return hash;
}

/** Spreads a hash over all of its bits (MurmurHash3's last step). */
export function finishHash(hash: u32): u32 {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

export function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}
