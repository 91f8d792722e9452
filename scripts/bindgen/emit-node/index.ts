/** The host on Node: `<world>.ts` over fixed files, with no other dependency. */
import { readFileSync } from "node:fs";
import type { World } from "../ir.js";
import type { EmitOptions, Files } from "../target.js";
import { Calls } from "./calls.js";
import { emitJson } from "./json.js";
import { TypeNames } from "./names.js";
import { emitSession } from "./session.js";
import { emitTypes } from "./types.js";
import { Writer } from "./writer.js";

/** What `<world>.ts` may build on, in the order in which it imports them. */
const PARTS = ["abi", "handles", "host", "latin1", "utf8"] as const;

type Fixed = (typeof PARTS)[number] | "json" | "session";

export function emitNode(world: World, header: string, options: EmitOptions): Files {
  const names = new TypeNames(world);
  const types = emitTypes(world, names);
  const writer = new Writer(world, names, options.encoding);
  const calls = new Calls(world, writer).write();
  const used = PARTS.filter((part) => new RegExp(`(?<![.\\w])${part}\\.`).test(calls));
  const imports = used.map((part) => `import * as ${part} from "./${part}.js";\n`).join("");
  const errors = 'export { ComponentError, TooLargeError, TrapError } from "./abi.js";\n';
  const reenters = writer.guest !== "abi.Guest";
  const reentry = reenters ? 'export { ReentryError } from "./host.js";\n' : "";
  const files: Record<string, string> = {
    [`${names.file}.ts`]: `${header}\n${imports}\n${errors}${reentry}${types}${calls}`,
  };
  const fixed = new Set<Fixed>(used);
  if (reenters) fixed.add("host");
  if (options.json) {
    const codecs = emitJson(world, names);
    if (codecs !== "") files[`${names.file}.json.ts`] = `${header}\n${codecs}`;
    files[`${names.file}.session.ts`] = `${header}\n${emitSession(world, names)}`;
    fixed.add("json").add("session");
  }
  for (const each of fixed) {
    const text = readFileSync(new URL(`fixed/${each}.ts`, import.meta.url), "utf8");
    files[`${each}.ts`] = `${header}\n${text}`;
  }
  return files;
}
