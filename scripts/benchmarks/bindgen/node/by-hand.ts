/**
 * Three functions of the echo world as an expert would write them for Node, with
 * the same promises: arguments are refused before they cross, what comes back is
 * checked, and a trap ends the instance.
 */
type Flag = boolean | undefined;
type Nine = { [name in `f${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`]?: Flag };
type ThirtyTwo = Nine & { [name in `f${number}`]?: Flag };

export interface Wide {
  readonly a: number;
  readonly b: bigint;
  readonly c: number;
  readonly d: string;
  readonly e?: number | undefined;
  readonly f: readonly string[];
  readonly g: boolean;
  readonly h: string;
  readonly i?: string | undefined;
  readonly j: { readonly a?: Flag; readonly b?: Flag; readonly c?: Flag };
  readonly k: ThirtyTwo;
  readonly l: readonly [number, bigint];
  readonly m: number;
  readonly n: bigint;
  readonly o: Nine;
}

const ECHO = "test:echo/echo@1.2.3#";
const WIDE_BYTES = 112;
const SHORT_TEXT = 64; // up to here a loop is faster than a call into the runtime

type Core = (...values: (number | bigint)[]) => number;

export class Echo {
  #dead = false;
  #u8!: Uint8Array;
  #u16!: Uint16Array;
  #u32!: Uint32Array;
  #u64!: BigUint64Array;
  #f32!: Float32Array;
  #bytes!: Buffer;
  readonly #memory: WebAssembly.Memory;
  readonly #realloc: Core;
  readonly #byte: Core;
  readonly #text: Core;
  readonly #freeText: Core;
  readonly #wides: Core;
  readonly #freeWides: Core;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module, {});
    const core = (name: string) => exports[name] as unknown as Core;
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#realloc = core("cabi_realloc");
    this.#byte = core(`${ECHO}byte`);
    this.#text = core(`${ECHO}text`);
    this.#freeText = core(`cabi_post_${ECHO}text`);
    this.#wides = core(`${ECHO}wides`);
    this.#freeWides = core(`cabi_post_${ECHO}wides`);
    this.#see();
  }

  byte(value: number): number {
    this.#live();
    if (!Number.isInteger(value) || value < 0 || value > 255) {
      throw new TypeError(`${value} is no byte`);
    }
    try {
      return this.#byte(value) & 0xff;
    } catch (error) {
      throw this.#dies(error);
    }
  }

  text(value: string): string {
    this.#live();
    checkText(value);
    try {
      const from = this.#lowerText(value);
      const area = this.#text(from, value.length);
      const text = this.#liftText(this.#at(area, 8, 4));
      this.#freeText(area);
      return text;
    } catch (error) {
      throw this.#dies(error);
    }
  }

  wides(values: readonly Wide[]): Wide[] {
    this.#live();
    values.forEach(checkWide);
    try {
      const from = this.#alloc(values.length * WIDE_BYTES, 8);
      let at = from;
      for (const value of values) {
        this.#lowerWide(value, at);
        at += WIDE_BYTES;
      }
      const area = this.#wides(from, values.length);
      const list = this.#at(area, 8, 4) >>> 2;
      const length = this.#u32[list + 1]!;
      let p = this.#at(this.#u32[list]!, length * WIDE_BYTES, 8);
      const found: Wide[] = [];
      for (let i = 0; i < length; i++) {
        found.push(this.#liftWide(p));
        p += WIDE_BYTES;
      }
      this.#freeWides(area);
      return found;
    } catch (error) {
      throw this.#dies(error);
    }
  }

  #live(): void {
    if (this.#dead) throw new Error("the instance is dead");
  }

  #dies(cause: unknown): Error {
    this.#dead = true;
    return new Error("the instance died", { cause });
  }

  #see(): void {
    const { buffer } = this.#memory;
    this.#u8 = new Uint8Array(buffer);
    this.#u16 = new Uint16Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#u64 = new BigUint64Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#bytes = Buffer.from(buffer);
  }

  #at(pointer: number, size: number, align: number): number {
    if (this.#u8.length === 0) this.#see();
    const at = pointer >>> 0;
    if (at + size > this.#u8.length || (at & (align - 1)) !== 0) throw new Error("bad pointer");
    return at;
  }

  #alloc(size: number, align: number): number {
    return this.#at(this.#realloc(0, 0, align, size), size, align);
  }

  #lowerText(value: string): number {
    const { length } = value;
    const pointer = this.#alloc(length * 2, 2);
    if (length > SHORT_TEXT) {
      this.#bytes.write(value.toWellFormed(), pointer, "utf16le");
      return pointer;
    }
    const text = value.toWellFormed();
    const from = pointer >>> 1;
    for (let i = 0; i < length; i++) this.#u16[from + i] = text.charCodeAt(i);
    return pointer;
  }

  /** Writes a text, and where it is. */
  #storeText(value: string, at: number): void {
    const pointer = this.#lowerText(value);
    this.#u32[at >>> 2] = pointer;
    this.#u32[(at >>> 2) + 1] = value.length;
  }

  #liftText(at: number): string {
    const length = this.#u32[(at >>> 2) + 1]!;
    const from = this.#at(this.#u32[at >>> 2]!, length * 2, 2);
    if (length === 0) return "";
    return this.#bytes.toString("utf16le", from, from + length * 2).toWellFormed();
  }

  #lowerWide(v: Wide, p: number): void {
    this.#u8[p] = v.a;
    this.#u64[(p + 8) >>> 3] = v.b;
    this.#u16[(p + 16) >>> 1] = v.c;
    this.#storeText(v.d, p + 20);
    this.#u8[p + 28] = v.e === undefined ? 0 : 1;
    if (v.e !== undefined) this.#u8[p + 29] = v.e;
    const texts = this.#alloc(v.f.length * 8, 4);
    v.f.forEach((text, i) => {
      this.#storeText(text, texts + i * 8);
    });
    this.#u32[(p + 32) >>> 2] = texts;
    this.#u32[(p + 36) >>> 2] = v.f.length;
    this.#u8[p + 40] = v.g ? 1 : 0;
    this.#u32[(p + 44) >>> 2] = v.h.codePointAt(0)!;
    this.#u8[p + 48] = v.i === undefined ? 0 : 1;
    if (v.i !== undefined) this.#storeText(v.i, p + 52);
    this.#u8[p + 60] = (v.j.a ? 1 : 0) | (v.j.b ? 2 : 0) | (v.j.c ? 4 : 0);
    this.#u32[(p + 64) >>> 2] = bitsOf32(v.k);
    this.#u8[p + 72] = v.l[0];
    this.#u64[(p + 80) >>> 3] = v.l[1];
    this.#f32[(p + 88) >>> 2] = v.m;
    this.#u64[(p + 96) >>> 3] = v.n;
    this.#u16[(p + 104) >>> 1] = bitsOf9(v.o);
  }

  #liftWide(p: number): Wide {
    const length = this.#u32[(p + 36) >>> 2]!;
    const texts = this.#at(this.#u32[(p + 32) >>> 2]!, length * 8, 4);
    const f: string[] = [];
    for (let i = 0; i < length; i++) f.push(this.#liftText(texts + i * 8));
    const h = this.#u32[(p + 44) >>> 2]!;
    if (h > 0x10ffff || (h & 0x1ff800) === 0xd800) throw new Error("no character");
    const [e, i] = [this.#u8[p + 28]!, this.#u8[p + 48]!];
    if (e > 1 || i > 1) throw new Error("no option");
    const j = this.#u8[p + 60]!;
    return {
      a: this.#u8[p]!,
      b: this.#u64[(p + 8) >>> 3]!,
      c: this.#u16[(p + 16) >>> 1]!,
      d: this.#liftText(p + 20),
      e: e === 1 ? this.#u8[p + 29]! : undefined,
      f,
      g: this.#u8[p + 40] !== 0,
      h: String.fromCodePoint(h),
      i: i === 1 ? this.#liftText(p + 52) : undefined,
      j: { a: (j & 1) !== 0, b: (j & 2) !== 0, c: (j & 4) !== 0 },
      k: flags32(this.#u32[(p + 64) >>> 2]!),
      l: [this.#u8[p + 72]!, this.#u64[(p + 80) >>> 3]!],
      m: this.#f32[(p + 88) >>> 2]!,
      n: BigInt.asIntN(64, this.#u64[(p + 96) >>> 3]!),
      o: flags9(this.#u16[(p + 104) >>> 1]!),
    };
  }
}

const NAMES = Array.from({ length: 32 }, (_, i) => `f${i}`);

function bitsOf9(v: Nine): number {
  return (
    (v.f0 ? 1 : 0) |
    (v.f1 ? 2 : 0) |
    (v.f2 ? 4 : 0) |
    (v.f3 ? 8 : 0) |
    (v.f4 ? 16 : 0) |
    (v.f5 ? 32 : 0) |
    (v.f6 ? 64 : 0) |
    (v.f7 ? 128 : 0) |
    (v.f8 ? 256 : 0)
  );
}

function bitsOf32(v: ThirtyTwo): number {
  return (
    (v.f0 ? 1 : 0) |
    (v.f1 ? 2 : 0) |
    (v.f2 ? 4 : 0) |
    (v.f3 ? 8 : 0) |
    (v.f4 ? 16 : 0) |
    (v.f5 ? 32 : 0) |
    (v.f6 ? 64 : 0) |
    (v.f7 ? 128 : 0) |
    (v.f8 ? 256 : 0) |
    (v.f9 ? 512 : 0) |
    (v.f10 ? 1024 : 0) |
    (v.f11 ? 2048 : 0) |
    (v.f12 ? 4096 : 0) |
    (v.f13 ? 8192 : 0) |
    (v.f14 ? 16384 : 0) |
    (v.f15 ? 32768 : 0) |
    (v.f16 ? 65536 : 0) |
    (v.f17 ? 131072 : 0) |
    (v.f18 ? 262144 : 0) |
    (v.f19 ? 524288 : 0) |
    (v.f20 ? 1048576 : 0) |
    (v.f21 ? 2097152 : 0) |
    (v.f22 ? 4194304 : 0) |
    (v.f23 ? 8388608 : 0) |
    (v.f24 ? 16777216 : 0) |
    (v.f25 ? 33554432 : 0) |
    (v.f26 ? 67108864 : 0) |
    (v.f27 ? 134217728 : 0) |
    (v.f28 ? 268435456 : 0) |
    (v.f29 ? 536870912 : 0) |
    (v.f30 ? 1073741824 : 0) |
    (v.f31 ? -2147483648 : 0)
  );
}

function flags9(bits: number): Nine {
  return {
    f0: (bits & 1) !== 0,
    f1: (bits & 2) !== 0,
    f2: (bits & 4) !== 0,
    f3: (bits & 8) !== 0,
    f4: (bits & 16) !== 0,
    f5: (bits & 32) !== 0,
    f6: (bits & 64) !== 0,
    f7: (bits & 128) !== 0,
    f8: (bits & 256) !== 0,
  };
}

function flags32(bits: number): ThirtyTwo {
  return {
    f0: (bits & 1) !== 0,
    f1: (bits & 2) !== 0,
    f2: (bits & 4) !== 0,
    f3: (bits & 8) !== 0,
    f4: (bits & 16) !== 0,
    f5: (bits & 32) !== 0,
    f6: (bits & 64) !== 0,
    f7: (bits & 128) !== 0,
    f8: (bits & 256) !== 0,
    f9: (bits & 512) !== 0,
    f10: (bits & 1024) !== 0,
    f11: (bits & 2048) !== 0,
    f12: (bits & 4096) !== 0,
    f13: (bits & 8192) !== 0,
    f14: (bits & 16384) !== 0,
    f15: (bits & 32768) !== 0,
    f16: (bits & 65536) !== 0,
    f17: (bits & 131072) !== 0,
    f18: (bits & 262144) !== 0,
    f19: (bits & 524288) !== 0,
    f20: (bits & 1048576) !== 0,
    f21: (bits & 2097152) !== 0,
    f22: (bits & 4194304) !== 0,
    f23: (bits & 8388608) !== 0,
    f24: (bits & 16777216) !== 0,
    f25: (bits & 33554432) !== 0,
    f26: (bits & 67108864) !== 0,
    f27: (bits & 134217728) !== 0,
    f28: (bits & 268435456) !== 0,
    f29: (bits & 536870912) !== 0,
    f30: (bits & 1073741824) !== 0,
    f31: (bits & -2147483648) !== 0,
  };
}

function checkText(value: unknown): void {
  if (typeof value !== "string" || value.length > 1_048_576) throw new TypeError("no text");
}

function checkInteger(value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to) throw new TypeError(`${value}`);
}

function checkFlags(flags: object, count: number): void {
  for (let i = 0; i < count; i++) {
    const flag = (flags as Record<string, unknown>)[NAMES[i]!];
    if (flag !== undefined && typeof flag !== "boolean") throw new TypeError("no flag");
  }
}

function checkWide(v: Wide): void {
  checkInteger(v.a, 0, 255);
  if (BigInt.asUintN(64, v.b) !== v.b) throw new TypeError("b");
  checkInteger(v.c, 0, 65535);
  checkText(v.d);
  if (v.e !== undefined) checkInteger(v.e, 0, 255);
  v.f.forEach(checkText);
  if (typeof v.g !== "boolean") throw new TypeError("g");
  const point = v.h.codePointAt(0);
  if (point === undefined || (point & 0x1ff800) === 0xd800) throw new TypeError("h");
  if (v.h.length !== (point > 0xffff ? 2 : 1)) throw new TypeError("h");
  if (v.i !== undefined) checkText(v.i);
  for (const flag of [v.j.a, v.j.b, v.j.c]) {
    if (flag !== undefined && typeof flag !== "boolean") throw new TypeError("j");
  }
  checkFlags(v.k, 32);
  checkInteger(v.l[0], 0, 255);
  if (BigInt.asUintN(64, v.l[1]) !== v.l[1]) throw new TypeError("l");
  if (typeof v.m !== "number") throw new TypeError("m");
  if (BigInt.asIntN(64, v.n) !== v.n) throw new TypeError("n");
  checkFlags(v.o, 9);
}
