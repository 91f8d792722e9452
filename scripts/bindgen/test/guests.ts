/** The echo guest, built once, and its Node glue. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGuest, type Guest } from "../build-guest.js";
import { generate } from "../generate.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** For what tests make; not committed. */
export const CACHE = join(here, "../.cache/test");

/** Generates both sides of the echo world into a folder of this name: test files run side by side. */
export async function generateEcho(
  name: string,
): Promise<{ folder: string; wit: string; glue: string }> {
  const folder = join(CACHE, name);
  const wit = readFileSync(join(here, "echo/echo.wit"), "utf8");
  await generateInto(join(folder, "generated"), wit, "echoes", "assemblyscript");
  await generateInto(join(folder, "node"), wit, "echoes", "node");
  return { folder, wit, glue: join(folder, "node/echoes.ts") };
}

/** The same, and compiles the implementation that stands beside the WIT. */
export async function buildEcho(
  name: string,
): Promise<{ guest: Guest; wit: string; glue: string }> {
  const { folder, wit, glue } = await generateEcho(name);
  copyFileSync(join(here, "echo/echo.as.ts"), join(folder, "echo.ts"));
  const guest = await buildGuest({
    folder,
    entry: "generated/exports.ts",
    exportNames: "generated/exports.json",
    wit,
    world: "echoes",
    maximumMemory: 256,
  });
  return { guest, wit, glue };
}

async function generateInto(
  folder: string,
  wit: string,
  world: string,
  target: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const files = await generate({ wit, world, target, json: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
