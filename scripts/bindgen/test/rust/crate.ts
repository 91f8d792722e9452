/** The package that generated code is built in, and its programs. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Files } from "../../target.js";
import { CACHE } from "../guests.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** wasmtime is built there once, for all programs. */
const TARGET = join(process.env.HAMS_CACHE ?? join(homedir(), ".cache/hams"), "cargo");

/** How a program is built; the quick way or for speed. */
export type Profile = "debug" | "release";

const run = promisify(execFile);

/** A package of this name in the tests' cache, without programs yet. */
export class Crate {
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(CACHE, "rust", name);
    rmSync(join(this.folder, "src"), { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    for (const file of ["Cargo.toml", "Cargo.lock"]) {
      writeFileSync(join(this.folder, file), readFileSync(join(HERE, file)));
    }
  }

  /** Adds files to the program of this name. */
  add(program: string, files: Files): void {
    const folder = join(this.folder, "src/bin", program);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  }

  /** Builds a program. */
  build(program: string, profile: Profile = "debug"): Promise<void> {
    const release = profile === "release" ? ["--release"] : [];
    return this.#cargo(["build", "--locked", "--bin", program, ...release], {});
  }

  /** Makes the library of files, which has all of them as modules. */
  library(files: Files): void {
    const folder = join(this.folder, "src");
    mkdirSync(folder, { recursive: true });
    const modules = Object.keys(files).map((file) => `pub mod ${file.slice(0, -".rs".length)};`);
    const text = `#![deny(warnings)]\n\n${modules.sort().join("\n")}\n`;
    for (const [file, of] of Object.entries({ ...files, "lib.rs": text })) {
      writeFileSync(join(folder, file), of);
    }
  }

  /** Has rustc and clippy check the library, by the dependencies that programs are built with. */
  lint(): Promise<void> {
    const args = ["rustc", "--locked", "--lib", "--", "--emit=metadata"];
    return this.#cargo(args, { RUSTC_WORKSPACE_WRAPPER: "clippy-driver" });
  }

  /** Runs a command of cargo; its complaints are the error's. */
  async #cargo(args: readonly string[], more: Readonly<Record<string, string>>): Promise<void> {
    const env = { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: "never", ...more };
    try {
      await run("cargo", args, { cwd: this.folder, env, maxBuffer: 1 << 26 });
    } catch (error) {
      throw new Error(`cargo ${args.join(" ")}: ${(error as { stderr: string }).stderr}`);
    }
  }

  /** The path of a program that was built. */
  program(name: string, profile: Profile = "debug"): string {
    return join(TARGET, profile, name);
  }
}
