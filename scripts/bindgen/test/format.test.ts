/** The output is as Biome formats it, so that formatting a repository changes no generated file. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generate } from "../generate.js";

const biome = fileURLToPath(new URL("../../../node_modules/.bin/biome", import.meta.url));
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

const SMALL = `package a:b;
interface i {
  /// One field.
  record one { /// It.
    x: u8 }
  record bare { x: u8 }
  flags few { only }
  variant v { a(list<option<result<tuple<string, one>, list<u64>>>>), b }
  f: func(v: v, few: few, b: bare, very-long-name-of-a-parameter: tuple<u8>, another-long-name: result<u8>) -> tuple<v>;
}
world w { export i; }`;

test.each([
  ["hams", "hams", read("../../../core/wit/hams.wit")],
  ["echoes", "echoes", read("echo/echo.wit")],
  ["small", "w", SMALL],
])("%s", { timeout: 60_000 }, async (_, world, wit) => {
  for (const target of ["assemblyscript", "node"]) {
    const files = await generate({ wit, world, target, json: true });
    for (const [name, text] of Object.entries(files)) {
      const command = ["format", `--stdin-file-path=${name}`];
      const { stdout, stderr } = spawnSync(biome, command, { input: text, encoding: "utf8" });
      expect(stderr, `${target} ${name}`).toBe("");
      expect(stdout, `${target} ${name}`).toBe(text);
    }
  }
});
