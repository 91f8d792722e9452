/**
 * The guest in AssemblyScript: `types.ts`, `exports.ts`, a file for each imported
 * interface, `values.ts` for what they share, and the fixed `abi.ts` and
 * `handles.ts`. `exports.json` and `imports.json` tell the build the canonical
 * names.
 */
import { readFileSync } from "node:fs";
import { resources, type World } from "../ir.js";
import type { Files } from "../target.js";
import { Context } from "./context.js";
import { type ExportNames, emitExports } from "./exports.js";
import { fileText } from "./file.js";
import type { ImportNames } from "./host.js";
import { emitImports } from "./imports.js";
import { emitTypes } from "./types.js";

export function emitAssemblyScript(world: World, header: string): Files {
  const context = new Context(world);
  const exports = emitExports(context, header);
  const imports = emitImports(context, header);
  const files: Record<string, string> = {
    "types.ts": emitTypes(world, context.names, header),
    "exports.ts": exports.text,
    "exports.json": json(exports.names),
    ...imports,
    "abi.ts": fixed("abi.as.ts", header),
  };
  context.functions.flush();
  const values = context.values.toString().trim();
  if (values !== "") {
    const about = "The types' values, between the canonical ABI and objects.";
    files["values.ts"] = fileText(header, about, [], context.values);
  }
  if (world.interfaces.some((i) => resources(i).length > 0)) {
    files["handles.ts"] = fixed("handles.as.ts", header);
  }
  if (!context.host.isEmpty) {
    files["host.ts"] = context.host.text(header);
    files["imports.json"] = json(context.host.names);
  }
  return files;
}

function json(names: ExportNames | ImportNames): string {
  return `${JSON.stringify(names, null, 2)}\n`;
}

/** What is the same for every world. */
function fixed(file: string, header: string): string {
  return `${header}\n${readFileSync(new URL(`fixed/${file}`, import.meta.url), "utf8")}`;
}
