/** How a number stands in memory and among core values. */
import type { NumberKind } from "../ir.js";

/** The view that a number is written to, and how what is read from it becomes the number. */
export const NUMBERS: Readonly<
  Record<NumberKind, { view: string; size: 1 | 2 | 4 | 8; read: (value: string) => string }>
> = {
  u8: { view: "u8", size: 1, read: (v) => v },
  s8: { view: "u8", size: 1, read: (v) => `(${v} << 24) >> 24` },
  u16: { view: "u16", size: 2, read: (v) => v },
  s16: { view: "u16", size: 2, read: (v) => `(${v} << 16) >> 16` },
  u32: { view: "u32", size: 4, read: (v) => v },
  s32: { view: "u32", size: 4, read: (v) => `${v} | 0` },
  u64: { view: "u64", size: 8, read: (v) => v },
  s64: { view: "u64", size: 8, read: (v) => `BigInt.asIntN(64, ${v})` },
  f32: { view: "f32", size: 4, read: (v) => v },
  f64: { view: "f64", size: 8, read: (v) => v },
};

/** A core value as the number that it stands for. */
export const FROM_CORE: Readonly<Record<NumberKind, (value: string) => string>> = {
  u8: (v) => `${v} & 0xff`,
  s8: (v) => `(${v} << 24) >> 24`,
  u16: (v) => `${v} & 0xffff`,
  s16: (v) => `(${v} << 16) >> 16`,
  u32: (v) => `${v} >>> 0`,
  s32: (v) => v,
  u64: (v) => `BigInt.asUintN(64, ${v})`,
  s64: (v) => v,
  f32: (v) => v,
  f64: (v) => v,
};
