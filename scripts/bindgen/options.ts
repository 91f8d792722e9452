/** The command line. */
import { parseArgs } from "node:util";

export interface Options {
  readonly wit: string;
  readonly world: string;
  readonly target: string;
  readonly out: string;
  readonly json: boolean;
  readonly check: boolean;
}

/** An option that is wrong: named, with what came and what fits. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE =
  "usage: hams-bindgen --wit PATH --world NAME --target TARGET --out DIR [--json] [--check]";

const NEEDED = ["wit", "world", "target", "out"] as const;
const SWITCHES = ["json", "check"] as const;

/** @throws {UsageError} */
export function parseOptions(args: readonly string[], targets: readonly string[]): Options {
  const known = [...NEEDED, ...SWITCHES].map((o) => `--${o}`);
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(NEEDED.map((o) => [o, { type: "string" as const }])),
      ...Object.fromEntries(SWITCHES.map((o) => [o, { type: "boolean" as const }])),
    },
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") {
      throw new UsageError(`"${token.value}" is no option; options are ${known.join(", ")}`);
    }
    if (token.kind === "option" && !known.includes(`--${token.name}`)) {
      throw new UsageError(`${token.rawName} is not known; options are ${known.join(", ")}`);
    }
  }
  const text = (name: (typeof NEEDED)[number]): string => {
    const value = values[name];
    if (typeof value !== "string" || value === "") {
      throw new UsageError(
        `--${name} needs a value${value === undefined ? "; it is missing" : ""}`,
      );
    }
    return value;
  };
  const flag = (name: (typeof SWITCHES)[number]): boolean => {
    const value = values[name];
    if (typeof value === "string") {
      throw new UsageError(`--${name} takes no value, "${value}" came`);
    }
    return value === true;
  };
  const options = {
    wit: text("wit"),
    world: text("world"),
    target: text("target"),
    out: text("out"),
    json: flag("json"),
    check: flag("check"),
  };
  if (!targets.includes(options.target)) {
    throw new UsageError(
      `--target "${options.target}" is not known; targets are ${targets.join(", ")}`,
    );
  }
  return options;
}
