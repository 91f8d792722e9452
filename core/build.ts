/**
 * Builds the core: `build/hams.core.wasm`, the core module, and `build/hams.wasm`,
 * the component made of it. With `--twice` it builds again and compares.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildGuest, type Guest } from "../scripts/bindgen/build-guest.js";

/**
 * Pages of 64 KiB, as the limits of the contract add up: 10 000 probes with 16 pairs of 600
 * characters are 384 MB, `/health` tells them in 600 MB of escapes, and its buffer is copied once
 * more while it grows. A service with ten probes stays under 1 MB.
 */
const MAXIMUM_MEMORY = 28_672;

const MAXIMUM_COMPONENT_BYTES = 150_000;

const folder = fileURLToPath(new URL(".", import.meta.url));

const guest = await build();
if (process.argv.includes("--twice")) {
  const again = await build();
  for (const part of ["core", "component"] as const) {
    if (digest(again[part]) !== digest(guest[part]))
      throw new Error(`two builds differ in ${part}`);
  }
}
mkdirSync(`${folder}build`, { recursive: true });
for (const [name, bytes] of [
  ["hams.core.wasm", guest.core],
  ["hams.wasm", guest.component],
] as const) {
  writeFileSync(`${folder}build/${name}`, bytes);
  console.log(`${name}  ${bytes.length} bytes  sha256 ${digest(bytes)}`);
}
// after writing, so that what is wrong can be looked at
if (guest.component.length > MAXIMUM_COMPONENT_BYTES) {
  throw new Error(
    `the component has ${guest.component.length} bytes, ${MAXIMUM_COMPONENT_BYTES} is the most`,
  );
}
if (guest.imports.length > 0) {
  throw new Error(`the core must import nothing, and imports ${guest.imports.join(", ")}`);
}

function build(): Promise<Guest> {
  return buildGuest({
    folder,
    entry: "assembly/generated/exports.ts",
    exportNames: "assembly/generated/exports.json",
    wit: readFileSync(`${folder}wit/hams.wit`, "utf8"),
    world: "hams",
    maximumMemory: MAXIMUM_MEMORY,
  });
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
