/**
 * The AssemblyScript guest of every world of the corpus, with functions that do
 * nothing: it compiles without a warning, and its module has the world's core
 * functions.
 */
import { setImmediate } from "node:timers/promises";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import asc from "assemblyscript/asc";
import { afterEach, expect, test } from "vitest";
import { CanonicalNames } from "../canonical-names.js";
import { generate } from "../generate.js";
import { resolveWorld } from "../wit.js";
import { type CoreSignature, coreFunctions } from "./core-signatures.js";
import { CORPUS } from "./corpus.js";
import { expectedCore } from "./expected-core.js";
import { stubs } from "./stubs.js";

// the compiler never yields, and the runner gives up on a worker that is silent for a minute
afterEach(() => setImmediate());

test.each(CORPUS)(
  "$name compiles and has the core functions of its world",
  async (each) => {
    const { wit: witSource, world } = each;
    const resolved = await resolveWorld(witSource, world);
    const { binary, messages } = await compile(witSource, world);
    expect(messages).toBe("");
    const { imports, exports } = coreFunctions(binary);
    const core = expectedCore(resolved);
    const found = new Map<string, CoreSignature>();
    for (const f of core) {
      const { module, name, parameters, results } = f;
      const signature = { parameters, results };
      const key = module === "" ? name : `${module}#${name}`;
      const actual = module === "" ? exports.get(name) : imports.get(key);
      // what a guest does with handles, nobody must do
      if (actual === undefined && name.startsWith("[resource-")) continue;
      expect([key, actual]).toStrictEqual([key, signature]);
      found.set(key, signature);
    }
    expect([...imports.keys()].filter((name) => !found.has(name))).toStrictEqual([]);
    const post = core.flatMap((f) => f.postName ?? []);
    const others = [...exports.keys()].filter((name) => !found.has(name) && !isOwn(name));
    expect(others.sort()).toStrictEqual(post.sort());
    const binaryWithTypes = await componentEmbed({
      ...{ binary, witSource, world, stringEncoding: "utf16" },
    });
    await expect(componentNew(binaryWithTypes)).resolves.toBeInstanceOf(Uint8Array);
  },
  60_000,
);

/** What the module exports for itself, and what makes it use its imports. */
function isOwn(name: string): boolean {
  return ["memory", "cabi_realloc", "_initialize"].includes(name) || /^useM\d+$/.test(name);
}

/** Compiles without optimising, which is quick. */
async function compile(wit: string, world: string) {
  const files = new Map<string, string>();
  const generated = await generate({ wit, world, target: "assemblyscript", json: false });
  for (const [name, text] of Object.entries(generated)) files.set(`generated/${name}`, text);
  for (const [name, text] of Object.entries(stubs(await resolveWorld(wit, world)))) {
    files.set(name, text);
  }
  const names = (file: string) => JSON.parse(files.get(`generated/${file}.json`) ?? "{}");
  let binary = new Uint8Array();
  const { error, stderr } = await asc.main(
    [
      ...["generated/exports.ts", "stubs.ts", "--outFile=guest.wasm", "--baseDir=."],
      ...["--runtime=minimal", "--use=abort=", "--optimizeLevel=0"],
    ],
    {
      transforms: [CanonicalNames(names("exports"), names("imports"))],
      readFile: (name: string) => files.get(name) ?? null,
      writeFile(_name: string, contents: Uint8Array | string) {
        if (typeof contents !== "string") binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    } as unknown as Parameters<typeof asc.main>[1],
  );
  return { binary, messages: stderr.toString() + (error?.message ?? "") };
}
