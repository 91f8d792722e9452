/** Names that other generators stumbled over. */
import { expect, test } from "vitest";
import { generate } from "../generate.js";
import { declaredNames, interfaceNames, lowerCamel, Scope, upperCamel } from "../names.js";
import { resolveWorld } from "../wit.js";
import { CORPUS } from "./corpus.js";

async function lines(target: string, file: string, wit: string): Promise<string[]> {
  const files = await generate({ wit, world: "w", target, json: true });
  return (files[file] ?? "").split("\n").map((l) => l.trim());
}

const inInterface = (body: string) =>
  `package a:b;\ninterface i { ${body} }\nworld w { export i; }`;

test("kebab-case becomes camel case, acronyms too", () => {
  expect(upperCamel("no-such-host")).toBe("NoSuchHost");
  expect(upperCamel("a-HTTP")).toBe("AHttp");
  expect(lowerCamel("HTTP-x2")).toBe("httpX2");
});

test("reserved words are met after the change of case, and names are used once", () => {
  const scope = new Scope(new Set(["class"]), ["taken"]);
  const asked = ["class", "class", "taken", "x", "x", "x"].map((n) => scope.claim(n));
  expect(asked).toStrictEqual(["class_", "class_2", "taken_", "x", "x_", "x_2"]);
});

test("a case's class gives way to a type of the same name", async () => {
  const wit = inInterface(
    "variant a-b { c(u8) } record a-b-c { x: u8 } f: func(v: a-b, r: a-b-c);",
  );
  const types = await lines("assemblyscript", "types.ts", wit);
  expect(types).toContain("export class ABC {");
  expect(types).toContain("export class ABC_ extends AB {");
});

test("types of one name in two interfaces are told apart", async () => {
  const wit = `package a:b;
interface one { enum e { x } f: func() -> e; }
interface two { enum e { y } f: func() -> e; }
world w { export one; export two; }`;
  for (const [target, file] of [
    ["node", "w.ts"],
    ["assemblyscript", "types.ts"],
  ] as const) {
    const text = (await lines(target, file, wit)).join("\n");
    expect(text).toMatch(/export (type|enum) OneE /);
    expect(text).toMatch(/export (type|enum) TwoE /);
  }
});

test("parameters hide neither the language nor the glue's own names", async () => {
  const wit = inInterface(
    "record r { x: string } f: func(class: string, f0: string, g: r, check-r: r, %result: u8);",
  );
  const text = (await lines("node", "w.ts", wit)).join("\n");
  expect(text).toContain("f(class_, f0_, g_, checkR, result_) {");
  expect(text).toContain("checkR_(g_)");
  expect(text).toContain("const f2 = g.text(f0_);");
});

test("fields may be words of the language, and none replaces what objects have", async () => {
  const wit = inInterface("record r { class: u8, %constructor: u8, null: u8 } f: func(r: r);");
  const node = await lines("node", "w.ts", wit);
  expect(node).toContain("readonly class: number;");
  expect(node).toContain("readonly constructor_: number;");
  const guest = await lines("assemblyscript", "types.ts", wit);
  expect(guest).toContain("public class_: u8,");
  expect(guest).toContain("public null_: u8,");
});

test("an interface named as a type, and types named as the generator's own", async () => {
  const wit = `package a:b;
interface probe { record probe { x: u8 } record guest { y: u8 } record error { z: u8 } enum %result { a }
  f: func(p: probe, g: guest, e: error) -> %result; }
world w { export probe; }`;
  const node = await lines("node", "w.ts", wit);
  for (const line of [
    "export interface Probe {",
    "export interface Probe_ {",
    "export interface Error_ {",
  ]) {
    expect(node).toContain(line);
  }
  const guest = await lines("assemblyscript", "types.ts", wit);
  expect(guest).toContain("export enum Result_ {");
});

test("a comment cannot end early", async () => {
  const wit = inInterface("/// Ends */ here.\n type t = u8; f: func(x: t);");
  expect(await lines("node", "w.ts", wit)).toContain("/** Ends *\\/ here. */");
});

test("the same function in two interfaces", async () => {
  const wit = `package a:b;
interface one { f: func() -> string; } interface two { f: func() -> string; }
world w { export one; export two; }`;
  const guest = (await lines("assemblyscript", "exports.ts", wit)).join("\n");
  expect(guest).toContain("export function oneF(): usize {");
  expect(guest).toContain("export function twoF(): usize {");
  const node = (await lines("node", "w.ts", wit)).join("\n");
  expect(node).toContain('const callF = g.function<number>("a:b/one#f");');
  expect(node).toContain('const callF_ = g.function<number>("a:b/two#f");');
});

test.each([
  ["one-version", ["Instant"]],
  ["labels", ["Entry", "Cursor", "PrimaryProblem", "BackupProblem", "FrontPlace", "BackPlace"]],
  [
    "versions",
    [
      "CorpusClockClockInstant0x1x0",
      "CorpusClockClockInstant0x2x0",
      "CorpusClockClockInstant1x0x0xrcx1xbuildx5",
    ],
  ],
  [
    "like-named-interfaces",
    ["FirstStoreTypesEntry", "SecondStoreTypesEntry", "ImportedEntry", "SecondCacheTypesEntry"],
  ],
  [
    "resource-imported-and-exported",
    ["ImportedBucket", "ImportedEntry", "Plain", "ImportedOther", "Bucket", "Entry", "Other"],
  ],
  ["inline-on-both-sides", ["ImportedLampState", "ImportedSideState", "LampState", "SideState"]],
])("%s: a type has as much before its name as tells it apart", async (name, expected) => {
  const found = CORPUS.find((c) => c.name === name);
  const world = await resolveWorld(found?.wit ?? "", found?.world ?? "");
  const names = declaredNames(world, new Scope(new Set()));
  expect([...names.values()]).toStrictEqual(expected);
});

test.each([
  ["one-version", ["Clock"]],
  ["like-named-interfaces", ["FirstStoreTypes", "SecondStoreTypes", "SecondCacheTypes"]],
  ["same-function-names", ["One", "Two", "Three", "SameFunctionNames"]],
])("%s: so has an interface", async (name, expected) => {
  const found = CORPUS.find((c) => c.name === name);
  const { exports } = await resolveWorld(found?.wit ?? "", found?.world ?? "");
  expect([...interfaceNames(exports).values()]).toStrictEqual(expected);
});
