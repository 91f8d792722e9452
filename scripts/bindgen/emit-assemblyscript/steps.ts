/** What the spelling of a step needs to know of it, in either direction. */
import { firstSlot, type Step } from "../abi.js";
import { parts, type RecordType, resolve, type Tuple, type Type } from "../ir.js";
import { members, typedArray } from "./names.js";

/** The language's type of what lies in memory for a number. */
export const LOAD_TYPES = {
  u8: "u8",
  s8: "i8",
  u16: "u16",
  s16: "i16",
  u32: "u32",
  s32: "i32",
  u64: "u64",
  s64: "i64",
  f32: "f32",
  f64: "f64",
} as const;

export const UNSIGNED = { 1: "u8", 2: "u16", 4: "u32" } as const;

/** Names of a record's or tuple's properties. */
export function partNames(type: RecordType | Tuple): string[] {
  return type.kind === "record" ? members(type.fields) : type.items.map((_, i) => `item${i}`);
}

/** Whether lowering a value allocates: strings and numbers are pointed at where they are. */
export function ownsElements(type: Type): boolean {
  const it = resolve(type);
  if (it.kind === "list") return typedArray(it) === undefined;
  return parts(it).some(ownsElements);
}

export function isFlat(step: Step): boolean {
  return firstSlot(step).in === "flat";
}

/** The first core value that the value has. */
export function indexOf(step: Step): number {
  const slot = firstSlot(step);
  return slot.in === "flat" ? slot.index : 0;
}
