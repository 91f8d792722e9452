// Texts of a core module that has them as Latin-1 where they fit, else as UTF-16.
import type * as abi from "./abi.js";

/** In a length: the text is UTF-16. */
const UTF16_TAG = 2 ** 31;

/** Copies a text into the module; a lone surrogate becomes U+FFFD. */
export function lower(g: abi.Guest, value: string): number {
  if (!isLatin1(value)) {
    const pointer = g.text(value);
    g.units = value.length + UTF16_TAG;
    return pointer;
  }
  const pointer = g.alloc(value.length, 2);
  g.bytes.write(value, pointer, "latin1");
  g.units = value.length;
  return pointer;
}

function isLatin1(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    if (value.charCodeAt(i) > 0xff) return false;
  }
  return true;
}

/** The text whose pointer and tagged length are at `at`; a lone surrogate becomes U+FFFD. */
export function read(g: abi.Guest, at: number): string {
  return lift(g, g.u32[at >>> 2]!, g.u32[(at + 4) >>> 2]!);
}

export function lift(g: abi.Guest, pointer: number, tagged: number): string {
  const length = tagged >>> 0;
  if (length >= UTF16_TAG) return g.textAt(pointer, length - UTF16_TAG);
  const from = g.at(pointer, length, 2);
  return g.bytes.toString("latin1", from, from + length);
}
