// How values cross the canonical ABI into a core module, texts as UTF-16. What the
// application passes is checked before anything crosses; what the module gives back
// is checked while it is read.

/** The most UTF-16 code units that one text may have. */
export const MAX_TEXT_UNITS = 1_048_576;

/** The most bytes that one list may take, its elements' own lists not counted. */
const MAX_LIST_BYTES = 2 ** 28;

/** From here on a call into the runtime is faster than a copy unit by unit. */
const LONG_TEXT_UNITS = 64;

/** The error that a function of the component returned; `payload` is the WIT's value. */
export class ComponentError<E = unknown> extends Error {
  override readonly name = "ComponentError";
  readonly payload: E;

  constructor(payload: E) {
    super(describe(payload));
    this.payload = payload;
  }
}

/** The component trapped, now or in an earlier call, and cannot be used any more. */
export class TrapError extends Error {
  override readonly name = "TrapError";
}

/** A text or list that is too long to cross; nothing has happened. */
export class TooLargeError extends RangeError {
  override readonly name = "TooLargeError";
}

/** What is wrong with a value, and where in it. */
export class Fault {
  readonly #problem: string;
  readonly #tooLarge: boolean;
  path = "";

  constructor(problem: string, tooLarge = false) {
    this.#problem = problem;
    this.#tooLarge = tooLarge;
  }

  error(): Error {
    const message = `${this.path}: ${this.#problem}`;
    return this.#tooLarge ? new TooLargeError(message) : new TypeError(message);
  }
}

/** A `result` inside of a value; one that a function returns is returned or thrown. */
export type Result<T, E> =
  | { readonly tag: "ok"; readonly val: T }
  | { readonly tag: "err"; readonly val: E };

/** An `option` of an `option`, where `undefined` would not say which is absent. */
export type Option<T> = { readonly tag: "none" } | { readonly tag: "some"; readonly val: T };

/** A compiled core module, a `WebAssembly.Module`: not every library of TypeScript knows that. */
export type Module = object;

export type CoreFunction<R> = (...values: readonly (number | bigint)[]) => R;
type Realloc = (from: number, size: number, align: number, newSize: number) => number;

/** What a core module imports: functions by the names of their module and of their own. */
export type CoreImports = Readonly<
  Record<string, Readonly<Record<string, (...values: never[]) => unknown>>>
>;

type CoreExports = Readonly<Record<string, unknown>>;

/** What is needed of the runtime's `WebAssembly`. */
interface Runtime {
  readonly Instance: new (
    module: Module,
    imports: CoreImports,
  ) => { readonly exports: CoreExports };
}

/** What a component without texts and lists may do without. */
const NO_MEMORY = { buffer: new ArrayBuffer(0) };

/** An instance of the core module, with its memory seen in every width. */
export class Guest {
  u8!: Uint8Array;
  u16!: Uint16Array;
  u32!: Uint32Array;
  u64!: BigUint64Array;
  f32!: Float32Array;
  f64!: Float64Array;
  bytes!: Buffer;
  /** The length that the module is told of the text copied last, where the text does not say it. */
  units = 0;
  #exports!: CoreExports;
  #memory!: { readonly buffer: ArrayBuffer };
  #realloc!: Realloc;
  #dead = false;
  #cause: unknown;

