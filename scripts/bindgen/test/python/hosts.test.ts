/**
 * What every host must do, in Python. With HAMS_BINDGEN_PUBLIC=1 in the environment
 * the same holds by wasmtime's public functions, in twice the time.
 */
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

hostTests({ name: "python", runs: "component", build });
