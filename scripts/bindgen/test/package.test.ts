/** The package as it is published, of what was built. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { generate } from "../generate.js";
import { TARGETS } from "../targets.js";
import { CACHE } from "./guests.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHOP = fileURLToPath(new URL("../example/shop.wit", import.meta.url));
// below the workspace, so that its dependencies are found
const FOLDER = join(CACHE, "package");

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", FOLDER], { cwd: ROOT });
  const [archive = ""] = readdirSync(FOLDER);
  execFileSync("tar", ["-xzf", join(FOLDER, archive), "-C", FOLDER]);
}, 60_000);

test.each(Object.keys(TARGETS))(
  "writes %s as the sources do",
  { timeout: 60_000 },
  async (target) => {
    const out = join(FOLDER, target);
    const args = ["--wit", SHOP, "--world", "shop", "--target", target, "--out", out, "--json"];
    execFileSync(process.execPath, [join(FOLDER, "package/hams-bindgen.js"), ...args]);
    const wit = readFileSync(SHOP, "utf8");
    const files = await generate({ wit, world: "shop", target, json: true });
    expect(readdirSync(out).sort()).toStrictEqual(Object.keys(files).sort());
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(join(out, name), "utf8"), name).toBe(text);
    }
  },
);
