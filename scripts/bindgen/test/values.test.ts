/** Values at the edges, through the Node glue into the echo guest and back. */
import { beforeAll, describe, expect, test } from "vitest";
import { buildEcho } from "./guests.js";
import { withMemory } from "./instance-memory.js";

// biome-ignore lint/suspicious/noExplicitAny: the glue is generated while the test runs
let glue: any;
let module: WebAssembly.Module;
// biome-ignore lint/suspicious/noExplicitAny: as above
let echo: any;

beforeAll(async () => {
  const { guest, glue: path } = await buildEcho("values");
  glue = await import(path);
  module = new WebAssembly.Module(guest.core);
  echo = glue.instantiate(module).echo;
}, 120_000);

describe("texts", () => {
  test.each([
    ["empty", "", ""],
    ["ascii", "alive", "alive"],
    ["accented", "é\u{301}", "é\u{301}"],
    ["astral", "a\u{1f600}b", "a\u{1f600}b"],
    ["a high surrogate alone", "a\ud83db", "a\ufffdb"],
    ["a low surrogate alone", "\ude00", "\ufffd"],
    ["surrogates in the wrong order", "\ude00\ud83d", "\ufffd\ufffd"],
    ["a high surrogate at the end", "a\ud83d", "a\ufffd"],
    ["two high ones, then a low one", "\ud83d\ud83d\ude00", "\ufffd\u{1f600}"],
    ["U+FEFF at the beginning", "\ufeffa", "\ufeffa"],
    ["U+FEFF alone", "\ufeff", "\ufeff"],
    ["U+0000", "a\0b", "a\0b"],
    ["long", "\ufeff0123456789".repeat(50), "\ufeff0123456789".repeat(50)],
    ["long with an astral one", `${"x".repeat(100)}\u{1f600}`, `${"x".repeat(100)}\u{1f600}`],
  ])("%s", (_, sent, back) => {
    expect(echo.text(sent)).toBe(back);
    expect(echo.texts([sent, sent])).toStrictEqual([back, back]);
  });

  test("every length around where the copying changes", () => {
    for (let length = 0; length < 200; length++) {
      const text = "é".repeat(length);
      expect(echo.text(text)).toBe(text);
    }
  });

  test("the longest that may cross, and one more", () => {
    expect(echo.length("x".repeat(1_048_576))).toBe(1_048_576);
    expect(() => echo.length("x".repeat(1_048_577))).toThrow(glue.TooLargeError);
    expect(echo.length("still here")).toBe(10);
  });
});

