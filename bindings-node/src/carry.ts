/** The headers that a follow-on call must carry for a trace to hold together. */
import type { IncomingHttpHeaders } from "node:http";
import { type Hams, instantiate, TrapError } from "../generated/hams.js";
import { coreModule } from "./core.js";
import { CoreError } from "./errors.js";

/** Header fields in any of the shapes Node has: an object, `rawHeaders`, pairs, a `Headers`. */
export type HeaderFields =
  | IncomingHttpHeaders
  | readonly string[]
  | Iterable<readonly [string, string]>;

// Carrying has no state, so one instance serves the process.
let hams: Hams | undefined;

/**
 * Those of `headers` to send on, as pairs in their order: the trace headers (W3C, B3, Datadog,
 * SkyWalking, AWS, Google, OpenTracing, `x-request-id`) and those named in `extra`. Give
 * `request.rawHeaders` to keep repeats. What would break the call or the trace is dropped.
 */
export function carry(
  headers: HeaderFields,
  extra: readonly string[] = [],
): readonly (readonly [string, string])[] {
  const fields = pairsOf(headers);
  hams ??= instantiate(coreModule());
  try {
    return hams.propagation.carry(fields, [...extra]);
  } catch (error) {
    if (!(error instanceof TrapError)) throw error;
    hams = undefined;
    throw new CoreError(error.message);
  }
}

function pairsOf(headers: HeaderFields): [string, string][] {
  if (Symbol.iterator in headers) {
    const items = [...(headers as Iterable<string | readonly [string, string]>)];
    if (typeof items[0] !== "string")
      return items.map((pair) => [pair[0] as string, pair[1] as string]);
    return items.flatMap((name, i): [string, string][] =>
      i % 2 === 0 ? [[name as string, items[i + 1] as string]] : [],
    );
  }
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    return typeof value === "string" ? [[name, value]] : value.map((one) => [name, one]);
  });
}
