/**
 * Core signatures, of both sides and of resources: they are those of the module that
 * the resolver makes for the same world, and a module with our names is a component.
 */
import { readFileSync } from "node:fs";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { resolveWorld } from "../wit.js";
import { type CoreSignature, coreFunctions } from "./core-signatures.js";
import { CORPUS } from "./corpus.js";
import { type CoreFunction, expectedCore } from "./expected-core.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

const WORLDS = [
  { name: "hams", wit: read("../../../core/wit/hams.wit"), world: "hams" },
  { name: "echoes", wit: read("echo/echo.wit"), world: "echoes" },
  ...CORPUS,
];

test.each(WORLDS)("$name: the resolver's module has the same functions", async (each) => {
  const { wit: witSource, world } = each;
  const dummy = await componentEmbed({
    ...{ witSource, world, dummy: true, stringEncoding: "utf16" },
  });
  const { imports, exports } = coreFunctions(dummy);
  const theirs = new Map<string, CoreSignature>(imports);
  for (const [name, signature] of exports) {
    if (name.includes("|") && !name.endsWith("_post")) theirs.set(name, signature);
  }
  const ours = new Map<string, CoreSignature>();
  for (const f of expectedCore(await resolveWorld(witSource, world))) {
    const { parameters, results } = f;
    ours.set(standardName(f), { parameters, results });
  }
  expect(sorted(ours)).toStrictEqual(sorted(theirs));
});

test.each(WORLDS)("$name: a module with these names is a component", async (each) => {
  const { wit: witSource, world } = each;
  const core = expectedCore(await resolveWorld(witSource, world));
  const binary = await embed(await parse(text(core)), witSource, world);
  await expect(componentNew(binary)).resolves.toBeInstanceOf(Uint8Array);
});

test("a module with a wrong name or signature is none", async () => {
  const wit = "package a:b; interface i { f: func(x: u8) -> u8; } world w { import i; export i; }";
  const core = expectedCore(await resolveWorld(wit, "w"));
  const wrong = async (f: Partial<CoreFunction>, at: number) =>
    embed(await parse(text(core.with(at, { ...(core[at] as CoreFunction), ...f }))), wit, "w");
  expect(core.map((f) => `${f.module}#${f.name}`)).toStrictEqual(["a:b/i#f", "#a:b/i#f"]);
  await expect(componentNew(await wrong({ name: "g" }, 0))).rejects.toThrow(/`g`/);
  await expect(componentNew(await wrong({ results: [] }, 0))).rejects.toThrow(/type/);
  await expect(componentNew(await wrong({ name: "a:b/i#g" }, 1))).rejects.toThrow(
    "`a:b/i` function `f`",
  );
  await expect(componentNew(await wrong({ parameters: [] }, 1))).rejects.toThrow(/type/);
});

/** The name in the resolver's module, where versions are as short as compatibility allows. */
function standardName({ owner, module, short }: CoreFunction): string {
  const { id, ofWorld } = owner;
  const release = /@(0\.0\.\d+|0\.[1-9]\d*|[1-9]\d*)[.\d]*$/;
  const shortened = id.replace(/\+.*$/, "").replace(release, "@$1");
  if (module === "") return `cm32p2|${ofWorld ? "" : shortened}|${short}`;
  if (module.startsWith("[export]")) return `cm32p2|_ex_${shortened}#${short}`;
  return `cm32p2${ofWorld ? "" : `|${shortened}`}#${short}`;
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A module that imports and exports these and does nothing. */
function text(core: readonly CoreFunction[]): string {
  const type = ({ parameters, results }: CoreFunction) =>
    `(param ${parameters.join(" ")}) (result ${results.join(" ")})`;
  const quoted = (name: string) => `"${name}"`;
  const imports = core.filter((f) => f.module !== "");
  const exports = core.filter((f) => f.module === "");
  const post = exports.filter((f) => f.postName !== undefined);
  return [
    "(module",
    ...imports.map((f) => `(import ${quoted(f.module)} ${quoted(f.name)} (func ${type(f)}))`),
    ...exports.map((f) => `(func (export ${quoted(f.name)}) ${type(f)} unreachable)`),
    ...post.map(
      (f) => `(func (export "${f.postName}") (param ${f.results.join(" ")}) unreachable)`,
    ),
    '(memory (export "memory") 1)',
    '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)',
    ")",
  ].join("\n");
}

function embed(binary: Uint8Array, witSource: string, world: string): Promise<Uint8Array> {
  return componentEmbed({ binary, witSource, world, stringEncoding: "utf16" });
}
