/** Whatever a host gives back wrongly to an AssemblyScript guest is a trap in the guest. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { relayGuest, resourcesGuest } from "./guests.js";

type Core = number | bigint | undefined;
type CoreFunction = (...values: never[]) => Core;

/** A core module, with nothing between; an import that is not given answers 0. */
class Bare {
  readonly memory: WebAssembly.Memory;
  readonly #exports: WebAssembly.Exports;

  constructor(module: WebAssembly.Module, imports: Readonly<Record<string, CoreFunction>>) {
    const given: Record<string, Record<string, CoreFunction>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      given[from] ??= {};
      given[from][name] = imports[`${from}#${name}`] ?? (() => 0);
    }
    this.#exports = new WebAssembly.Instance(module, given as WebAssembly.Imports).exports;
    this.memory = this.#exports.memory as WebAssembly.Memory;
  }

  call(name: string, ...values: (number | bigint)[]): number {
    return (this.#exports[name] as (...values: (number | bigint)[]) => number)(...values);
  }

  words(at: number, ...values: number[]): void {
    const view = new DataView(this.memory.buffer);
    values.forEach((value, i) => {
      view.setUint32(at + 4 * i, value, true);
    });
  }

  bytes(at: number, ...values: number[]): void {
    new Uint8Array(this.memory.buffer).set(values, at);
  }

  allocate(align: number, size: number): number {
    return this.call("cabi_realloc", 0, 0, align, size);
  }
}

describe("the result of an import", async () => {
  const { core } = await relayGuest();
  const module = new WebAssembly.Module(readFileSync(core));
  const echo = "test:echo/echo@1.2.3#";

  /** A guest whose import of this name answers so; the guest itself is given to `answer`. */
  function relay(name: string, answer: (guest: Bare, ...values: number[]) => Core): Bare {
    const guest: Bare = new Bare(module, {
      [echo + name]: (...values: number[]) => answer(guest, ...values),
    });
    return guest;
  }

  const textTo =
    (pointer: (g: Bare) => number, length: number) =>
    (g: Bare, ...v: number[]) => {
      g.words(v.at(-1) ?? 0, pointer(g), length);
      return undefined;
    };
  const discriminantTo =
    (value: number) =>
    (g: Bare, ...v: number[]) => {
      g.bytes(v.at(-1) ?? 0, value);
      return undefined;
    };
  const end = (g: Bare) => g.memory.buffer.byteLength;

  test.each<[string, string, (number | bigint)[], (guest: Bare, ...values: number[]) => Core]>([
    ["an enum's discriminant", "a-color", [0], () => 3],
    ["a surrogate for a char", "character", [0x41], () => 0xdfff],
    ["a char over 0x10ffff", "character", [0x41], () => 0x110000],
    ["a byte of nine bits", "byte", [1], () => 256],
    ["a signed byte out of range", "signed-byte", [1], () => 128],
    ["a result's discriminant", "either", [0, 0n, 0], discriminantTo(2)],
    ["a result's discriminant outside memory", "neither", [0], () => 2],
    ["an option's discriminant", "maybe-color", [0, 0], discriminantTo(2)],
    ["a variant's discriminant", "a-mixed", [0, 0n, 0n, 0], discriminantTo(10)],
    ["a text out of bounds", "text", [8, 0], textTo(end, 1)],
    ["a text that ends out of bounds", "text", [8, 0], textTo((g) => end(g) - 2, 2)],
    ["a text whose length overflows", "text", [8, 0], textTo(() => 64, 0x8000_0001)],
    ["a text at an odd address", "text", [8, 0], textTo((g) => g.allocate(2, 8) + 1, 1)],
    ["a misaligned list", "texts", [8, 0], textTo((g) => g.allocate(4, 16) + 2, 1)],
    [
      "a list whose length overflows",
      "texts",
      [8, 0],
      textTo((g) => g.allocate(4, 8), 0x2000_0000),
    ],
    ["numbers out of bounds", "bytes", [8, 0], textTo(end, 1)],
    ["a pointer into another block", "text", [8, 0], textTo((g) => g.allocate(2, 64) + 8, 2)],
  ])("%s is a trap", (_, name, values, answer) => {
    expect(() => relay(name, answer).call(echo + name, ...values)).toThrow(
      WebAssembly.RuntimeError,
    );
  });

  test("a bool over 1 is true, and bits without a flag are nothing", () => {
    expect(relay("truth", () => 2).call(`${echo}truth`, 1)).toBe(1);
    expect(relay("a-few", () => 0xff).call(`${echo}a-few`, 1)).toBe(7);
  });
});