  /** Before all else. */
  start(module: Module, imports: CoreImports = {}): void {
    const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Runtime };
    const { exports } = new WebAssembly.Instance(module, imports);
    const { memory = NO_MEMORY, cabi_realloc: realloc } = exports;
    this.#exports = exports;
    this.#memory = memory as typeof NO_MEMORY;
    this.#realloc = realloc as Realloc;
    this.#see();
  }

  function<R>(name: string): CoreFunction<R> {
    const found = this.#exports[name];
    if (typeof found !== "function") throw new TypeError(`the module does not export ${name}`);
    return found as CoreFunction<R>;
  }

  /** The function that frees a result; not every guest has one. */
  post(name: string): CoreFunction<void> {
    return this.optional(name);
  }

  optional(name: string): CoreFunction<void> {
    return (this.#exports[name] as CoreFunction<void> | undefined) ?? nothing;
  }

  /** Before a call: throws if the arguments are at fault, or the instance is dead. */
  enter(fault?: Fault): void {
    if (this.#dead) throw new TrapError("the component trapped in an earlier call", this.#why());
    if (fault !== undefined) throw fault.error();
  }

  /** After anything went wrong inside a call: the instance may be half changed. */
  dies(error: unknown): TrapError {
    this.#dead = true;
    this.#cause = error;
    if (error instanceof TrapError) return error;
    const reason = error instanceof Error ? error.message : describe(error);
    return new TrapError(`the component trapped: ${reason}`, this.#why());
  }

  get isDead(): boolean {
    return this.#dead;
  }

  #why(): ErrorOptions {
    return { cause: this.#cause };
  }

  /** A growing memory has a new buffer, and views of the old one have become empty. */
  #see(): void {
    const { buffer } = this.#memory;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.bytes = Buffer.from(buffer);
  }

  /** A pointer that the module gave: fresh views, and `size` bytes are there, aligned. */
  at(pointer: number, size: number, align: number): number {
    if (this.u8.length === 0) this.#see();
    const p = pointer >>> 0;
    if (p + size > this.u8.length || (p & (align - 1)) !== 0) {
      throw new TrapError(`the component gave a bad pointer: ${size} bytes at ${p}`);
    }
    return p;
  }

  alloc(size: number, align: number): number {
    return this.at(this.#realloc(0, 0, align, size), size, align);
  }

  /** Writes where a list or text is. */
  span(at: number, pointer: number, length: number): void {
    this.u32[at >>> 2] = pointer;
    this.u32[(at + 4) >>> 2] = length;
  }

  /** Copies a text into the module; a lone surrogate becomes U+FFFD. */
  text(value: string): number {
    const { length } = value;
    const pointer = this.alloc(length * 2, 2);
    if (length > LONG_TEXT_UNITS) {
      this.bytes.write(wellFormed(value), pointer, "utf16le");
      return pointer;
    }
    const units = this.u16;
    const from = pointer >>> 1;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      units[from + i] = unit;
      if ((unit & 0xf800) === 0xd800) {
        const next = i + 1 < length ? value.charCodeAt(i + 1) : 0;
        if (unit < 0xdc00 && (next & 0xfc00) === 0xdc00) units[from + ++i] = next;
        else units[from + i] = 0xfffd;
      }
    }
    return pointer;
  }

  /** Copies a list of numbers into the module. */
  numbers(value: NumberArray): number {
    const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = value;
    const pointer = this.alloc(byteLength, BYTES_PER_ELEMENT);
    this.u8.set(new Uint8Array(buffer, byteOffset, byteLength), pointer);
    return pointer;
  }

  /** The text whose pointer and length are at `at`; a lone surrogate becomes U+FFFD. */
  readText(at: number): string {
    return this.textAt(this.u32[at >>> 2]!, this.u32[(at + 4) >>> 2]!);
  }

  textAt(pointer: number, length: number): string {
    const from = this.at(pointer, length * 2, 2);
    if (length === 0) return "";
    return wellFormed(this.bytes.toString("utf16le", from, from + length * 2));
  }

  /** The bytes of a list of numbers whose pointer and length are at `at`, copied. */
  readBytes(at: number, size: number): Uint8Array<ArrayBuffer> {
    return this.bytesAt(this.u32[at >>> 2]!, this.u32[(at + 4) >>> 2]!, size);
  }

  bytesAt(pointer: number, length: number, size: number): Uint8Array<ArrayBuffer> {
    const from = this.at(pointer, length * size, size);
    return (this.u8 as Uint8Array<ArrayBuffer>).slice(from, from + length * size);
  }

  /** The list whose pointer and length are at `at`, each element read by `load`. */
  readList<G extends Guest, T>(
    this: G,
    at: number,
    size: number,
    align: number,
    load: (g: G, p: number) => T,
  ): T[] {
    return this.listAt(this.u32[at >>> 2]!, this.u32[(at + 4) >>> 2]!, size, align, load);
  }

  listAt<G extends Guest, T>(
    this: G,
    pointer: number,
    length: number,
    size: number,
    align: number,
    load: (g: G, p: number) => T,
  ): T[] {
    let p = this.at(pointer, length * size, align);
    const list: T[] = [];
    for (let i = 0; i < length; i++) {
      list.push(load(this, p));
      p += size;
    }
    return list;
  }

  /** Copies a list into the module, each element written by `store`. */
  list<G extends Guest, T>(
    this: G,
    value: readonly T[],
    size: number,
    align: number,
    store: (g: G, p: number, v: T) => void,
  ): number {
    const pointer = this.alloc(value.length * size, align);
    let p = pointer;
    for (const element of value) {
      store(this, p, element);
      p += size;
    }
    return pointer;
  }

  /** Whether the option whose discriminant is at `at` has a value. */
  isSome(at: number): boolean {
    const discriminant = this.u8[at]!;
    if (discriminant > 1) throw unknownCase(discriminant);
    return discriminant === 1;
  }
}

export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

function nothing(): void {}

/** The text with U+FFFD for each lone surrogate; older libraries of TypeScript do not know it. */
function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed();
}

/** The label of an enum's discriminant. */
export function label<T>(labels: readonly T[], discriminant: number): T {
  const found = labels[discriminant];
  if (found === undefined) throw unknownCase(discriminant);
  return found;
}

export function unknownCase(discriminant: number): TrapError {
  return new TrapError(`the component gave a case that does not exist: ${discriminant}`);
}

export function char(value: number): string {
  if (value > 0x10ffff || (value & 0x1ff800) === 0xd800) {
    throw new TrapError(`the component gave what is no character: ${value}`);
  }
  return String.fromCodePoint(value);
}

