/** The Rust host does what every host must, on wasmtime. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../../generate.js";
import type { TestGuest } from "../guests.js";
import { hostTests } from "../hosts.js";
import { Crate } from "./crate.js";

const MAIN = readFileSync(join(fileURLToPath(new URL(".", import.meta.url)), "main.rs"), "utf8");

const crate = new Crate("hosts");
const built = new Set<string>();

hostTests({
  name: "rust",
  runs: "component",
  async build({ wit, world }: TestGuest): Promise<readonly string[]> {
    const name = world.replaceAll("-", "_");
    if (built.has(name)) return [crate.program(name)];
    const files = await generate({ wit, world, target: "rust", json: true });
    crate.add(name, { ...files, "main.rs": MAIN.replaceAll("WORLD", name) });
    await crate.build(name);
    built.add(name);
    return [crate.program(name)];
  },
});
