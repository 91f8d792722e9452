/** The host in Rust: `<world>.rs`, which has wasmtime's own `bindgen!` do what it can. */
import { readFileSync } from "node:fs";
import { parts, type Type, type World } from "../ir.js";
import type { EmitOptions, Files } from "../target.js";
import { Refusal } from "../wit.js";
import { emitJson } from "./json.js";
import { RustNames } from "./names.js";
import { emitWorld } from "./world.js";

const COMPONENT_FILE = new URL("fixed/component.rs", import.meta.url);
const JSON_FILE = new URL("fixed/json.rs", import.meta.url);

export function emitRust(world: World, header: string, options: EmitOptions): Files {
  refuseLongLists(world);
  const names = new RustNames(world);
  const files = {
    [`${names.module}.rs`]: `${header}\n${emitWorld(world, names)}`,
    "component.rs": `${header}\n${readFileSync(COMPONENT_FILE, "utf8")}`,
  };
  if (!options.json) return files;
  return {
    ...files,
    [`${names.jsonModule}.rs`]: `${header}\n${emitJson(world, names)}`,
    "json.rs": `${header}\n${readFileSync(JSON_FILE, "utf8")}`,
  };
}

/** wasmtime has its traits for tuples of so many items, of which parameters are one. */
const MAX_ITEMS = 17;

/** @throws {Refusal} names a function or type that wasmtime's typed calls cannot pass */
function refuseLongLists(world: World): void {
  for (const { id, functions, types } of world.interfaces) {
    const owner = id.replace(/@.*/, "");
    const refuse = (name: string, count: number, what: string) => {
      if (count <= MAX_ITEMS) return;
      const most = `wasmtime takes at most ${MAX_ITEMS}`;
      throw new Refusal(`${owner}.${name}: ${count} ${what}; ${most}`);
    };
    const visit = (name: string, type: Type): void => {
      if (type.kind === "tuple") refuse(name, type.items.length, "items of a tuple");
      if (!("owner" in type)) for (const part of parts(type)) visit(name, part);
    };
    for (const type of types) for (const part of parts(type)) visit(type.name, part);
    for (const { name, parameters, result } of functions) {
      refuse(name, parameters.length, "parameters");
      for (const { type } of parameters) visit(name, type);
      if (result !== undefined) visit(name, result);
    }
  }
}
