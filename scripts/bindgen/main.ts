/** The command `hams-bindgen`: reads a WIT file, writes the bindings of one target. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "./generate.js";
import { type Options, parseOptions, USAGE, UsageError } from "./options.js";
import type { Files } from "./target.js";
import { TARGETS } from "./targets.js";
import { InvalidWit, Refusal } from "./wit.js";
import { readWit } from "./wit-folder.js";

const FAILED = 1;
const WRONG_USAGE = 2;

process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args, Object.keys(TARGETS));
    const files = await generate({ ...options, wit: readWitOf(options) });
    return options.check ? check(files, options.out) : write(files, options.out);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`hams-bindgen: ${error.message}\n${USAGE}`);
      return WRONG_USAGE;
    }
    if (error instanceof Refusal || error instanceof InvalidWit) {
      console.error(`hams-bindgen: ${error.message}`);
      return FAILED;
    }
    throw error;
  }
}

function readWitOf({ wit: path }: Options): string {
  try {
    return readWit(path);
  } catch (error) {
    throw new UsageError(`--wit "${path}" cannot be read: ${(error as Error).message}`);
  }
}

function write(files: Files, out: string): number {
  mkdirSync(out, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  return 0;
}

/** Compares instead of writing; names every file that differs. */
function check(files: Files, out: string): number {
  const different = Object.entries(files).filter(
    ([name, text]) => existing(join(out, name)) !== text,
  );
  for (const [name] of different) {
    console.error(`hams-bindgen: ${join(out, name)} is not what the WIT gives; generate it anew`);
  }
  return different.length === 0 ? 0 : FAILED;
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
