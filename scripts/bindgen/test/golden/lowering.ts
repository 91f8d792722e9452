/** Spells the steps of `abi.ts` in the plainest way: JSON in, bytes and core values out. */
import { inMemory, type Slot, type Step } from "../../abi.js";
import { resolve, type Type } from "../../ir.js";
import { layout, sequence } from "../../layout.js";
import { lowerCamel } from "../../names.js";
import type { Json } from "../session.js";
import { type Allocate, allocateFrom } from "./table.js";

/** A memory of its own, in which core values stand in a row of eight bytes each. */
export class Lowering {
  readonly memory = new DataView(new ArrayBuffer(1 << 16));
  readonly #allocate: Allocate = allocateFrom(1 << 12);

  /** Does a step for a value whose memory begins at `base`, or whose core values stand there. */
  put(step: Step, value: Json, base: number): void {
    const at = (slot: Slot) => base + (slot.in === "memory" ? slot.offset : slot.index * 8);
    const core = (slot: Slot, width: number, bits: bigint) =>
      this.#bits(at(slot), slot.in === "memory" ? width : 8, bits);
    switch (step.step) {
      case "number":
        core(step.slot, layout({ kind: step.kind }).size, numberBits(step.kind, value, step.slot));
        break;
      case "bool":
        core(step.slot, 1, value === true ? 1n : 0n);
        break;
      case "char":
        core(step.slot, 4, BigInt(String(value).codePointAt(0) ?? 0));
        break;
      case "enum": {
        const index = step.type.cases.findIndex((c) => c.name === value);
        core(step.slot, step.width, BigInt(index));
        break;
      }
      case "flags": {
        const set = value as readonly Json[];
        const bits = step.type.flags.map((f, i) => (set.includes(f.name) ? 1n << BigInt(i) : 0n));
        core(
          step.slot,
          step.width,
          bits.reduce((a, b) => a | b, 0n),
        );
        break;
      }
      case "text": {
        const bytes = Buffer.from(String(value), "utf16le");
        core(step.pointer, 4, BigInt(this.#copied(2, bytes)));
        core(step.length, 4, BigInt(bytes.length / 2));
        break;
      }
      case "numbers":
      case "list": {
        const element: Type = step.step === "list" ? step.element : { kind: step.kind };
        const values = elements(element, value);
        core(step.pointer, 4, BigInt(this.#list(element, values)));
        core(step.length, 4, BigInt(values.length));
        break;
      }
      case "parts":
        step.parts.forEach((part, i) => {
          this.put(part, partOf(step.type, i, value), base);
        });
        break;
      case "choice": {
        const [index, payload] = chosen(step.type, value);
        core(step.discriminant, step.width, BigInt(index));
        for (const slot of step.shared) core(slot, 8, 0n);
        const inside = step.payloads[index];
        if (inside !== undefined) this.put(inside, payload, base);
        break;
      }
      case "handle":
        throw new Error("the golden tables hold no handles");
    }
  }

  /** A tuple of the values, in memory; gives its address. */
  block(types: readonly Type[], values: readonly Json[]): number {
    const { offsets, layout: whole } = sequence(types);
    const at = this.#allocate(whole.align, whole.size);
    types.forEach((type, i) => {
      this.put(inMemory(type, offsets[i]), values[i] ?? null, at);
    });
    return at;
  }

  #list(element: Type, values: readonly Json[]): number {
    const { size, align } = layout(element);
    const at = this.#allocate(align, size * values.length);
    values.forEach((value, i) => {
      this.put(inMemory(element, i * size), value, at);
    });
    return at;
  }

  #copied(align: number, bytes: Uint8Array): number {
    const at = this.#allocate(align, bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return at;
  }

  #bits(at: number, width: number, bits: bigint): void {
    for (let i = 0; i < width; i++) {
      this.memory.setUint8(at + i, Number((bits >> BigInt(i * 8)) & 0xffn));
    }
  }
}

/** A number's bits, as many as the slot has. */
function numberBits(kind: string, value: Json, slot: Slot): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (kind === "f32") {
    view.setFloat32(0, Number(value), true);
    return BigInt(view.getUint32(0, true));
  }
  if (kind === "f64") {
    view.setFloat64(0, Number(value), true);
    return view.getBigUint64(0, true);
  }
  const wide = kind === "u64" || kind === "s64" || slot.in === "memory";
  return BigInt.asUintN(wide ? 64 : 32, BigInt(value as number | string));
}

function elements(element: Type, value: Json): readonly Json[] {
  if (resolve(element).kind !== "u8") return value as readonly Json[];
  if (typeof value === "string") return [...Buffer.from(value)];
  return [...Buffer.from((value as { base64: string }).base64, "base64")];
}

function partOf(type: Type, index: number, value: Json): Json {
  const it = resolve(type);
  if (it.kind !== "record") return (value as readonly Json[])[index] ?? null;
  const name = it.fields[index]?.name ?? "";
  return (value as { [name: string]: Json })[lowerCamel(name)] ?? null;
}

/** Which case it is, and its payload. */
function chosen(type: Type, value: Json): [number, Json] {
  const it = resolve(type);
  if (it.kind === "option") {
    if (value === null) return [0, null];
    const nested = resolve(it.value).kind === "option";
    return [1, nested ? (value as { some: Json }).some : value];
  }
  const [name = "", payload = null] =
    typeof value === "string" ? [value] : (Object.entries(value ?? {})[0] ?? []);
  if (it.kind === "result") return [name === "ok" ? 0 : 1, payload];
  if (it.kind !== "variant") throw new Error(`a ${it.kind} has no cases`);
  return [it.cases.findIndex((c) => c.name === name), payload];
}
