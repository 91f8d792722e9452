/** The core's functions with the JSON codecs of what they take and return. */
import { ComponentError, type Hams } from "../../generated/hams.js";
import * as codec from "../../generated/hams.json.js";
import * as json from "../../generated/json.js";

export type Json = json.Json;

type AnyCodec = json.Codec<unknown>;

interface CoreFunction {
  readonly of: keyof Hams;
  readonly method: string;
  /** The first parameter is `now`. */
  readonly takesNow: boolean;
  /** The others by name. */
  readonly parameters: Readonly<Record<string, AnyCodec>>;
  /** Absent: it returns nothing. */
  readonly result: AnyCodec | undefined;
}

const pairs = json.list(json.tuple<readonly [string, string]>(json.string, json.string));

/** By their names in the WIT. */
export const FUNCTIONS: Readonly<Record<string, CoreFunction>> = {
  configure: plain("configure", { settings: codec.settings }, codec.configured),
  "add-probe": timed("addProbe", { probe: codec.probe }, codec.probeId),
  "remove-probe": timed("removeProbe", { id: codec.probeId }),
  "set-roles": timed("setRoles", { id: codec.probeId, roles: codec.roles }),
  "add-hook": plain("addHook", { hook: codec.hook }, codec.hookId),
  "remove-hook": plain("removeHook", { id: codec.hookId }),
  report: timed("report", { id: codec.probeId, observation: codec.observation }),
  start: timed("start", {}, json.list(codec.problem)),
  shutdown: timed("shutdown", { reason: json.string }),
  stop: timed("stop", {}),
  step: timed("step", { events: json.list(codec.event) }, codec.outcome),
  respond: timed("respond", { request: codec.request }, codec.reply),
  observe: timed("observe", {}, codec.snapshot),
  "standard-headers": plain("standardHeaders", {}, pairs),
  carry: {
    ...plain("carry", { headers: pairs, extra: json.list(json.string) }, pairs),
    of: "propagation",
  },
};

/** What came of a call. */
export type Came = { readonly ok: Json } | { readonly err: Json };

/** Calls a function with arguments as JSON. Throws TypeError where those do not fit. */
export function call(
  hams: Hams,
  name: string,
  now: bigint,
  args: Readonly<Record<string, unknown>>,
): Came {
  const called = FUNCTIONS[name];
  if (called === undefined) throw new TypeError(`call: there is no ${JSON.stringify(name)}`);
  const values = Object.entries(called.parameters).map(([parameter, { fromJson }]) =>
    fromJson(args[parameter], parameter),
  );
  try {
    const result = methodOf(hams, called)(...(called.takesNow ? [now, ...values] : values));
    return { ok: resultOf(called, result) };
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    return { err: codec.healthError.toJson(error.payload) };
  }
}

/** What a function returned, as JSON. */
export function resultOf({ result }: CoreFunction, value: unknown): Json {
  return result === undefined ? null : result.toJson(value);
}

export type Method = (...values: readonly unknown[]) => unknown;

/** The function itself, bound. */
export function methodOf(hams: Hams, { of, method }: CoreFunction): Method {
  const owner = hams[of] as unknown as Record<string, Method>;
  return (...values) => (owner[method] as Method).apply(owner, values as unknown[]);
}

function timed(method: string, parameters: Parameters_, result?: unknown): CoreFunction {
  return { ...plain(method, parameters, result), takesNow: true };
}

// biome-ignore lint/suspicious/noExplicitAny: a table of codecs of different types
type Parameters_ = Readonly<Record<string, json.Codec<any>>>;

function plain(method: string, parameters: Parameters_, result?: unknown): CoreFunction {
  const returned = result as AnyCodec | undefined;
  return { of: "health", method, takesNow: false, parameters, result: returned };
}
