/** Every world of the corpus becomes C that compilers and formatter have nothing to say about. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { resolveWorld } from "../../wit.js";
import { CORPUS } from "../corpus.js";
import { CACHE } from "../guests.js";
import { fullModule, leastModule } from "./stub.js";
import { compile, generateInto, includes, run, STRICT, translate, wabt } from "./toolchain.js";

const STYLE = fileURLToPath(new URL("../../emit-c/clang-format", import.meta.url));
const TIMEOUT_MS = 300_000;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

const WORLDS = [
  ...CORPUS,
  { name: "hams", world: "hams", wit: read("../../../../core/wit/hams.wit") },
  { name: "echoes", world: "echoes", wit: read("../echo/echo.wit") },
  { name: "relays", world: "relays", wit: read("../echo/echo.wit") },
  { name: "resources", world: "resources", wit: read("../resources/resources.wit") },
  { name: "shop", world: "shop", wit: read("../../example/shop.wit") },
];

/** Worlds whose component may also lack all that one may lack. */
const LACKING = ["echoes", "relays", "resources", "shop"];

/** Where each world's files are, and the prefix of their names. */
const made = new Map<string, { folder: string; prefix: string }>();

test.each(WORLDS)(
  "$name becomes a program that ends well",
  { timeout: TIMEOUT_MS },
  async (each) => {
    const { name, wit, world } = each;
    const folder = join(CACHE, "c/corpus", name);
    const prefix = await generateInto(folder, { wit, world, encoding: "utf16" });
    made.set(name, { folder, prefix });
    const resolved = await resolveWorld(wit, world);
    const session = join(folder, "main.c");
    writeFileSync(
      session,
      `#include "${prefix}_json.h"\n\nint main(void) { return ${prefix}_serve(); }\n`,
    );
    const modules = [fullModule(resolved)];
    if (LACKING.includes(name)) modules.push(leastModule(resolved));
    for (const module of modules) {
      writeFileSync(join(folder, "core.wat"), module);
      await run(join(await wabt(), "bin/wat2wasm"), [
        join(folder, "core.wat"),
        "-o",
        join(folder, "core.wasm"),
      ]);
      await translate(folder, prefix, join(folder, "core.wasm"));
      const program = await compile(folder, prefix, [join(folder, `${prefix}_json.c`), session]);
      expect(await run(program, [], '{"new":true}\n')).toBe('{"returned":null}\n');
    }
  },
);

test("clang has nothing to say about the sources", { timeout: TIMEOUT_MS }, async () => {
  expect(made.size).toBe(WORLDS.length);
  for (const { folder, prefix } of made.values()) {
    const sources = [join(folder, `${prefix}.c`), join(folder, `${prefix}_json.c`)];
    await run("clang", [...STRICT, ...(await includes(folder)), "-fsyntax-only", ...sources]);
  }
});

test.each(["g++", "clang++"])(
  "the headers are C++ to %s",
  { timeout: TIMEOUT_MS },
  async (compiler) => {
    const lines: string[] = [];
    // each twice: its guard holds
    for (const { folder, prefix } of [...made.values(), ...made.values()]) {
      lines.push(`#include "${folder}/${prefix}.h"`, `#include "${folder}/${prefix}_json.h"`);
    }
    const all = join(CACHE, "c/corpus/all.cpp");
    writeFileSync(all, `${lines.join("\n")}\n`);
    await run(compiler, [
      "-std=c++11",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-pedantic",
      "-fsyntax-only",
      all,
    ]);
  },
);

test("clang-format changes nothing", { timeout: TIMEOUT_MS }, async () => {
  const files = [...made.values()].flatMap(({ folder, prefix }) =>
    [".h", ".c", "_json.h", "_json.c"].map((end) => join(folder, prefix + end)),
  );
  await run("clang-format", ["--dry-run", "--Werror", `--style=file:${STYLE}`, ...files]);
});
