/** How the generated Java spells numbers: in memory, as core values, and in lists. */
import type { NumberKind } from "../ir.js";
import { call, type Expression } from "./printer.js";

/** A number from memory at `p`. */
export const READ: Readonly<Record<NumberKind, string>> = {
  ...{ u8: "guest.readU8", s8: "guest.memory.read", u16: "guest.readU16" },
  ...{ s16: "guest.memory.readShort", u32: "guest.readU32", s32: "guest.memory.readInt" },
  ...{ u64: "guest.memory.readLong", s64: "guest.memory.readLong" },
  ...{ f32: "guest.memory.readFloat", f64: "guest.memory.readDouble" },
};

/** How a number is written; one that is an element of a generic type is boxed. */
export const WRITE: Readonly<
  Record<NumberKind, (v: string, boxed: boolean) => readonly [method: string, value: string]>
> = {
  u8: (v, boxed) => ["writeByte", boxed ? `${v}.byteValue()` : `(byte) ${v}`],
  s8: (v) => ["writeByte", v],
  u16: (v, boxed) => ["writeShort", boxed ? `${v}.shortValue()` : `(short) ${v}`],
  s16: (v) => ["writeShort", v],
  u32: (v, boxed) => ["writeI32", boxed ? `${v}.intValue()` : `(int) ${v}`],
  s32: (v) => ["writeI32", v],
  u64: (v) => ["writeLong", v],
  s64: (v) => ["writeLong", v],
  f32: (v) => ["writeF32", v],
  f64: (v) => ["writeF64", v],
};

/** An element of `long[]` as the number that it stands for. */
export const FROM_CORE: Readonly<Record<NumberKind, (element: string) => string>> = {
  u8: (e) => `(int) ${e} & 0xff`,
  s8: (e) => `(byte) ${e}`,
  u16: (e) => `(int) ${e} & 0xffff`,
  s16: (e) => `(short) ${e}`,
  u32: (e) => `${e} & 0xffff_ffffL`,
  s32: (e) => `(int) ${e}`,
  u64: (e) => e,
  s64: (e) => e,
  f32: (e) => `Float.intBitsToFloat((int) ${e})`,
  f64: (e) => `Double.longBitsToDouble(${e})`,
};

/** 32 bits are extended by zeros: cases of a variant may share a slot of 64. */
export const TO_CORE: Readonly<Record<NumberKind, (v: string) => Expression>> = {
  ...{ u8: (v) => v, u16: (v) => v, u32: (v) => v, u64: (v) => v, s64: (v) => v },
  ...{ s8: zeroExtended, s16: zeroExtended, s32: zeroExtended },
  f32: (v) => zeroExtended(`Float.floatToRawIntBits(${v})`),
  f64: (v) => `Double.doubleToRawLongBits(${v})`,
};

export const LIFT_LIST: Readonly<Record<NumberKind, string>> = {
  ...{ u8: "liftBytes", s8: "liftBytes", u16: "liftShorts", s16: "liftShorts", u32: "liftInts" },
  ...{ s32: "liftInts", u64: "liftLongs", s64: "liftLongs", f32: "liftFloats", f64: "liftDoubles" },
};

/** 32 bits as a core value. */
export function zeroExtended(value: Expression): Expression {
  return call("Integer.toUnsignedLong", value);
}
