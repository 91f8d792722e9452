/** The host on Node: `<world>.ts` over the fixed `abi.ts`, with no other dependency. */
import { readFileSync } from "node:fs";
import type { World } from "../ir.js";
import type { EmitOptions, Files } from "../target.js";
import { emitCalls } from "./calls.js";
import { emitJson } from "./json.js";
import { TypeNames } from "./names.js";
import { emitTypes } from "./types.js";

const ABI_FILE = new URL("fixed/abi.ts", import.meta.url);
const JSON_FILE = new URL("fixed/json.ts", import.meta.url);

export function emitNode(world: World, header: string, options: EmitOptions): Files {
  const names = new TypeNames(world);
  const types = emitTypes(world, names);
  const calls = emitCalls(world, names);
  const files = {
    [`${world.name}.ts`]: `${header}\n${types}${calls}`,
    "abi.ts": `${header}\n${readFileSync(ABI_FILE, "utf8")}`,
  };
  if (!options.json) return files;
  return {
    ...files,
    [`${world.name}.json.ts`]: `${header}\n${emitJson(world, names)}`,
    "json.ts": `${header}\n${readFileSync(JSON_FILE, "utf8")}`,
  };
}
