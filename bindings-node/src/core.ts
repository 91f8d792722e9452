/** The core's compiled module: one for the process, an instance for each health object. */
import { readFileSync } from "node:fs";
import type { Module } from "../generated/abi.js";

let compiled: Module | undefined;

/** Compiled once, when first needed; it holds no state. */
export function coreModule(): Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../hams.core.wasm", import.meta.url)));
  return compiled;
}