const bits = new DataView(new ArrayBuffer(8));

/** A float's bits, for the core values that cases of a variant share. */
export function bitsOfF32(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}

export function bitsOfF64(value: number): bigint {
  bits.setFloat64(0, value);
  return bits.getBigInt64(0);
}

// Checks: undefined where the value fits.

/** The fault with one more step of the path to it. */
export function at(step: string, fault: Fault | undefined): Fault | undefined {
  if (fault !== undefined) fault.path = step + fault.path;
  return fault;
}

/** Says that the value is not what fits. */
export function not(fits: string, value: unknown): Fault {
  return new Fault(`${describe(value)} is not ${fits}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  const { tag } = value as { tag?: unknown };
  if (typeof tag === "string") return tag;
  return Array.isArray(value) ? `an array of ${value.length}` : "an object";
}

export function bool(value: unknown): Fault | undefined {
  return typeof value === "boolean" ? undefined : not("a boolean", value);
}

function integer(value: unknown, from: number, to: number): Fault | undefined {
  if (typeof value === "number" && value >= from && value <= to && Number.isInteger(value)) return;
  return not(`an integer from ${from} to ${to}`, value);
}

export function u8(value: unknown): Fault | undefined {
  return integer(value, 0, 0xff);
}

export function s8(value: unknown): Fault | undefined {
  return integer(value, -0x80, 0x7f);
}

export function u16(value: unknown): Fault | undefined {
  return integer(value, 0, 0xffff);
}

export function s16(value: unknown): Fault | undefined {
  return integer(value, -0x8000, 0x7fff);
}

export function u32(value: unknown): Fault | undefined {
  return integer(value, 0, 0xffffffff);
}

export function s32(value: unknown): Fault | undefined {
  return integer(value, -0x80000000, 0x7fffffff);
}

export function u64(value: unknown): Fault | undefined {
  if (typeof value === "bigint" && BigInt.asUintN(64, value) === value) return;
  return not("a bigint from 0n to 2n ** 64n - 1n", value);
}

export function s64(value: unknown): Fault | undefined {
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return;
  return not("a bigint from -(2n ** 63n) to 2n ** 63n - 1n", value);
}

function float(value: unknown): Fault | undefined {
  return typeof value === "number" ? undefined : not("a number", value);
}

export { float as f32, float as f64 };

export function character(value: unknown): Fault | undefined {
  if (typeof value === "string") {
    const point = value.codePointAt(0);
    if (point !== undefined && (point & 0x1ff800) !== 0xd800) {
      if (value.length === (point > 0xffff ? 2 : 1)) return;
    }
  }
  return not("a text of one character", value);
}

export function string(value: unknown): Fault | undefined {
  if (typeof value !== "string") return not("a string", value);
  if (value.length <= MAX_TEXT_UNITS) return;
  return new Fault(`${value.length} UTF-16 code units, at most ${MAX_TEXT_UNITS} fit`, true);
}

export function oneOf(labels: readonly string[], value: unknown): Fault | undefined {
  return labels.includes(value as string) ? undefined : not(`one of ${labels.join(", ")}`, value);
}

/** A variant whose tag is none of these. */
export function noCase(value: unknown, ...tags: readonly string[]): Fault | undefined {
  return at(".tag", oneOf(tags, (value as { tag?: unknown }).tag));
}

export function object(value: unknown): Fault | undefined {
  return typeof value === "object" && value !== null ? undefined : not("an object", value);
}

/** Flags are an object whose named members are true, false or absent. */
export function flags(labels: readonly string[], value: unknown): Fault | undefined {
  const fault = object(value);
  if (fault !== undefined) return fault;
  for (const name of labels) {
    const flag = (value as Record<string, unknown>)[name];
    if (flag !== undefined && typeof flag !== "boolean") return at(`.${name}`, bool(flag));
  }
  return undefined;
}

export function numbers(
  type: abstract new (length: number) => NumberArray,
  value: unknown,
): Fault | undefined {
  if (!(value instanceof type)) return not(`a ${type.name}`, value);
  return size(value.byteLength);
}

function size(bytes: number): Fault | undefined {
  if (bytes <= MAX_LIST_BYTES) return;
  return new Fault(`a list of ${bytes} bytes, at most ${MAX_LIST_BYTES} fit`, true);
}

export function list<T>(
  check: (value: T) => Fault | undefined,
  elementSize: number,
  value: readonly T[],
): Fault | undefined {
  if (!Array.isArray(value)) return not("an array", value);
  for (let i = 0; i < value.length; i++) {
    const fault = check(value[i] as T);
    if (fault !== undefined) return at(`[${i}]`, fault);
  }
  return size(value.length * elementSize);
}

/** A tuple's array; its items are checked beside. */
export function tuple(length: number, value: unknown): Fault | undefined {
  return Array.isArray(value) && value.length === length
    ? undefined
    : not(`an array of ${length}`, value);
}
