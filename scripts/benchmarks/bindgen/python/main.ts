/** Generates the echo world's bindings for Python, and measures a call by them and by hand. */
import { fileURLToPath } from "node:url";
import { echoGuest } from "../../../bindgen/test/guests.js";
import { emptyFolder, generatePackage, python } from "../../../bindgen/test/python/environment.js";

const BENCH = fileURLToPath(new URL("bench.py", import.meta.url));

const guest = await echoGuest();
const folder = emptyFolder("bench");
await generatePackage(folder, "bindings", guest);
process.stdout.write(python(BENCH, folder, "bindings", guest.component));