describe("what does not fit is refused before it crosses, by path and value", () => {
  const wide = {
    a: 1,
    b: 2n,
    c: 3,
    d: "d",
    e: undefined,
    f: ["x"],
    g: true,
    h: "h",
    i: undefined,
    j: {},
    k: {},
    l: [1, 2n],
    m: 1,
    n: 1n,
    o: {},
  };
  test.each([
    ["an integer out of range", () => echo.byte(256), "a: 256 is not an integer from 0 to 255"],
    ["a negative one", () => echo.signedByte(-129), "a: -129 is not an integer from -128 to 127"],
    ["a fraction", () => echo.byte(1.5), "a: 1.5 is not an integer"],
    ["a number for 64 bits", () => echo.long(1), "a: 1 is not a bigint"],
    ["65 bits", () => echo.long(2n ** 63n), "a: 9223372036854775808n is not a bigint from"],
    ["a wrong label", () => echo.aColor("green"), 'a: "green" is not one of red, dark-green, blue'],
    ["two characters", () => echo.character("ab"), 'a: "ab" is not a text of one character'],
    ["half a character", () => echo.character("\ud800"), "is not a text of one character"],
    ["no record", () => echo.aPoint(null), "a: null is not an object"],
    ["a missing field", () => echo.aPoint({ x: 1, y: 1 }), "a.color: undefined is not one of"],
    [
      "a field deep inside",
      () => echo.wides([wide, { ...wide, l: [1, 2] }]),
      "a[1].l[1]: 2 is not",
    ],
    ["a list's element", () => echo.texts(["a", 5]), "a[1]: 5 is not a string"],
    ["a wrong case", () => echo.aMixed({ tag: "no" }), 'a.tag: "no" is not one of none, byte'],
    ["a payload", () => echo.aMixed({ tag: "byte", val: "1" }), 'a.val: "1" is not an integer'],
    ["a flag", () => echo.aFew({ b: 1 }), "a.b: 1 is not a boolean"],
    ["a plain array for numbers", () => echo.bytes([1]), "a: an array of 1 is not a Uint8Array"],
    ["a tuple of another length", () => echo.tables([[["a"]]]), "a[0][0]: an array of 1 is not"],
    ["null for absent", () => echo.maybeText(null), "a: null is not a string"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
    expect(echo.byte(7)).toBe(7);
  });
});

describe("a trap", () => {
  test("kills the instance, and no other", () => {
    const dying = glue.instantiate(module).echo;
    expect(() => dying.fill(50_000_000)).toThrow(glue.TrapError);
    expect(() => dying.byte(1)).toThrow("the component trapped in an earlier call");
    expect(echo.byte(1)).toBe(1);
  });

  test("says its cause, the first time and later", () => {
    const dying = glue.instantiate(module).echo;
    for (let i = 0; i < 2; i++) {
      try {
        dying.fill(50_000_000);
        expect.unreachable();
      } catch (error) {
        expect((error as Error).cause).toBeInstanceOf(WebAssembly.RuntimeError);
      }
    }
  });
});

/** The core module, called as no glue would. */
function bare() {
  const { exports } = new WebAssembly.Instance(module, {});
  const memory = exports.memory as WebAssembly.Memory;
  const realloc = exports.cabi_realloc as (...v: number[]) => number;
  const call = (name: string, ...values: (number | bigint)[]) =>
    (exports[`test:echo/echo@1.2.3#${name}`] as (...v: (number | bigint)[]) => number)(...values);
  return { memory, realloc, call, exports };
}

describe("wrong data from the host is a trap in the guest", () => {
  test.each<[string, (g: ReturnType<typeof bare>) => unknown]>([
    ["an enum's discriminant", (g) => g.call("a-color", 3)],
    ["an option's discriminant", (g) => g.call("maybe-color", 2, 0)],
    ["a result's discriminant", (g) => g.call("either", 2, 0n, 0)],
    ["a variant's discriminant", (g) => g.call("a-mixed", 10, 0n, 0n, 0)],
    ["a surrogate for a char", (g) => g.call("character", 0xd800)],
    ["a char over 0x10ffff", (g) => g.call("character", 0x110000)],
    ["a byte of nine bits", (g) => g.call("byte", 256)],
    ["a signed byte out of range", (g) => g.call("signed-byte", 128)],
    ["a pointer out of bounds", (g) => g.call("text", g.memory.buffer.byteLength, 1)],
    ["a length out of bounds", (g) => g.call("text", g.realloc(0, 0, 2, 4), 0x7fffffff)],
    ["a length that overflows", (g) => g.call("texts", g.realloc(0, 0, 4, 8), 0x20000000)],
    ["a text at an odd address", (g) => g.call("text", g.realloc(0, 0, 2, 8) + 1, 1)],
    ["a misaligned list", (g) => g.call("texts", g.realloc(0, 0, 4, 16) + 2, 1)],
    ["a pointer into another block", (g) => g.call("text", g.realloc(0, 0, 2, 64) + 8, 2)],
    ["a block of parameters out of bounds", (g) => g.call("seventeen", g.memory.buffer.byteLength)],
    ["an alignment that is none", (g) => g.realloc(0, 0, 3, 4)],
    [
      "a post-return of what was never returned",
      (g) => {
        (g.exports["cabi_post_test:echo/echo@1.2.3#text"] as (p: number) => void)(8);
      },
    ],
  ])("%s", (_, wrong) => {
    expect(() => wrong(bare())).toThrow(WebAssembly.RuntimeError);
  });

  test("a bool over 1 is true, and bits without a flag are nothing", () => {
    const g = bare();
    expect(g.call("truth", 2)).toBe(1);
    expect(g.call("a-few", 0xff)).toBe(7);
  });
});

describe("wrong data from the guest is a TrapError in the host", () => {
  /** The glue over exports that one was replaced in. */
  function over(name: string, replacement: (memory: WebAssembly.Memory) => unknown) {
    const real = WebAssembly.Instance;
    class Replaced {
      readonly exports: Record<string, unknown>;
      constructor(of: WebAssembly.Module) {
        const { exports } = new real(of, {});
        const made = replacement(exports.memory as WebAssembly.Memory);
        this.exports = { ...exports, [`test:echo/echo@1.2.3#${name}`]: made };
      }
    }
    WebAssembly.Instance = Replaced as unknown as typeof WebAssembly.Instance;
    try {
      return glue.instantiate(module).echo;
    } finally {
      WebAssembly.Instance = real;
    }
  }
  const words = (memory: WebAssembly.Memory, ...values: number[]) => {
    new Uint32Array(memory.buffer).set(values, 256);
    return 1024;
  };

  test.each<[string, string, unknown[], (memory: WebAssembly.Memory) => unknown]>([
    ["an enum's discriminant", "a-color", ["red"], () => () => 7],
    ["no character", "character", ["x"], () => () => 0xdfff],
    ["a pointer out of bounds", "text", ["x"], () => () => -4],
    ["a misaligned one", "text", ["x"], () => () => 1026],
    ["a text out of bounds", "text", ["x"], (m) => () => words(m, 1024, 0x7fffffff)],
    ["a text at an odd address", "text", ["x"], (m) => () => words(m, 1025, 1)],
    ["a list out of bounds", "texts", [[]], (m) => () => words(m, 8, 0x1fffffff)],
    ["an option's discriminant", "maybe-text", ["x"], (m) => () => words(m, 2, 0, 0)],
    ["a variant's discriminant", "a-mixed", [{ tag: "none" }], (m) => () => words(m, 200)],
  ])("%s", (_, name, sent, replacement) => {
    const method = name.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
    const wrong = over(name, replacement);
    expect(() => wrong[method](...sent)).toThrow(glue.TrapError);
    expect(() => wrong.byte(1)).toThrow(glue.TrapError);
  });
});

test("memory stays as it is over many calls of every kind", () => {
  const { made, memory } = withMemory(() => glue.instantiate(module));
  const { echo: guest } = made;
  const mixed = { tag: "points", val: [{ x: 1, y: 2, color: "red" }] };
  const round = (calls: number) => {
    for (let i = 0; i < calls; i++) {
      guest.texts(["one", "two", "three"]);
      guest.tables([
        [
          ["a", 1],
          ["b", 2],
        ],
        [],
      ]);
      guest.manyMixed([mixed, { tag: "outcome", val: { tag: "ok", val: "fine" } }]);
      guest.bytes(new Uint8Array(100));
      guest.length("a text that leaves nothing to free");
      guest.fill(20);
    }
  };
  round(20_000);
  const before = memory.buffer.byteLength;
  round(100_000);
  expect(memory.buffer.byteLength).toBe(before);
  expect(guest.byte(1)).toBe(1);
}, 120_000);
