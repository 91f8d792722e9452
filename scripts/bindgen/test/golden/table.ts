/** The tables that `reference.py` writes, which says what they mean. */
import { readFileSync } from "node:fs";
import type { CoreType } from "../../layout.js";
import type { CoreSignature } from "../core-signatures.js";
import type { Encoding } from "../guests.js";
import type { Json } from "../session.js";

/** Memory: digits of a byte, `..` for padding, or `&n`: a pointer to the n-th block of `to`. */
export interface Block {
  readonly align: number;
  readonly bytes: string;
  readonly to?: readonly Block[];
}

/** Core values: `i32 5`, `f32 3f800000` (its bits), or `i32 &0`. */
export interface Lowered {
  readonly core: readonly string[];
  readonly to?: readonly Block[];
}

/** By encoding; `any` where it holds no text. */
type ByEncoding = { readonly [encoding in Encoding | "any"]?: Lowered };

export interface GoldenCase {
  readonly args: readonly Json[];
  readonly lowered: ByEncoding;
  readonly result?: Json;
  readonly returned?: ByEncoding;
}

export interface GoldenFunction {
  readonly name: string;
  /** In WIT. */
  readonly parameters: readonly string[];
  readonly result?: string;
  readonly export: CoreSignature;
  readonly import: CoreSignature;
  readonly cases: readonly GoldenCase[];
}

export interface GoldenType {
  readonly wit: string;
  readonly size: number;
  readonly align: number;
  readonly flat: readonly CoreType[];
}

interface Table {
  readonly types: readonly GoldenType[];
  readonly functions: readonly GoldenFunction[];
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

export const GOLDEN: Table = JSON.parse(read("golden.json"));
export const GOLDEN_WIT = read("golden.wit");
export const GOLDEN_INTERFACE = "test:golden/table";

export function underEncoding(values: ByEncoding, encoding: Encoding): Lowered {
  const found = values.any ?? values[encoding];
  if (found === undefined) throw new Error(`nothing is lowered under ${encoding}`);
  return found;
}

/** Reads the guest's memory. */
export type Peek = (at: number, count: number) => Promise<Uint8Array> | Uint8Array;

/**
 * What stands in memory where a block is expected, in the block's own spelling:
 * pointers that are aligned are followed, padding is not looked at.
 */
export async function blockAt(peek: Peek, at: number, expected: Block): Promise<Block> {
  const cells = expected.bytes === "" ? [] : expected.bytes.split(" ");
  const length = cells.reduce((sum, cell) => sum + width(cell), 0);
  const align = at % expected.align === 0 ? expected.align : 1;
  const memory = await peek(at, length);
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const found: string[] = [];
  const to: Block[] = [];
  let offset = 0;
  for (const cell of cells) {
    if (cell.startsWith("&")) {
      const pointed = expected.to?.[to.length];
      if (pointed === undefined) throw new Error(`${cell} points at no block`);
      to.push(await blockAt(peek, view.getUint32(offset, true), pointed));
    }
    found.push(/^[0-9a-f]/.test(cell) ? hex(memory[offset] ?? 0, 2) : cell);
    offset += width(cell);
  }
  return { align, bytes: found.join(" "), ...(expected.to ? { to } : {}) };
}

/** The core values in a row of eight bytes each, as they are expected to be spelled. */
export async function loweredAt(peek: Peek, at: number, expected: Lowered): Promise<Lowered> {
  const memory = await peek(at, expected.core.length * 8);
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const core: string[] = [];
  const to: Block[] = [];
  for (const [i, value] of expected.core.entries()) {
    const [type = "", text = ""] = value.split(" ");
    const low = view.getUint32(i * 8, true);
    if (text.startsWith("&")) {
      const pointed = expected.to?.[to.length];
      if (pointed === undefined) throw new Error(`${value} points at no block`);
      to.push(await blockAt(peek, low, pointed));
      core.push(value);
    } else core.push(`${type} ${spelled(type, low, view.getBigUint64(i * 8, true))}`);
  }
  return { core, ...(expected.to ? { to } : {}) };
}

/** Finds room for so many bytes. */
export type Allocate = (align: number, size: number) => number;

/** Gives out memory from an address on and takes none back. */
export function allocateFrom(start: number): Allocate {
  let next = start;
  return (align, size) => {
    const at = Math.ceil(next / align) * align;
    next = at + size;
    return at;
  };
}

/** Lays blocks out in memory. */
export class Placing {
  readonly #allocate: Allocate;
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  /** Puts the block somewhere, and what it points at; padding is filled with bytes that mean nothing. */
  block({ align, bytes, to }: Block): number {
    const cells = bytes === "" ? [] : bytes.split(" ");
    const length = cells.reduce((sum, cell) => sum + width(cell), 0);
    const at = this.#allocate(align, length);
    const memory = new DataView(new ArrayBuffer(length));
    let offset = 0;
    for (const cell of cells) {
      if (cell.startsWith("&")) {
        memory.setUint32(offset, this.#pointed(cell, to), true);
      } else memory.setUint8(offset, cell === ".." ? 0xaa : Number.parseInt(cell, 16));
      offset += width(cell);
    }
    this.pieces.push({ at, bytes: new Uint8Array(memory.buffer) });
    return at;
  }

  /** The bits of the core values, whose blocks are put somewhere. */
  bits({ core, to }: Lowered): bigint[] {
    return core.map((value) => {
      const [type = "", text = ""] = value.split(" ");
      if (text.startsWith("&")) return BigInt(this.#pointed(text, to));
      return BigInt(type.startsWith("f") ? `0x${text}` : text);
    });
  }

  #pointed(cell: string, to: readonly Block[] | undefined): number {
    const block = to?.[Number(cell.slice(1))];
    if (block === undefined) throw new Error(`${cell} points at no block`);
    return this.block(block);
  }
}

function spelled(type: string, low: number, all: bigint): string {
  if (type === "i32") return String(low);
  if (type === "i64") return String(all);
  return type === "f32" ? hex(low, 8) : hex(all, 16);
}

function width(cell: string): number {
  return cell.startsWith("&") ? 4 : 1;
}

function hex(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
