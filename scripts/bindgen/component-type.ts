/**
 * Decodes the `component-type` section, in which a resolver leaves a world with
 * all of its types. Syntax only: numbers are not looked up here. The format is
 * the component model's `Binary.md`.
 */

import { Reader } from "./reader.js";

/** A type by its index in the scope, or a primitive by its opcode. */
export type RawRef = { readonly index: number } | { readonly opcode: number };

export interface RawLabelled {
  readonly name: string;
  readonly type: RawRef | undefined;
}

export type RawType =
  | { readonly kind: "primitive"; readonly opcode: number }
  | { readonly kind: "record" | "variant"; readonly parts: readonly RawLabelled[] }
  | { readonly kind: "list" | "option"; readonly of: RawRef }
  | { readonly kind: "own" | "borrow"; readonly index: number }
  | { readonly kind: "tuple"; readonly items: readonly RawRef[] }
  | { readonly kind: "flags" | "enum"; readonly names: readonly string[] }
  | { readonly kind: "result"; readonly ok: RawRef | undefined; readonly error: RawRef | undefined }
  | {
      readonly kind: "func";
      readonly async: boolean;
      readonly parameters: readonly RawLabelled[];
      readonly result: RawRef | undefined;
    }
  | { readonly kind: "instance" | "component"; readonly declarations: readonly RawDeclaration[] }
  | { readonly kind: "unsupported"; readonly what: string };

export type RawExtern =
  | { readonly sort: "func" | "instance" | "component"; readonly index: number }
  | { readonly sort: "type"; readonly equals: number }
  | { readonly sort: "resource" };

export type RawDeclaration =
  | { readonly kind: "type"; readonly type: RawType }
  | { readonly kind: "alias-outer"; readonly count: number; readonly index: number }
  | { readonly kind: "alias-export"; readonly instance: number; readonly name: string }
  | {
      readonly kind: "import" | "export";
      readonly name: string;
      /** The interface's full name, where the item has a plain name instead (`import a: i;`). */
      readonly implements: string | undefined;
      readonly extern: RawExtern;
    };

const TYPE_SECTION = 7;

/** The option of a name that tells which interface the item has. */
const IMPLEMENTS = 0;

/** The declarations of the world that the section's one component type holds. */
export function decodeWorld(section: Uint8Array): { name: string; world: RawDeclaration[] } {
  const reader = new Reader(section);
  reader.skip(8); // magic, version, layer
  while (!reader.ended) {
    const id = reader.byte();
    const size = reader.u32();
    if (id !== TYPE_SECTION) {
      reader.skip(size);
      continue;
    }
    const [outer] = reader.vector(() => type(reader));
    if (outer?.kind !== "component") break;
    const [inner, exported] = outer.declarations;
    if (inner?.kind !== "type" || inner.type.kind !== "component") break;
    if (exported?.kind !== "export") break;
    return { name: exported.name, world: [...inner.type.declarations] };
  }
  throw new Error("the component-type section holds no world");
}

function type(reader: Reader): RawType {
  const opcode = reader.byte();
  switch (opcode) {
    case 0x72:
      return { kind: "record", parts: reader.vector(() => labelled(reader)) };
    case 0x71:
      return {
        kind: "variant",
        parts: reader.vector(() => {
          const part = { name: reader.name(), type: reader.optional(() => ref(reader)) };
          reader.byte(); // refines: never
          return part;
        }),
      };
    case 0x70:
      return { kind: "list", of: ref(reader) };
    case 0x6f:
      return { kind: "tuple", items: reader.vector(() => ref(reader)) };
    case 0x6e:
      return { kind: "flags", names: reader.vector(() => reader.name()) };
    case 0x6d:
      return { kind: "enum", names: reader.vector(() => reader.name()) };
    case 0x6b:
      return { kind: "option", of: ref(reader) };
    case 0x6a:
      return {
        kind: "result",
        ok: reader.optional(() => ref(reader)),
        error: reader.optional(() => ref(reader)),
      };
    case 0x40:
    case 0x43: {
      const parameters = reader.vector(() => labelled(reader));
      const result = reader.byte() === 0 ? ref(reader) : void reader.byte();
      return { kind: "func", async: opcode === 0x43, parameters, result: result ?? undefined };
    }
    case 0x41:
      return { kind: "component", declarations: reader.vector(() => declaration(reader)) };
    case 0x42:
      return { kind: "instance", declarations: reader.vector(() => declaration(reader)) };
    case 0x69:
    case 0x68:
      return { kind: opcode === 0x69 ? "own" : "borrow", index: reader.u32() };
    case 0x67:
      ref(reader);
      reader.u32();
      return { kind: "unsupported", what: "list of fixed length" };
    case 0x66:
    case 0x65:
      reader.optional(() => ref(reader));
      return { kind: "unsupported", what: opcode === 0x66 ? "stream" : "future" };
    case 0x64:
      return { kind: "unsupported", what: "error-context" };
    case 0x63:
      ref(reader);
      ref(reader);
      return { kind: "unsupported", what: "map" };
    default:
      return { kind: "primitive", opcode };
  }
}

function labelled(reader: Reader): RawLabelled {
  return { name: reader.name(), type: ref(reader) };
}

/** Indices are the non-negative numbers of a signed LEB128, opcodes the negative ones. */
function ref(reader: Reader): RawRef {
  const value = reader.s33();
  return value < 0 ? { opcode: value & 0x7f } : { index: value };
}

function declaration(reader: Reader): RawDeclaration {
  const kind = reader.byte();
  switch (kind) {
    case 0x01:
      return { kind: "type", type: type(reader) };
    case 0x02: {
      if (reader.byte() !== 0x03) throw new Error("only types are aliased in a world");
      const target = reader.byte();
      if (target === 0x02) return { kind: "alias-outer", count: reader.u32(), index: reader.u32() };
      return { kind: "alias-export", instance: reader.u32(), name: reader.name() };
    }
    case 0x03:
    case 0x04: {
      const { name, implemented } = externName(reader);
      return {
        kind: kind === 0x03 ? "import" : "export",
        name,
        implements: implemented,
        extern: extern(reader),
      };
    }
    default:
      throw new Error(`declaration kind ${kind} is not known`);
  }
}

/** Name kinds 0 and 1 are alike; 2 is followed by options, each a number and a text. */
function externName(reader: Reader): { name: string; implemented: string | undefined } {
  const kind = reader.byte();
  if (kind > 2) throw new Error(`name kind ${kind} of an import or export is not known`);
  const name = reader.name();
  if (kind < 2) return { name, implemented: undefined };
  const options = reader.vector(() => ({ option: reader.byte(), text: reader.name() }));
  return { name, implemented: options.find((o) => o.option === IMPLEMENTS)?.text };
}

function extern(reader: Reader): RawExtern {
  const sort = reader.byte();
  switch (sort) {
    case 0x01:
      return { sort: "func", index: reader.u32() };
    case 0x03:
      return reader.byte() === 0 ? { sort: "type", equals: reader.u32() } : { sort: "resource" };
    case 0x04:
      return { sort: "component", index: reader.u32() };
    case 0x05:
      return { sort: "instance", index: reader.u32() };
    default:
      throw new Error(`extern sort ${sort} is not known`);
  }
}
