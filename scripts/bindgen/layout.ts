/**
 * The canonical ABI's sizes, alignments and flattening, as the component model's
 * `CanonicalABI.md` defines them, for 32-bit memories.
 */
import { type Case, type Func, resolve, type Side, type Type } from "./ir.js";

export type CoreType = "i32" | "i64" | "f32" | "f64";

/** More core parameters than this are passed in memory. */
export const MAX_FLAT_PARAMETERS = 16;
/** More core results than this are returned in memory. */
export const MAX_FLAT_RESULTS = 1;

export interface Layout {
  readonly size: number;
  readonly align: number;
}

/** A list or string in memory: pointer, then length. */
const POINTER_AND_LENGTH: Layout = { size: 8, align: 4 };

export function layout(type: Type): Layout {
  const it = resolve(type);
  switch (it.kind) {
    case "bool":
    case "u8":
    case "s8":
      return { size: 1, align: 1 };
    case "u16":
    case "s16":
      return { size: 2, align: 2 };
    case "u32":
    case "s32":
    case "f32":
    case "char":
    case "own":
    case "borrow":
      return { size: 4, align: 4 };
    case "u64":
    case "s64":
    case "f64":
      return { size: 8, align: 8 };
    case "string":
    case "list":
      return POINTER_AND_LENGTH;
    case "record":
      return sequence(it.fields.map((f) => f.type)).layout;
    case "tuple":
      return sequence(it.items).layout;
    case "flags": {
      const size = flagsWidth(it.flags.length);
      return { size, align: size };
    }
    case "enum": {
      const size = discriminantWidth(it.cases.length);
      return { size, align: size };
    }
    case "variant":
    case "option":
    case "result": {
      const payloads = choices(it).map((c) => c.type);
      const width = discriminantWidth(payloads.length);
      const layouts = payloads.filter((p) => p !== undefined).map(layout);
      const align = Math.max(width, ...layouts.map((l) => l.align));
      const size = payloadOffset(it) + Math.max(0, ...layouts.map((l) => l.size));
      return { size: alignTo(size, align), align };
    }
    case "resource":
      throw new Error(`${it.name} is a resource, of which only handles have a layout`);
  }
}

/** The cases of a type that is one of several: those of a variant, none and some, ok and error. */
export function choices(type: Type): readonly Pick<Case, "name" | "type">[] {
  const it = resolve(type);
  switch (it.kind) {
    case "variant":
      return it.cases;
    case "option":
      return [
        { name: "none", type: undefined },
        { name: "some", type: it.value },
      ];
    case "result":
      return [
        { name: "ok", type: it.ok },
        { name: "err", type: it.error },
      ];
    default:
      throw new Error(`a ${it.kind} has no cases`);
  }
}

/** Where each of several values in a row lies, and the layout of all. */
export function sequence(types: readonly Type[]): { offsets: number[]; layout: Layout } {
  let size = 0;
  let align = 1;
  const offsets = types.map((type) => {
    const each = layout(type);
    const offset = alignTo(size, each.align);
    size = offset + each.size;
    align = Math.max(align, each.align);
    return offset;
  });
  return { offsets, layout: { size: alignTo(size, align), align } };
}

/** Where the payload of a variant, option or result begins; the same for every case. */
export function payloadOffset(type: Type): number {
  const payloads = choices(type).map((c) => c.type);
  const aligns = payloads.filter((p) => p !== undefined).map((p) => layout(p).align);
  return alignTo(discriminantWidth(payloads.length), Math.max(1, ...aligns));
}

/** Bytes of the number that tells the cases apart. */
export function discriminantWidth(cases: number): 1 | 2 | 4 {
  if (cases <= 0x100) return 1;
  return cases <= 0x10000 ? 2 : 4;
}

export function flagsWidth(flags: number): 1 | 2 | 4 {
  if (flags <= 8) return 1;
  return flags <= 16 ? 2 : 4;
}

/** The core values that stand for a value outside memory. */
export function flatten(type: Type): CoreType[] {
  const it = resolve(type);
  switch (it.kind) {
    case "u64":
    case "s64":
      return ["i64"];
    case "f32":
      return ["f32"];
    case "f64":
      return ["f64"];
    case "string":
    case "list":
      return ["i32", "i32"];
    case "record":
      return it.fields.flatMap((f) => flatten(f.type));
    case "tuple":
      return it.items.flatMap(flatten);
    case "variant":
    case "option":
    case "result": {
      const joined: CoreType[] = [];
      for (const { type: payload } of choices(it)) {
        if (payload === undefined) continue;
        flatten(payload).forEach((core, i) => {
          const other = joined[i];
          joined[i] = other === undefined ? core : join(other, core);
        });
      }
      return ["i32", ...joined];
    }
    default:
      return ["i32"];
  }
}

/** The core type that can hold both. */
function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  const narrow = (a === "i32" && b === "f32") || (a === "f32" && b === "i32");
  return narrow ? "i32" : "i64";
}

export interface Signature {
  readonly parameters: readonly CoreType[];
  readonly result: CoreType | undefined;
  /** The parameters are in memory, and the one core parameter points at them. */
  readonly indirectParameters: boolean;
  /** The result is in memory; the core result (export) or last parameter (import) points at it. */
  readonly indirectResult: boolean;
}

/**
 * The core signature of a function. What an export returns in memory is pointed
 * at by its result; what an import returns there, the caller has made room for
 * and points at with one more parameter, the last.
 */
export function signature(func: Func, side: Side): Signature {
  const flat = func.parameters.flatMap((p) => flatten(p.type));
  const result = func.result ? flatten(func.result) : [];
  const indirectParameters = flat.length > MAX_FLAT_PARAMETERS;
  const indirectResult = result.length > MAX_FLAT_RESULTS;
  const parameters: CoreType[] = indirectParameters ? ["i32"] : flat;
  const returnPointer = indirectResult && side === "import";
  return {
    parameters: returnPointer ? [...parameters, "i32"] : parameters,
    result: indirectResult ? (returnPointer ? undefined : "i32") : result[0],
    indirectParameters,
    indirectResult,
  };
}

function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}