describe("handles", async () => {
  const { core } = await resourcesGuest();
  const module = new WebAssembly.Module(readFileSync(core));
  const counters = "test:resources/counters@0.1.0#";
  const keeper = "test:resources/keeper@0.1.0#";
  const store = "test:resources/store@0.1.0#";
  const own = (name: string) => `[export]${counters}${name}`;

  /** A guest whose objects have the handle 1 each; `made` is their addresses. */
  function guest(imports: Readonly<Record<string, CoreFunction>> = {}) {
    const made: number[] = [];
    const make = (address: number) => made.push(address) && 1;
    const bare: Bare = new Bare(module, {
      [own("[resource-new]counter")]: make,
      [own("[resource-new]token")]: make,
      [own("[resource-rep]counter")]: () => made[0] ?? 0,
      [own("[resource-drop]counter")]: () => {
        bare.call(`${counters}[dtor]counter`, made[0] ?? 0);
        return undefined;
      },
      ...imports,
    });
    return { bare, made };
  }

  /** A guest that has one counter, and its address. */
  function withCounter() {
    const { bare, made } = guest();
    bare.call(`${counters}[constructor]counter`, 5);
    return { bare, address: made[0] ?? 0 };
  }

  test("of its own objects are their addresses, until they end", () => {
    const { bare, address } = withCounter();
    expect(bare.call(`${counters}[method]counter.value`, address)).toBe(5);
    bare.call(`${counters}[dtor]counter`, address);
    expect(bare.call(`${counters}live`)).toBe(0);
    expect(() => bare.call(`${counters}[method]counter.value`, address)).toThrow("unreachable");
  });

  test.each<[string, (address: number, bare: Bare) => number]>([
    ["null", () => 0],
    ["inside an object", (address) => address + 4],
    ["out of bounds", (_, bare) => bare.memory.buffer.byteLength],
    ["far out of bounds", () => 0xffff_fff0],
    ["among the constants", () => 1024],
    ["of no object", (_, bare) => bare.allocate(16, 64)],
  ])("to an address %s are a trap", (_, wrong) => {
    const { bare, address } = withCounter();
    const at = wrong(address, bare);
    expect(() => bare.call(`${counters}peek`, at)).toThrow(WebAssembly.RuntimeError);
    const again = withCounter();
    const end = () => again.bare.call(`${counters}[dtor]counter`, wrong(address, again.bare));
    expect(end).toThrow(WebAssembly.RuntimeError);
  });

  test("to an object of another type are a trap", () => {
    const { bare, made } = guest();
    bare.call(`${counters}make-token`);
    expect(() => bare.call(`${counters}peek`, made[0] ?? 0)).toThrow("unreachable");
  });

  test("end an object once", () => {
    const { bare, address } = withCounter();
    bare.call(`${counters}[dtor]counter`, address);
    expect(() => bare.call(`${counters}[dtor]counter`, address)).toThrow("unreachable");
  });

  test("that come back do not end the object", () => {
    const { bare, made } = guest();
    bare.call(`${counters}[constructor]counter`, 5);
    expect(bare.call(`${counters}pass`, 1)).toBe(1);
    expect(made[1]).toBe(made[0]);
    expect([bare.call(`${counters}live`), bare.call(`${counters}disposed`)]).toStrictEqual([1, 0]);
  });

  test("of no object of the host are a trap", () => {
    const { bare } = guest({ [`${store}[constructor]item`]: () => 0 });
    expect(() => bare.call(`${keeper}churn`, 1)).toThrow("unreachable");
    expect(() => guest().bare.call(`${keeper}pass-item`, 0)).toThrow("unreachable");
    expect(() => guest().bare.call(`${keeper}look`, 0)).toThrow("unreachable");
  });

  test("that were lent are dropped before the call returns, each once", () => {
    const dropped: number[] = [];
    const { bare } = guest({
      [`${store}[resource-drop]item`]: (handle: number) => {
        dropped.push(handle);
        return undefined;
      },
      [`${store}[method]item.same`]: () => 1,
    });
    expect(bare.call(`${keeper}compare`, 3, 4)).toBe(1);
    expect(dropped).toStrictEqual([3, 4]);
    expect(bare.call(`${keeper}compare`, 5, 5)).toBe(1);
    expect(dropped).toStrictEqual([3, 4, 5, 5]);
  });
});
