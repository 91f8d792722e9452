/** Hands the core's log records to the logger the application chose. */
import type { Level, LogRecord, Problem } from "../generated/hams.js";

type LogMethod = (fields: Record<string, string>, message: string) => void;

/** A logger of pino's shape: fields first, then the message. bunyan and roarr have it too. */
export interface Logger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
}

const METHODS = { debug: "debug", info: "info", warning: "warn", error: "error" } as const;

/** What writes a record; never throws. */
export type LogWriter = (record: LogRecord) => void;

/** `logger` absent or the console: lines for people, but for debug. `false`: nothing. */
export function logWriter(logger: Logger | Console | false | undefined): LogWriter {
  if (logger === false) return () => {};
  if (logger === undefined || logger === console) return writeToConsole;
  const chosen = logger as Logger;
  return ({ level, message, fields }) => {
    try {
      chosen[METHODS[level]](Object.fromEntries(fields), message);
    } catch (error) {
      // The record matters more than its place.
      writeToConsole({ level, message, fields });
      writeToConsole({ level: "error", message: `the logger threw: ${error}`, fields: [] });
    }
  };
}

/** A record of the host's own. */
export function logRecord(
  level: Level,
  message: string,
  fields: Record<string, string> = {},
): LogRecord {
  return { level, message, fields: Object.entries(fields) };
}

/** What is odd about what the application passed, yet accepted. */
export function warningRecord({ field, message }: Problem): LogRecord {
  return logRecord("warning", `${field}: ${message}`, { field });
}

function writeToConsole({ level, message }: LogRecord): void {
  if (level !== "debug") console[METHODS[level]](`hams: ${message}`);
}
