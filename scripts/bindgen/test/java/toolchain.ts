/** The JDK's tools and the libraries of `pom.xml`, which Maven copies into a cache once. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
const MAX_OUTPUT = 64 * 1024 * 1024;

/** The class path of all libraries. */
export async function classPath(): Promise<string> {
  const pom = readFileSync(join(HERE, "pom.xml"));
  const version = createHash("sha256").update(pom).digest("hex").slice(0, 16);
  const cache = process.env.HAMS_CACHE ?? join(homedir(), ".cache/hams");
  const folder = join(cache, "java", version);
  if (!existsSync(folder)) await copyLibraries(folder);
  const jars = readdirSync(folder).filter((name) => name.endsWith(".jar"));
  return jars.map((name) => join(folder, name)).join(":");
}

/** Two at once both succeed: the later one finds the earlier's folder. */
async function copyLibraries(folder: string): Promise<void> {
  const made = `${folder}-${process.pid}`;
  mkdirSync(made, { recursive: true });
  const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
  const flags = ["-B", "-q", "-f", join(HERE, "pom.xml"), `-DoutputDirectory=${made}`];
  await run("mvn", [...flags, goal], { maxBuffer: MAX_OUTPUT });
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true });
  }
}

/** Compiles with every warning as an error; the compiler's text is the error's. */
export async function compile(sources: readonly string[], into: string): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const flags = ["--release", "17", "-Xlint:all", "-Werror", "-cp", await classPath(), "-d", into];
  await tool("javac", [...flags, ...sources]);
}

/** The files that google-java-format would change. */
export async function unformatted(sources: readonly string[]): Promise<readonly string[]> {
  const packages = ["api", "code", "file", "parser", "tree", "util"];
  const opened = packages.map(
    (name) => `--add-exports=jdk.compiler/com.sun.tools.javac.${name}=ALL-UNNAMED`,
  );
  const main = "com.google.googlejavaformat.java.Main";
  const out = await tool("java", [...opened, "-cp", await classPath(), main, "-n", ...sources]);
  return out.split("\n").filter((line) => line !== "");
}

export async function tool(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, [...args], { maxBuffer: MAX_OUTPUT })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} failed:\n${stdout ?? ""}${stderr ?? error}`);
  }
}
