// Texts of a core module that has them as UTF-8.
import type * as abi from "./abi.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Copies a text into the module; a lone surrogate becomes U+FFFD. */
export function lower(g: abi.Guest, value: string): number {
  const size = Buffer.byteLength(value);
  const pointer = g.alloc(size, 1);
  g.bytes.write(value, pointer, size, "utf8");
  g.units = size;
  return pointer;
}

/** The text whose pointer and length are at `at`. */
export function read(g: abi.Guest, at: number): string {
  return lift(g, g.u32[at >>> 2]!, g.u32[(at + 4) >>> 2]!);
}

/** @throws {TypeError} where it is no UTF-8 */
export function lift(g: abi.Guest, pointer: number, length: number): string {
  const from = g.at(pointer, length, 1);
  return decoder.decode(g.u8.subarray(from, from + length));
}
