/** The Python that the tests run: the machine's own, with the packages of `requirements.txt`. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "../../generate.js";
import { CACHE } from "../guests.js";

const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** The folder of programs of the environment, which is made once for its requirements. */
export function programs(): string {
  const version = execFileSync("python3", ["--version"], { encoding: "utf8" });
  const key = createHash("sha256").update(version).update(readFileSync(REQUIREMENTS)).digest("hex");
  const cache = process.env.HAMS_CACHE ?? join(homedir(), ".cache/hams");
  const folder = join(cache, `python-${key.slice(0, 16)}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const underWay = `${folder}.${process.pid}`;
    execFileSync("python3", ["-m", "venv", underWay]);
    const pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS];
    execFileSync(join(underWay, "bin/python"), pip);
    if (existsSync(folder)) rmSync(underWay, { recursive: true });
    else renameSync(underWay, folder);
  }
  return join(folder, "bin");
}

/** Runs a Python program of the environment; gives what it printed. */
export function python(...parameters: readonly string[]): string {
  return execFileSync(join(programs(), "python"), parameters, { encoding: "utf8" });
}

/** A folder of the cache for what tests make. */
export function emptyFolder(name: string): string {
  const folder = join(CACHE, "python", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Writes the bindings of a world as a package in the folder. */
export async function generatePackage(
  folder: string,
  name: string,
  { wit, world }: { wit: string; world: string },
): Promise<string> {
  const files = await generate({ wit, world, target: "python", json: true });
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(target, file), text);
  return target;
}
