/**
 * What a call costs by the generated bindings, against the best glue written by
 * hand for that language's runtime; ends with 1 where a target is missed. Each
 * folder here has a `main.ts` that builds and measures, and prints a line of JSON
 * a case: `{"what":"java: a string","generated":ns,"byHand":ns}`.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { line, missedLines } from "../lines.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const AT_MOST = 1.25;

interface Measured {
  readonly what: string;
  /** Nanoseconds a call. */
  readonly generated: number;
  readonly byHand: number;
}

const asked = process.argv.slice(2);
const languages = readdirSync(HERE).filter((name) => existsSync(`${HERE}${name}/main.ts`));
for (const language of asked.length > 0 ? asked : languages) {
  for (const { what, generated, byHand } of await measure(language)) {
    const detail = `${generated.toFixed(0)} ns against ${byHand.toFixed(0)} ns`;
    line(what, generated / byHand, { atMost: AT_MOST }, " x", detail);
  }
}
process.exitCode = missedLines() === 0 ? 0 : 1;

async function measure(language: string): Promise<Measured[]> {
  const args = ["--import", "tsx", `${HERE}${language}/main.ts`];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout
    .split("\n")
    .filter((each) => each.startsWith("{"))
    .map((each) => JSON.parse(each) as Measured);
}
