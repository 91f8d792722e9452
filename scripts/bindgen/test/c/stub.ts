/** A core module of any world, in text: all that the world has, or as little as a component needs. */
import type { World } from "../../ir.js";
import { type CoreFunction, expectedCore } from "../expected-core.js";

/** It imports all there is and has every export, memory and post-returns among them. */
export function fullModule(world: World): string {
  const all = expectedCore(world);
  const imports = all.filter((f) => f.module !== "");
  const exports = all.filter((f) => f.module === "");
  return [
    "(module",
    ...imports.map((f) => `(import "${f.module}" "${f.name}" (func${typeUse(f)}))`),
    '(memory (export "memory") 1)',
    '(func (export "_initialize"))',
    '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)',
    ...exports.map(exported),
    ...exports
      .filter((f) => f.postName !== undefined)
      .map((f) => `(func (export "${f.postName}") (param i32))`),
    ")",
  ].join("\n");
}

/** It imports nothing, and lacks what a component may lack: post-returns and destructors. */
export function leastModule(world: World): string {
  const exports = expectedCore(world).filter((f) => f.module === "" && !isDestructor(f));
  return [
    "(module",
    '(memory (export "memory") 1)',
    '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)',
    ...exports.map(exported),
    ")",
  ].join("\n");
}

function isDestructor({ name }: CoreFunction): boolean {
  return name.includes("[dtor]");
}

function exported(f: CoreFunction): string {
  return `(func (export "${f.name}")${typeUse(f)} unreachable)`;
}

function typeUse({ parameters, results }: CoreFunction): string {
  const takes = parameters.length > 0 ? ` (param ${parameters.join(" ")})` : "";
  return takes + (results.length > 0 ? ` (result ${results.join(" ")})` : "");
}
