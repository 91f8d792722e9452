/** What every host must do, in Python; in the long form also by wasmtime's public functions. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { snake } from "../../emit-python/names.js";
import type { TestGuest } from "../guests.js";
import { hostTests } from "../hosts.js";
import { emptyFolder, generatePackage, programs } from "./environment.js";

const RUNNER = fileURLToPath(new URL("runner.py", import.meta.url));

async function build(guest: TestGuest): Promise<readonly string[]> {
  const folder = emptyFolder(`hosts-${guest.world}`);
  await generatePackage(folder, "bindings", guest);
  const module = `bindings.${snake(guest.world)}_json`;
  return [join(programs(), "python"), RUNNER, folder, module];
}

async function buildPublic(guest: TestGuest): Promise<readonly string[]> {
  return ["env", "HAMS_BINDGEN_PUBLIC=1", ...(await build(guest))];
}

hostTests({ name: "python", runs: "component", build });
if (process.env.HAMS_FULL !== undefined) {
  hostTests({ name: "python, by public functions", runs: "component", build: buildPublic });
}
