/** Layouts against values worked out by hand from the canonical ABI's rules. */
import { expect, test } from "vitest";
import { exportedCall, inCoreValues } from "../abi.js";
import type { Type } from "../ir.js";
import { discriminantWidth, flatten, layout } from "../layout.js";
import { resolveWorld } from "../wit.js";

const declared = { owner: "a:b/i", docs: "" };
const record = (...types: Type[]): Type => ({
  kind: "record",
  name: "r",
  ...declared,
  fields: types.map((type, i) => ({ name: `f${i}`, docs: "", type })),
});
const variant = (...types: (Type | undefined)[]): Type => ({
  kind: "variant",
  name: "v",
  ...declared,
  cases: types.map((type, i) => ({ name: `c${i}`, docs: "", type })),
});
const flags = (count: number): Type => ({
  kind: "flags",
  name: "f",
  ...declared,
  flags: Array.from({ length: count }, (_, i) => ({ name: `f${i}`, docs: "" })),
});
const option = (value: Type): Type => ({ kind: "option", value });
const [u8, u16, u32, u64, f32, f64, string]: Type[] = [
  { kind: "u8" },
  { kind: "u16" },
  { kind: "u32" },
  { kind: "u64" },
  { kind: "f32" },
  { kind: "f64" },
  { kind: "string" },
] as const;

test.each([
  ["padding before a wider field", record(u8, u32, u8), { size: 12, align: 4 }],
  ["eight bytes align to eight", record(u8, u64), { size: 16, align: 8 }],
  ["a text is a pointer and a length", record(u16, string), { size: 12, align: 4 }],
  ["an option of a byte", option(u8), { size: 2, align: 1 }],
  ["an option of 64 bits", option(u64), { size: 16, align: 8 }],
  ["an option in an option", option(option(u16)), { size: 6, align: 2 }],
  ["the widest case counts", variant(u8, f64, undefined), { size: 16, align: 8 }],
  ["8 flags are a byte", flags(8), { size: 1, align: 1 }],
  ["9 flags are two", flags(9), { size: 2, align: 2 }],
  ["17 flags are four", flags(17), { size: 4, align: 4 }],
  [
    "a result without payloads",
    { kind: "result", ok: undefined, error: undefined } as Type,
    { size: 1, align: 1 },
  ],
])("%s", (_, type, expected) => {
  expect(layout(type)).toStrictEqual(expected);
});

test("256 cases have a byte, 257 have two", () => {
  expect([1, 256, 257, 65536, 65537].map(discriminantWidth)).toStrictEqual([1, 1, 2, 2, 4]);
});

test.each([
  ["f32 and i32 share an i32", variant(f32, u32), ["i32", "i32"]],
  ["f64 and i32 share an i64", variant(f64, u8), ["i32", "i64"]],
  ["f32 and f64 share an i64", variant(f32, f64), ["i32", "i64"]],
  ["equal types stay", variant(f32, f32, undefined), ["i32", "f32"]],
  ["the longest case counts", variant(string, u64), ["i32", "i64", "i32"]],
])("%s", (_, type, expected) => {
  expect(flatten(type)).toStrictEqual(expected);
});

test("a payload's slot tells what it holds and what it stands for", () => {
  const step = inCoreValues(variant(f32, u64), 2, ["i32", "i32", "i32", "i64"]);
  const payload = step.step === "choice" ? step.payloads[0] : undefined;
  expect(payload).toMatchObject({ slot: { in: "flat", index: 3, held: "i64", own: "f32" } });
});

test("16 core parameters are passed as they are, 17 in memory", async () => {
  const list = (n: number) => Array.from({ length: n }, (_, i) => `p${i}: u8`).join(", ");
  const wit = `package a:b;
interface i { s: func(${list(16)}); m: func(${list(17)}); t: func(${list(15)}, x: string) -> string; }
world w { export i; }`;
  const { exports } = await resolveWorld(wit, "w");
  const owner = exports[0];
  const calls = owner?.functions.map((f) => exportedCall(owner, f).signature) ?? [];
  expect(calls.map((c) => c.parameters.length)).toStrictEqual([16, 1, 1]);
  expect(calls.map((c) => c.indirectParameters)).toStrictEqual([false, true, true]);
  expect(calls.map((c) => c.result)).toStrictEqual([undefined, undefined, "i32"]);
});
