// A JSON codec for the WIT's types, for test code. Numbers, texts, lists and tuples
// are JSON's own; 64 bits are a number where it is safe, else a decimal string; an
// enum is its label, flags a list of labels, a variant `"case"` or `{"case": …}`, a
// result `{"ok": …}` or `{"err": …}`, an absent option null or left out, an option's
// option `{"some": …}`, bytes a text or `{"base64": …}`.
import * as abi from "./abi.js";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

export interface Codec<T> {
  toJson(value: T): Json;
  /** @throws {TypeError} naming the path and what stands there */
  fromJson(json: unknown, path?: string): T;
  /** Whether nothing at all stands for a value: that of an option. */
  readonly optional?: boolean;
  /** What a record's field is called in JSON, where it has another name in the language. */
  readonly key?: string;
}

/** Objects that cross by handle, whose JSON is an id. */
export interface Objects {
  /** One of the component's that is given away; of `test:resources/counters@0.1.0#counter`. */
  own<T>(resource: string): Codec<T>;
  /** One of the component's that is lent. */
  borrow<T>(resource: string): Codec<T>;
  /** One of the application's. */
  host<T>(resource: string): Codec<T>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of codecs of different types
type AnyCodec = Codec<any>;

function fail(path: string, fits: string, json: unknown): never {
  throw new TypeError(`${path || "the value"}: ${JSON.stringify(json)} is not ${fits}`);
}

function checked<T>(check: (value: unknown) => abi.Fault | undefined): Codec<T> {
  return {
    toJson: (value) => value as Json,
    fromJson(json, path = "") {
      const fault = abi.at(path, check(json));
      if (fault !== undefined) throw fault.error();
      return json as T;
    },
  };
}

export const bool: Codec<boolean> = checked(abi.bool);
export const u8: Codec<number> = checked(abi.u8);
export const s8: Codec<number> = checked(abi.s8);
export const u16: Codec<number> = checked(abi.u16);
export const s16: Codec<number> = checked(abi.s16);
export const u32: Codec<number> = checked(abi.u32);
export const s32: Codec<number> = checked(abi.s32);
export const char: Codec<string> = checked(abi.character);
export const string: Codec<string> = checked(abi.string);

function big(check: (value: unknown) => abi.Fault | undefined): Codec<bigint> {
  return {
    toJson(value) {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value.toString();
    },
    fromJson(json, path = "") {
      const safe = typeof json === "number" && Number.isSafeInteger(json);
      const decimal = typeof json === "string" && /^-?[0-9]+$/.test(json);
      if (!safe && !decimal) fail(path, "a safe integer or a decimal string", json);
      const value = BigInt(json as number | string);
      const fault = abi.at(path, check(value));
      if (fault !== undefined) throw fault.error();
      return value;
    },
  };
}

export const u64 = big(abi.u64);
export const s64 = big(abi.s64);

/** What JSON has no number for. */
const ODD_FLOATS = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

export const f64: Codec<number> = {
  toJson(value) {
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? value : String(value);
  },
  fromJson(json, path = "") {
    const value = typeof json === "string" ? ODD_FLOATS.get(json) : json;
    return typeof value === "number" ? value : fail(path, "a number", json);
  },
};

export const f32 = f64;

/** The payload of a result without one. */
export const nothing: Codec<undefined> = {
  toJson: () => null,
  fromJson: (json, path = "") => (json === null ? undefined : fail(path, "null", json)),
};

export function list<T>(element: Codec<T>): Codec<readonly T[]> {
  return {
    toJson: (value) => value.map((e) => element.toJson(e)),
    fromJson(json, path = "") {
      if (!Array.isArray(json)) fail(path, "an array", json);
      return (json as unknown[]).map((e, i) => element.fromJson(e, `${path}[${i}]`));
    },
  };
}

/** A list of numbers other than bytes, which is a typed array. */
export function numbers<A extends abi.NumberArray>(
  from: (values: never) => A,
  element: AnyCodec,
): Codec<A> {
  const elements = list(element);
  return {
    toJson: (value) => elements.toJson([...value]),
    fromJson: (json, path = "") => from(elements.fromJson(json, path) as never),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const bytes: Codec<Uint8Array> = {
  toJson(value) {
    try {
      return utf8.decode(value);
    } catch {
      return { base64: Buffer.from(value).toString("base64") };
    }
  },
  fromJson(json, path = "") {
    if (typeof json === "string") return new TextEncoder().encode(json);
    const [base64] = members(json, ["base64"], path);
    if (typeof base64 !== "string") return fail(path, 'a string or {"base64": …}', json);
    return new Uint8Array(Buffer.from(base64, "base64"));
  },
};

export function option<T>(value: Codec<T>): Codec<T | undefined> {
  return {
    optional: true,
    toJson: (v) => (v === undefined ? null : value.toJson(v)),
    fromJson: (json, path = "") =>
      json === null || json === undefined ? undefined : value.fromJson(json, path),
  };
}

export function nestedOption<T>(value: Codec<T>): Codec<abi.Option<T>> {
  return {
    optional: true,
    toJson: (v) => (v.tag === "none" ? null : { some: value.toJson(v.val) }),
    fromJson(json, path = "") {
      if (json === null || json === undefined) return { tag: "none" };
      const [some] = members(json, ["some"], path);
      return { tag: "some", val: value.fromJson(some, `${path}.some`) };
    },
  };
}

export function result<T, E>(ok: Codec<T>, err: Codec<E>): Codec<abi.Result<T, E>> {
  return {
    toJson: (v): Json => (v.tag === "ok" ? { ok: ok.toJson(v.val) } : { err: err.toJson(v.val) }),
    fromJson(json, path = "") {
      const [tag, payload] = only(json, path);
      if (tag === "ok") return { tag, val: ok.fromJson(payload, `${path}.ok`) };
      if (tag === "err") return { tag, val: err.fromJson(payload, `${path}.err`) };
      return fail(path, '{"ok": …} or {"err": …}', json);
    },
  };
}

export function tuple<T extends readonly unknown[]>(...items: readonly AnyCodec[]): Codec<T> {
  return {
    toJson: (value) => items.map((item, i) => item.toJson(value[i])),
    fromJson(json, path = "") {
      if (!Array.isArray(json) || json.length !== items.length) {
        fail(path, `an array of ${items.length}`, json);
      }
      const values = json as unknown[];
      return items.map((item, i) => item.fromJson(values[i], `${path}[${i}]`)) as unknown as T;
    },
  };
}

/** Of a record's field that has another name in the language. */
export function named<T>(key: string, codec: Codec<T>): Codec<T> {
  return { ...codec, key };
}

/** A record; an absent option is left out. */
export function record<T>(fields: Readonly<Record<string, AnyCodec>>): Codec<T> {
  const entries = Object.entries(fields).map(
    ([name, codec]) => [name, codec.key ?? name, codec] as const,
  );
  const keys = entries.map(([, key]) => key);
  return {
    toJson(value) {
      const json: Record<string, Json> = {};
      for (const [name, key, codec] of entries) {
        const member = codec.toJson((value as Record<string, unknown>)[name]);
        if (member !== null || !codec.optional) json[key] = member;
      }
      return json;
    },
    fromJson(json, path = "") {
      const found = members(json, keys, path);
      const value: Record<string, unknown> = {};
      entries.forEach(([name, key, codec], i) => {
        if (found[i] === undefined && !codec.optional) fail(`${path}.${key}`, "there", undefined);
        value[name] = codec.fromJson(found[i], `${path}.${key}`);
      });
      return value as T;
    },
  };
}

export function enumeration<T extends string>(...labels: readonly T[]): Codec<T> {
  return checked((value) => abi.oneOf(labels, value));
}

/** Flags by the name of the member and the WIT's label. */
export function flags<T>(labels: Readonly<Record<string, string>>): Codec<T> {
  const known = Object.values(labels);
  return {
    toJson: (value) =>
      Object.entries(labels)
        .filter(([member]) => (value as Record<string, unknown>)[member] === true)
        .map(([, label]) => label),
    fromJson(json, path = "") {
      const given = list(enumeration(...known)).fromJson(json, path);
      const set = Object.entries(labels).map(([member, label]) => [member, given.includes(label)]);
      return Object.fromEntries(set) as T;
    },
  };
}

/** A variant by its cases; undefined for a case without payload. */
export function variant<T extends { readonly tag: string }>(
  cases: Readonly<Record<string, AnyCodec | undefined>>,
): Codec<T> {
  const fits = `one of ${Object.keys(cases).join(", ")}`;
  return {
    toJson(value) {
      const codec = cases[value.tag];
      return codec ? { [value.tag]: codec.toJson((value as { val?: unknown }).val) } : value.tag;
    },
    fromJson(json, path = "") {
      const [tag, payload] = typeof json === "string" ? [json] : only(json, path);
      if (!Object.hasOwn(cases, tag)) return fail(path, fits, json);
      const codec = cases[tag];
      if (codec === undefined) {
        if (typeof json !== "string") fail(path, `"${tag}", which has no payload`, json);
        return { tag } as unknown as T;
      }
      if (typeof json === "string") fail(path, `{"${tag}": …}`, json);
      return { tag, val: codec.fromJson(payload, `${path}.${tag}`) } as unknown as T;
    },
  };
}

/** The one member that an object has. */
function only(json: unknown, path: string): [string, unknown] {
  const entries = typeof json === "object" && json !== null ? Object.entries(json) : [];
  const [first] = entries;
  return first !== undefined && entries.length === 1
    ? first
    : fail(path, "an object of one member", json);
}

/** The members of these names; any other is refused. */
function members(json: unknown, names: readonly string[], path: string): unknown[] {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fail(path, "an object", json);
  }
  for (const name of Object.keys(json)) {
    if (!names.includes(name)) {
      throw new TypeError(`${path}.${name}: not known; members are ${names.join(", ")}`);
    }
  }
  return names.map((name) =>
    Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined,
  );
}
