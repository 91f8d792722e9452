/** The command `hams`. Exit codes: see EXIT in refusal.ts and the README. */
import { parseArgs } from "node:util";
import { EXIT, Refusal } from "./refusal.js";

const HELP = `usage: hams COMMAND

  start --config FILE [--record FILE]   serve health as FILE describes
  validate FILE                         check a configuration file
  probe URL [--timeout MS]              ask a health endpoint; exit 0 if it is up, 1 if not
  status URL [--watch]                  show a service's health as a table
  replay FILE                           run a recording, or a file of test vectors, again
  version                               print the version

exit codes: 0 done, 1 down (probe, status), different (replay) or overdue (start),
2 what was typed or configured does not fit, 3 the address cannot be listened on
`;

/** One of the command's own commands; loaded when it is asked for. */
interface Command {
  /** The exit code. */
  run(operands: readonly string[], options: Options): Promise<number> | number;
  readonly options: readonly (keyof typeof OPTIONS)[];
  readonly operands: readonly string[];
}

const OPTIONS = {
  config: { type: "string" },
  record: { type: "string" },
  timeout: { type: "string" },
  watch: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** What stands behind the options of the command line. */
export interface Options {
  readonly config?: string | undefined;
  readonly record?: string | undefined;
  readonly timeout?: string | undefined;
  readonly watch?: boolean | undefined;
}

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => {
    const { start } = await import("./start.js");
    return { run: (_, options) => start(options), options: ["config", "record"], operands: [] };
  },
  validate: async () => {
    const { validate } = await import("./validate.js");
    return { run: ([file]) => validate(file as string), options: [], operands: ["FILE"] };
  },
  probe: async () => {
    const { probe } = await import("./probe.js");
    return {
      run: ([url], options) => probe(url as string, options),
      options: ["timeout"],
      operands: ["URL"],
    };
  },
  status: async () => {
    const { status } = await import("./status.js");
    return {
      run: ([url], options) => status(url as string, options),
      options: ["watch"],
      operands: ["URL"],
    };
  },
  replay: async () => {
    const { replay } = await import("./replay.js");
    return { run: ([file]) => replay(file as string), options: [], operands: ["FILE"] };
  },
  version: async () => {
    const { version } = await import("./version.js");
    return { run: () => version(), options: [], operands: [] };
  },
};

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [name, ...operands] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (values.version) return (await import("./version.js")).version();
  if (name === undefined) throw new Refusal([HELP.trimEnd()]);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw wrong(`no command ${JSON.stringify(name)}`);
  const command = await load();
  for (const option of Object.keys(values) as (keyof typeof OPTIONS)[]) {
    if (!command.options.includes(option)) throw wrong(`${name} takes no --${option}`);
  }
  if (operands.length !== command.operands.length) {
    throw wrong(
      `${name} takes ${command.operands.join(" ") || "no operands"}, not ${operands.length === 0 ? "nothing" : operands.join(" ")}`,
    );
  }
  return command.run(operands, values);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message.split(". ")[0] as string);
  }
}

function wrong(message: string): Refusal {
  return new Refusal([`hams: ${message}; see hams --help`]);
}

try {
  // Ended here rather than when nothing is left: a sidecar must not outlive its report.
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exit(error.exitCode);
}
