/** The rewriting of a core module for the JVM: it means the same, and outlives many calls. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { jvmSafe } from "../../jvm-safe.js";
import { echoGuest } from "../guests.js";
import { generateInto, HERE, JAVA_CACHE } from "./projects.js";
import { classPath, compile, tool } from "./toolchain.js";

/** Without the rewriting JDK 17.0.15 fails after these already. */
const CALLS = process.env.HAMS_FULL ? 5_000_000 : 300_000;
const UNSIGNED = ["lt_u", "gt_u", "le_u", "ge_u"];
const EDGES = [0, 1, -1, 0x7fffffff, -0x80000000, 256];

describe("a module for the JVM", () => {
  test("compares as before", async () => {
    const functions = UNSIGNED.map(
      (name) => `(func (export "${name}") (param i32 i32) (result i32)
        (i32.${name} (local.get 0) (local.get 1)))`,
    );
    const module = new Uint8Array(await parse(`(module ${functions.join("\n")})`));
    const [before, after] = [module, jvmSafe(module)].map((each) => exportsOf(each));
    for (const name of UNSIGNED) {
      for (const a of EDGES) {
        for (const b of EDGES) {
          expect(after?.[name]?.(a, b), `${name} ${a} ${b}`).toBe(before?.[name]?.(a, b));
        }
      }
    }
  });

  test("has no comparison of unsigned 32 bits left, and the same imports and exports", {
    timeout: 60_000,
  }, async () => {
    const module = new Uint8Array(readFileSync((await echoGuest()).core));
    const made = jvmSafe(module);
    const { default: binaryen } = await import("binaryen");
    expect(binaryen.readBinary(module).emitText()).toMatch(/i32\.[lg][te]_u/);
    expect(binaryen.readBinary(made).emitText()).not.toMatch(/i32\.[lg][te]_u/);
    const [before, after] = [module, made].map((m) => new WebAssembly.Module(new Uint8Array(m)));
    for (const list of [WebAssembly.Module.exports, WebAssembly.Module.imports]) {
      expect(list(after as WebAssembly.Module)).toStrictEqual(list(before as WebAssembly.Module));
    }
  });

  test(`${CALLS} calls and then 200 instances`, { timeout: 600_000 }, async () => {
    const guest = await echoGuest();
    const folder = join(JAVA_CACHE, "soak");
    const sources = await generateInto(join(folder, "src"), {
      ...{ wit: guest.wit, world: guest.world, package: "runner" },
    });
    await compile([...sources, join(HERE, "Soak.java")], join(folder, "classes"));
    mkdirSync(folder, { recursive: true });
    const safe = join(folder, "safe.wasm");
    writeFileSync(safe, jvmSafe(new Uint8Array(readFileSync(guest.core))));
    const path = `${join(folder, "classes")}:${await classPath()}`;
    expect(await tool("java", ["-cp", path, "runner.Soak", safe, `${CALLS}`])).toBe(
      `${CALLS} calls and 200 instances\n`,
    );
  });
});

function exportsOf(module: Uint8Array): Record<string, (a: number, b: number) => number> {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module)));
  return instance.exports as Record<string, (a: number, b: number) => number>;
}
