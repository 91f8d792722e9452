/** Builds the echo world's bindings for Java, and measures a call by them and by hand. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jvmSafe } from "../../../bindgen/jvm-safe.js";
import { echoGuest } from "../../../bindgen/test/guests.js";
import { generateInto, JAVA_CACHE } from "../../../bindgen/test/java/projects.js";
import { classPath, tool } from "../../../bindgen/test/java/toolchain.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

const guest = await echoGuest();
const folder = join(JAVA_CACHE, "bench");
rmSync(folder, { recursive: true, force: true });
const classes = join(folder, "classes");
for (const each of [classes, join(folder, "core")]) mkdirSync(each, { recursive: true });
const module = join(folder, "echo.wasm");
writeFileSync(module, jvmSafe(new Uint8Array(readFileSync(guest.core))));

const libraries = await classPath();
const javac = ["--release", "17", "-cp", `${classes}:${libraries}`, "-d", classes];
await tool("javac", [...javac, join(HERE, "Aot.java")]);
await tool("java", ["-cp", `${classes}:${libraries}`, "bench.Aot", module, folder]);
const request = { wit: guest.wit, world: guest.world, package: "bench" };
const sources = await generateInto(join(folder, "src"), request);
const compiled = readdirSync(join(folder, "core"), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".java"))
  .map((name) => join(folder, "core", name));
const own = ["Bench.java", "ByHand.java"].map((name) => join(HERE, name));
await tool("javac", [...javac, ...sources, ...compiled, ...own]);
process.stdout.write(await tool("java", ["-cp", `${classes}:${libraries}`, "bench.Bench"]));
