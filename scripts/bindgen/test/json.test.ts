/** The JSON codec of the echo world's types. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { generate } from "../generate.js";
import { resolveWorld } from "../wit.js";
import { CACHE, generateEcho } from "./guests.js";
import { transpile } from "./node/runner.js";
import { seeded, Values } from "./values.js";

// biome-ignore lint/suspicious/noExplicitAny: the codec is generated while the test runs
let codec: any;
let wit = "";

beforeAll(async () => {
  const built = await generateEcho("json");
  wit = built.wit;
  codec = await import(built.glue.replace(/\.ts$/, ".json.ts"));
}, 120_000);

test("10 000 random values survive the way to text and back", { timeout: 60_000 }, async () => {
  const { interfaces } = await resolveWorld(wit, "echoes");
  const types = interfaces.flatMap((i) => i.types);
  const values = new Values(seeded(3));
  for (let i = 0; i < 10_000; i++) {
    const type = types[i % types.length] as (typeof types)[number];
    const value = values.of(type);
    const name = type.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const text = JSON.stringify(codec[name].toJson(value));
    expect(codec[name].fromJson(JSON.parse(text)), text).toStrictEqual(value);
  }
});

test("each type in its own form", () => {
  const { mixed, few, point } = codec;
  expect(mixed.toJson({ tag: "none" })).toBe("none");
  expect(mixed.toJson({ tag: "byte", val: 5 })).toStrictEqual({ byte: 5 });
  expect(mixed.toJson({ tag: "long", val: 5n })).toStrictEqual({ long: 5 });
  expect(mixed.toJson({ tag: "long", val: -(2n ** 62n) })).toStrictEqual({
    long: "-4611686018427387904",
  });
  expect(mixed.fromJson({ long: "5" })).toStrictEqual({ tag: "long", val: 5n });
  expect(mixed.toJson({ tag: "maybe", val: { tag: "none" } })).toStrictEqual({ maybe: null });
  expect(mixed.toJson({ tag: "maybe", val: { tag: "some", val: undefined } })).toStrictEqual({
    maybe: { some: null },
  });
  expect(mixed.toJson({ tag: "outcome", val: { tag: "err", val: "red" } })).toStrictEqual({
    outcome: { err: "red" },
  });
  expect(few.toJson({ c: true, a: true })).toStrictEqual(["a", "c"]);
  expect(point.toJson({ x: 1, y: -0, color: "dark-green" })).toStrictEqual({
    x: 1,
    y: "-0",
    color: "dark-green",
  });
});

test.each([
  [
    "an unknown member",
    "point",
    { x: 1, y: 1, color: "red", z: 1 },
    ".z: not known; members are x, y, color",
  ],
  ["a missing one", "point", { x: 1, y: 1 }, ".color: undefined is not there"],
  ["a number out of range", "point", { x: 200, y: 1, color: "red" }, ".x: 200 is not an integer"],
  ["a wrong label", "color", "green", '"green" is not one of red'],
  ["a wrong case", "mixed", { no: 1 }, '{"no":1} is not one of none, byte'],
  ["a case without its payload", "mixed", "byte", '"byte" is not {"byte": …}'],
  ["a payload too many", "mixed", { none: 1 }, 'is not "none", which has no payload'],
  ["a member of what is inherited", "mixed", { toString: 1 }, "is not one of none, byte"],
  [
    "something deep inside",
    "mixed",
    { points: [{ x: 1, y: 1, color: 5 }] },
    ".points[0].color: 5 is not",
  ],
])("%s is named", (_, type, json, message) => {
  expect(() => codec[type].fromJson(json)).toThrow(TypeError);
  expect(() => codec[type].fromJson(json)).toThrow(message);
});

test("a field that the language has no such name for keeps its own in JSON", async () => {
  const wit = `package a:b;
interface i {
  record r { %constructor: u8, to-string: option<u8>, plain-name: bool }
  f: func(a: r);
}
world w { export i; }`;
  const folder = join(CACHE, "json-keys");
  transpile(folder, await generate({ wit, world: "w", target: "node", json: true }));
  const { r } = await import(join(folder, "w.json.js"));
  const json = { constructor: 1, toString: 2, plainName: true };
  expect(r.fromJson(json)).toStrictEqual({ constructor_: 1, toString_: 2, plainName: true });
  expect(r.toJson(r.fromJson(json))).toStrictEqual(json);
  expect(() => r.fromJson({ ...json, constructor: 256 })).toThrow(".constructor: 256 is not");
  expect(() => r.fromJson({ ...json, constructor_: 1 })).toThrow(".constructor_: not known");
});
