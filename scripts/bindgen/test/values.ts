/** Random values of the IR's types: as Node hosts take them, and as JSON. */
import { isNumber, resolve, type Type } from "../ir.js";
import { choices } from "../layout.js";
import { lowerCamel } from "../names.js";
import { carriedByJco } from "./jco-faults.js";
import type { Json } from "./session.js";

/** A seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TEXT_PARTS = [
  "",
  "a",
  "/hams/alive",
  "é",
  "\u{1f600}",
  "\ud800",
  "\udc00",
  "\ufeff",
  "\0",
  "\n",
];

const ARRAYS = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

export class Values {
  readonly #random: () => number;
  /** A text that the caller wants now and then, so that calls mean something. */
  readonly #texts: readonly string[];
  /** Makes of a random text one that can be carried. */
  readonly #carried: (text: string) => string;

  constructor(random: () => number, texts: readonly string[] = [], carried = carriedByJco) {
    this.#random = random;
    this.#texts = texts;
    this.#carried = carried;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.#random() * below);
  }

  of(type: Type): unknown {
    const it = resolve(type);
    switch (it.kind) {
      case "bool":
        return this.below(2) === 1;
      case "char":
        return String.fromCodePoint(this.#pick([0x41, 0, 0xd7ff, 0xe000, 0x1f600, 0x10ffff]));
      case "string":
        return this.text();
      case "list": {
        const element = resolve(it.element);
        const values = Array.from({ length: this.below(5) }, () => this.of(element));
        if (!isNumber(element.kind)) return values;
        return new (ARRAYS[element.kind] as new (from: never) => unknown)(values as never);
      }
      case "option":
        if (resolve(it.value).kind === "option") {
          return this.below(3) === 0 ? { tag: "none" } : { tag: "some", val: this.of(it.value) };
        }
        return this.below(3) === 0 ? undefined : this.of(it.value);
      case "tuple":
        return it.items.map((t) => this.of(t));
      case "record":
        return Object.fromEntries(it.fields.map((f) => [lowerCamel(f.name), this.of(f.type)]));
      case "enum":
        return this.#pick(it.cases).name;
      case "flags":
        return Object.fromEntries(it.flags.map((f) => [lowerCamel(f.name), this.below(2) === 1]));
      case "variant":
      case "result": {
        const each = this.#pick(choices(it));
        if (each.type) return { tag: each.name, val: this.of(each.type) };
        return it.kind === "result" ? { tag: each.name, val: undefined } : { tag: each.name };
      }
      default:
        if (!isNumber(it.kind)) throw new Error(`a ${it.kind} has no random value`);
        return this.#number(it.kind);
    }
  }

  text(): string {
    if (this.#texts.length > 0 && this.below(3) > 0) return this.#pick(this.#texts);
    const length = this.below(20) === 0 ? 200 : this.below(5);
    return this.#carried(Array.from({ length }, () => this.#pick(TEXT_PARTS)).join(""));
  }

  #number(kind: keyof typeof ARRAYS): number | bigint {
    const bits = Number(kind.slice(1));
    if (kind === "f32") return Math.fround(this.#float());
    if (kind === "f64") return this.#float();
    const signed = kind.startsWith("s");
    const low = signed ? -(2n ** BigInt(bits - 1)) : 0n;
    const high = low + 2n ** BigInt(bits) - 1n;
    const small = BigInt(this.below(5));
    const value = this.#pick([low, high, small, small, high / 2n, low + small]);
    return bits === 64 ? value : Number(value);
  }

  #float(): number {
    return this.#pick([0, -0, 1.5, -1e30, 1e-40, Infinity, -Infinity, NaN, this.#random()]);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** The JSON that stands for a value in a session, exactly as a host must write it. */
export function jsonOf(type: Type, value: unknown): Json {
  const it = resolve(type);
  switch (it.kind) {
    case "bool":
    case "char":
    case "string":
    case "enum":
      return value as Json;
    case "list":
      if (resolve(it.element).kind === "u8") return bytesJson(value as Uint8Array);
      return [...(value as Iterable<unknown>)].map((each) => jsonOf(it.element, each));
    case "tuple":
      return it.items.map((item, i) => jsonOf(item, (value as unknown[])[i]));
    case "option": {
      if (resolve(it.value).kind !== "option") {
        return value === undefined ? null : jsonOf(it.value, value);
      }
      const { tag, val } = value as Tagged;
      return tag === "none" ? null : { some: jsonOf(it.value, val) };
    }
    case "record": {
      const json: Record<string, Json> = {};
      for (const field of it.fields) {
        const name = lowerCamel(field.name);
        const each = jsonOf(field.type, (value as Record<string, unknown>)[name]);
        if (each !== null || resolve(field.type).kind !== "option") json[name] = each;
      }
      return json;
    }
    case "flags": {
      const set = value as Readonly<Record<string, boolean>>;
      return it.flags.map((f) => f.name).filter((name) => set[lowerCamel(name)]);
    }
    case "variant":
    case "result": {
      const { tag, val } = value as Tagged;
      const payload = choices(it).find((c) => c.name === tag)?.type;
      if (payload !== undefined) return { [tag]: jsonOf(payload, val) };
      return it.kind === "result" ? { [tag]: null } : tag;
    }
    default:
      return isNumber(it.kind) ? numberJson(value as number | bigint) : (value as Json);
  }
}

interface Tagged {
  readonly tag: string;
  readonly val?: unknown;
}

function numberJson(value: number | bigint): Json {
  if (Object.is(value, -0)) return "-0";
  const number = Number(value);
  if (typeof value === "bigint") return Number.isSafeInteger(number) ? number : value.toString();
  return Number.isFinite(number) ? number : String(number);
}

function bytesJson(bytes: Uint8Array): Json {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer) ? text : { base64: buffer.toString("base64") };
}
