/** What the AssemblyScript guest reads in its memory and leaves there, against the golden tables. */
import { expect, test } from "vitest";
import type { CoreType } from "../layout.js";
import { goldenEchoGuest } from "./golden/guest.js";
import {
  type Allocate,
  GOLDEN,
  GOLDEN_INTERFACE,
  type GoldenCase,
  type GoldenFunction,
  type Lowered,
  loweredAt,
  Placing,
  underEncoding,
} from "./golden/table.js";

const { core } = await goldenEchoGuest();
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(core));
const { memory, cabi_realloc: realloc } = exports as unknown as {
  readonly memory: WebAssembly.Memory;
  cabi_realloc(...args: number[]): number;
};

/** The functions whose answer is their argument. */
const ECHOES = GOLDEN.functions.filter(
  (f) => f.parameters.length === 1 && f.parameters[0] === f.result,
);

test.each(ECHOES)("$name($parameters) gives back the bytes that it was given", async (each) => {
  for (const golden of each.cases) await compare(each, golden);
});

test("most functions of the tables are echoes", () => {
  expect(ECHOES.length).toBeGreaterThan(50);
});

async function compare(each: GoldenFunction, { lowered, returned = {} }: GoldenCase) {
  const call = exports[`${GOLDEN_INTERFACE}#${each.name}`] as (...args: unknown[]) => unknown;
  const post = exports[`cabi_post_${GOLDEN_INTERFACE}#${each.name}`] as typeof call | undefined;
  const args = lower(underEncoding(lowered, "utf16"));
  const given = call(...args.map((bits, i) => fromBits(each.export.parameters[i], bits)));
  const expected = underEncoding(returned, "utf16");
  const row = new Uint8Array(8);
  new DataView(row.buffer).setBigUint64(0, toBits(each.export.results[0], given), true);
  const peek = (at: number, count: number) =>
    at === ROW ? row : new Uint8Array(memory.buffer).slice(at, at + count);
  expect(await loweredAt(peek, ROW, expected)).toStrictEqual(expected);
  post?.(given);
}

/** Stands for the address of the core result, which is nowhere in memory. */
const ROW = -1;

/** Puts into the guest's memory what the core values point at. */
function lower(values: Lowered): bigint[] {
  const allocate: Allocate = (align, size) => (size === 0 ? align : realloc(0, 0, align, size));
  const placing = new Placing(allocate);
  const bits = placing.bits(values);
  for (const { at, bytes } of placing.pieces) new Uint8Array(memory.buffer).set(bytes, at);
  return bits;
}

const view = new DataView(new ArrayBuffer(8));

function fromBits(type: CoreType | undefined, bits: bigint): number | bigint {
  view.setBigUint64(0, bits, true);
  if (type === "i64") return bits;
  if (type === "i32") return view.getInt32(0, true);
  return type === "f32" ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function toBits(type: CoreType | undefined, value: unknown): bigint {
  view.setBigUint64(0, 0n);
  if (type === "i64") view.setBigInt64(0, value as bigint, true);
  else if (type === "i32") view.setInt32(0, value as number, true);
  else if (type === "f32") view.setFloat32(0, value as number, true);
  else view.setFloat64(0, value as number, true);
  return view.getBigUint64(0, true);
}
