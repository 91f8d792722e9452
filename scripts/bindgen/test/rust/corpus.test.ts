/**
 * What is generated for the corpus compiles without a warning of rustc's or
 * clippy's, and rustfmt leaves it as it is. The JSON of all takes a minute more.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generate } from "../../generate.js";
import { CORPUS } from "../corpus.js";
import { Crate } from "./crate.js";

const TIMEOUT_MS = 900_000;
const EVERYTHING = process.env.HAMS_FULL !== undefined;

const run = promisify(execFile);

test("every world of the corpus compiles, and is formatted", { timeout: TIMEOUT_MS }, async () => {
  const files: Record<string, string> = {};
  const modules = new Set<string>();
  for (const { wit, world } of CORPUS) {
    const made = await generate({ wit, world, target: "rust", json: true });
    for (const [file, text] of Object.entries(made)) {
      // what is the same for every world stands there once
      if (modules.has(file) && !FIXED.has(file)) throw new Error(`${file} is made by two worlds`);
      modules.add(file);
      files[file] = text;
    }
  }
  const linted = Object.entries(files).filter(([file]) => EVERYTHING || !/json\.rs$/.test(file));
  const crate = new Crate("corpus");
  crate.library(files);
  const paths = Object.keys(files).map((file) => join(crate.folder, "src", file));
  const formatted = run("rustfmt", ["--check", "--edition", "2024", ...paths]);
  expect(await formatted.catch((error) => error.stdout)).toStrictEqual({ stdout: "", stderr: "" });
  crate.library(Object.fromEntries(linted));
  await crate.lint();
});

const FIXED: ReadonlySet<string> = new Set(["component.rs", "json.rs"]);

test("more parameters than wasmtime's typed calls take are refused", async () => {
  const parameters = Array.from({ length: 18 }, (_, i) => `p${i}: u8`).join(", ");
  const wit = `package a:b; interface c { many: func(${parameters}); } world d { export c; }`;
  const made = generate({ wit, world: "d", target: "rust", json: false });
  await expect(made).rejects.toThrow("a:b/c.many: 18 parameters; wasmtime takes at most 17");
});
