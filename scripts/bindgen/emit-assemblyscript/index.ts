/**
 * The guest in AssemblyScript: `types.ts`, `exports.ts`, the fixed `abi.ts`, and
 * `exports.json`, which tells the build the canonical name of each export.
 */
import { readFileSync } from "node:fs";
import type { World } from "../ir.js";
import type { Files } from "../target.js";
import { emitExports } from "./exports.js";
import { TypeNames } from "./names.js";
import { emitTypes } from "./types.js";

const ABI_FILE = new URL("abi.as.ts", import.meta.url);

export function emitAssemblyScript(world: World, header: string): Files {
  const names = new TypeNames(world);
  const exports = emitExports(world, names, header);
  return {
    "types.ts": emitTypes(world, names, header),
    "exports.ts": exports.text,
    "exports.json": `${JSON.stringify(exports.names, null, 2)}\n`,
    "abi.ts": `${header}\n${readFileSync(ABI_FILE, "utf8")}`,
  };
}
