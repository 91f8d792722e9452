/** The command line. */
import { parseArgs } from "node:util";
import { ENCODINGS, type Encoding } from "./target.js";
import { TAKERS } from "./targets.js";

export interface Options {
  readonly wit: string;
  readonly world: string;
  readonly target: string;
  readonly out: string;
  readonly json: boolean;
  readonly check: boolean;
  readonly encoding: Encoding | undefined;
  readonly package: string | undefined;
}

/** An option that is wrong: named, with what came and what fits. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE =
  "usage: hams-bindgen --wit PATH --world NAME --target TARGET --out DIR [--json] [--check]\n" +
  `  [--encoding ${ENCODINGS.join("|")}] [--package NAME]`;

const NEEDED = ["wit", "world", "target", "out"] as const;
const SWITCHES = ["json", "check"] as const;
const OPTIONAL = ["encoding", "package"] as const;

/** @throws {UsageError} */
export function parseOptions(args: readonly string[], targets: readonly string[]): Options {
  const known = [...NEEDED, ...SWITCHES, ...OPTIONAL].map((o) => `--${o}`);
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries([...NEEDED, ...OPTIONAL].map((o) => [o, { type: "string" as const }])),
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
  const text = (name: (typeof NEEDED | typeof OPTIONAL)[number]): string => {
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
  const optional = (name: (typeof OPTIONAL)[number]): string | undefined =>
    values[name] === undefined ? undefined : text(name);
  const options = {
    wit: text("wit"),
    world: text("world"),
    target: text("target"),
    out: text("out"),
    json: flag("json"),
    check: flag("check"),
    encoding: encoding(optional("encoding")),
    package: optional("package"),
  };
  if (!targets.includes(options.target)) {
    throw new UsageError(
      `--target "${options.target}" is not known; targets are ${targets.join(", ")}`,
    );
  }
  for (const name of OPTIONAL) {
    if (options[name] !== undefined && !TAKERS[name].includes(options.target)) {
      throw new UsageError(
        `--${name} is for ${TAKERS[name].join(", ")}; target ${options.target} takes none`,
      );
    }
  }
  return options;
}

function encoding(given: string | undefined): Encoding | undefined {
  const found = ENCODINGS.find((e) => e === given);
  if (given !== undefined && found === undefined) {
    throw new UsageError(
      `--encoding "${given}" is not known; encodings are ${ENCODINGS.join(", ")}`,
    );
  }
  return found;
}
