/** The host in Python on wasmtime: a package with `<world>.py` over fixed modules. */
import { readdirSync, readFileSync } from "node:fs";
import type { World } from "../ir.js";
import type { EmitOptions, Files } from "../target.js";
import { ClassWriter } from "./calls.js";
import { emitCodecs } from "./codecs.js";
import { moduleHead } from "./head.js";
import { emitJson } from "./json.js";
import { moduleName, Names } from "./names.js";
import { Printer } from "./printer.js";
import { emitType } from "./types.js";

const FIXED = new URL("fixed/", import.meta.url);
const JSON_FILES = ["_json.py", "_session.py"];

export function emitPython(world: World, header: string, options: EmitOptions): Files {
  const names = new Names(world);
  const module = moduleName(world);
  const files: Record<string, string> = {
    "__init__.py": `${header}\n"""Bindings of the world \`${world.id}\`: see the module \`${module}\`."""\n`,
    [`${module}.py`]: `${header}\n${emitModule(world, names)}`,
  };
  for (const name of readdirSync(FIXED).filter((f) => f.endsWith(".py"))) {
    if (JSON_FILES.includes(name) && !options.json) continue;
    files[name] = `${header}\n${readFileSync(new URL(name, FIXED), "utf8")}`;
  }
  if (options.json) files[`${module}_json.py`] = `${header}\n${emitJson(world, names)}`;
  return files;
}

function emitModule(world: World, names: Names): string {
  const body = new Printer();
  const classes = new ClassWriter(world, names, body);
  for (const type of world.interfaces.flatMap((i) => i.types)) {
    emitType(type, names, body, (resource) => classes.resource(resource));
  }
  for (const each of world.imports) if (!each.ofWorld) classes.protocol(each);
  if (world.imports.length > 0) classes.imports();
  for (const each of world.exports) if (!each.ofWorld) classes.interface(each);
  classes.world();
  emitCodecs(world, names, body);
  const text = body.toString();
  return moduleHead(world, names, text) + text;
}
