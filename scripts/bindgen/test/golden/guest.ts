/** The golden world in AssemblyScript: functions of one parameter give it back, the others trap. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildGuest, type Guest } from "../../build-guest.js";
import { generate } from "../../generate.js";
import { resolveWorld } from "../../wit.js";
import { CACHE } from "../guests.js";
import { stubs } from "../stubs.js";
import { GOLDEN_WIT } from "./table.js";

export async function goldenEchoGuest(): Promise<Guest> {
  const folder = join(CACHE, "golden-echo");
  const request = { wit: GOLDEN_WIT, world: "golden", target: "assemblyscript", json: false };
  const files = await generate(request);
  mkdirSync(join(folder, "generated"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, "generated", name), text);
  }
  for (const [name, text] of Object.entries(stubs(await resolveWorld(GOLDEN_WIT, "golden")))) {
    writeFileSync(join(folder, name), text.replaceAll(ECHO, "$1 return $2; }"));
  }
  return buildGuest({
    folder,
    entry: "generated/exports.ts",
    exportNames: "generated/exports.json",
    wit: GOLDEN_WIT,
    world: "golden",
    maximumMemory: 256,
  });
}

/** A stub whose result has its only parameter's type. */
const ECHO = /(function \w+\((\w+): ([^\n]+)\): \3 \{) return unreachable\(\); \}/g;
