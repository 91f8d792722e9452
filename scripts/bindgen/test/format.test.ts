/** The guest's text is as Biome formats it, so that formatting a repository changes no generated file. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generate } from "../generate.js";
import { CORPUS } from "./corpus.js";

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

const WORLDS = [
  ...CORPUS,
  { name: "hams", world: "hams", wit: read("../../../core/wit/hams.wit") },
  { name: "echoes", world: "echoes", wit: read("echo/echo.wit") },
  { name: "relays", world: "relays", wit: read("echo/echo.wit") },
  { name: "guest-resources", world: "resources", wit: read("resources/resources.wit") },
  { name: "small", world: "w", wit: SMALL },
];

test("assemblyscript: Biome changes nothing", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "hams-bindgen-"));
  for (const { name, wit, world } of WORLDS) {
    const made = await generate({ wit, world, target: "assemblyscript", json: false });
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(made)) writeFileSync(join(folder, name, file), text);
  }
  const { formatter } = JSON.parse(read("../../../biome.json"));
  writeFileSync(
    join(folder, "biome.json"),
    `${JSON.stringify({ root: true, formatter }, null, 2)}\n`,
  );
  const { stdout, stderr } = spawnSync(biome, ["format", "--max-diagnostics=50", "."], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  rmSync(folder, { recursive: true });
  expect(stdout + stderr).toMatch(/^Checked \d+ files in \S+\. No fixes applied\.\s*$/);
});
