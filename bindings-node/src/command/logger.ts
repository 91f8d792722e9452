/** The command's log: lines for people on a terminal, JSON lines for machines. */
import type { Logger } from "../log.js";

const LEVELS = ["debug", "info", "warn", "error"] as const;

type Level = (typeof LEVELS)[number];

/** SGR codes of a terminal. */
const COLOURS = { debug: 2, info: 0, warn: 33, error: 31 } as const;

export function commandLogger(out: NodeJS.WriteStream = process.stdout): Logger {
  const write = out.isTTY ? forPeople : forMachines;
  const method =
    (level: Level) =>
    (fields: Record<string, string>, message: string): void => {
      out.write(`${write(level, fields, message)}\n`);
    };
  const [debug, info, warn, error] = LEVELS.map(method) as [Log, Log, Log, Log];
  return { debug, info, warn, error };
}

type Log = Logger["info"];

function forPeople(level: Level, _: Record<string, string>, message: string): string {
  const time = new Date().toTimeString().slice(0, 8);
  return `${time} \u001b[${COLOURS[level]}m${level.padEnd(5)}\u001b[0m ${message}`;
}

function forMachines(level: Level, fields: Record<string, string>, message: string): string {
  const ours = { time: new Date().toISOString(), level, message };
  // First, where a reader looks; and again, so that no field takes the place of one of ours.
  return JSON.stringify({ ...ours, ...fields, ...ours });
}
