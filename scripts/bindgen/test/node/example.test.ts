/** The README's example prints what it says. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generate } from "../../generate.js";
import { CACHE, shopGuest } from "../guests.js";
import { transpile } from "./runner.js";

const run = promisify(execFile);
const read = (path: string) =>
  readFileSync(new URL(`../../example/${path}`, import.meta.url), "utf8");

test("the shop sells tea and jam", { timeout: 60_000 }, async () => {
  const { wit, world, core } = await shopGuest();
  const folder = join(CACHE, "node/example");
  const files = await generate({ wit, world, target: "node", json: false });
  transpile(folder, { "main.ts": read("node/main.ts") });
  transpile(join(folder, "generated"), files);
  const { stdout } = await run(process.execPath, [join(folder, "main.js"), core]);
  expect(stdout).toBe(read("expected.txt"));
});
