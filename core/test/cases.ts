// The conformance cases as they stand in their files, and the names the WIT knows.

import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

export interface Step {
  readonly now: number | string;
  readonly call?: string;
  readonly args?: Record<string, unknown>;
  readonly events?: readonly unknown[];
  readonly request?: unknown;
  readonly expect?: Record<string, unknown>;
}

export interface Case {
  readonly name: string;
  readonly description: string;
  readonly settings?: Record<string, unknown> | null;
  readonly probes?: readonly Record<string, unknown>[];
  readonly hooks?: readonly Record<string, unknown>[];
  readonly steps: readonly Step[];
}

const WIT = readFileSync(new URL("../wit/hams.wit", import.meta.url), "utf8");
const FOLDER = new URL("../conformance/", import.meta.url);
/** What stands beside the cases and is none. */
const NO_CASES = ["schema.json", "defaults.json"];

export interface CaseFile {
  /** The file's name without its ending. */
  readonly subject: string;
  readonly content: { readonly cases: readonly Case[] };
}

export function readCaseFiles(): CaseFile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json") && !NO_CASES.includes(file))
    .sort()
    .map((file) => ({
      subject: basename(file, ".json"),
      content: readJson(file) as CaseFile["content"],
    }));
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}

/** The names of all fields, in lowerCamel, and of all cases and flags, as they are, in the WIT. */
export function allNamesInWit(): Set<string> {
  const names = [...WIT.matchAll(/^ {4}([a-z][a-z0-9-]*)(:?)/gm)].map((match) =>
    match[2] === ":"
      ? match[1]!.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
      : match[1]!,
  );
  return new Set(names);
}

/** The names of the cases of an enum, a variant or flags, in the WIT's spelling. */
export function namesInWit(type: string): string[] {
  const definition = new RegExp(`^  (?:enum|variant|flags) ${type} \\{\\n([^}]*)\\}`, "m").exec(
    WIT,
  );
  if (definition === null) throw new Error(`no enum, variant or flags ${type} in hams.wit`);
  return [...definition[1]!.matchAll(/^ {4}([a-z][a-z0-9-]*)/gm)].map((match) => match[1]!);
}
