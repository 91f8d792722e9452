/** Generates the java target's files into folders of the test cache. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate, type Request } from "../../generate.js";
import { CACHE, type TestGuest } from "../guests.js";
import { classPath, compile } from "./toolchain.js";

export const HERE = fileURLToPath(new URL(".", import.meta.url));
export const JAVA_CACHE = join(CACHE, "java");

/** Writes what is generated into a new folder; the paths of the files. */
export async function generateInto(
  folder: string,
  request: Omit<Request, "target" | "json">,
): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = await generate({ ...request, target: "java", json: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}

/** Builds the runner of a guest's world; the command that takes the module's path. */
export async function buildRunner(guest: TestGuest): Promise<readonly string[]> {
  const { wit, world, encoding } = guest;
  const folder = join(JAVA_CACHE, `${world}-${encoding}`.replaceAll(/[^\w-]/g, "-"));
  const sources = await generateInto(join(folder, "src"), {
    ...{ wit, world, encoding, package: "runner" },
  });
  const classes = join(folder, "classes");
  await compile([...sources, join(HERE, "Runner.java")], classes);
  // the first compiler alone: it starts sooner, and has no fault that jvm-safe.ts works around
  const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"];
  return ["java", ...flags, "-cp", `${classes}:${await classPath()}`, "runner.Runner"];
}
