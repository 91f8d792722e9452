/** Drives a core through a test vector, or through a recording, which has the same form. */
import type { Hams } from "../../generated/hams.js";
import { type Difference, difference } from "./compare.js";
import { type Came, call, type Json } from "./functions.js";

export interface VectorFile {
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  /** `null`: the core is not configured. */
  readonly settings?: Fields | null;
  readonly probes?: readonly Fields[];
  readonly hooks?: readonly Fields[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly now: number | string;
  readonly call?: string;
  readonly args?: Fields;
  readonly events?: Json;
  readonly request?: string | Fields;
  readonly expect?: { readonly [name: string]: Json };
}

/** What a case may leave out. */
export interface Defaults {
  readonly settings: Fields;
  readonly probe: Fields;
  readonly request: Fields;
}

type Fields = { readonly [name: string]: Json };

/** The first step, counted from 0, at which something else came; -1: the registrations. */
export interface Mismatch extends Difference {
  readonly step: number;
}

/** Returns what differs first, or `undefined`. Throws where the case itself is malformed. */
export function drive(hams: Hams, vector: Case, defaults: Defaults): Mismatch | undefined {
  const { settings = {}, probes = [], hooks = [] } = vector;
  const registrations: [string, Fields][] = [
    ...probes.map((probe): [string, Fields] => [
      "add-probe",
      { probe: { ...defaults.probe, ...probe } },
    ]),
    ...hooks.map((hook): [string, Fields] => ["add-hook", { hook }]),
  ];
  if (settings !== null) {
    registrations.unshift(["configure", { settings: { ...defaults.settings, ...settings } }]);
  }
  for (const [name, args] of registrations) {
    const came = call(hams, name, 0n, args);
    if ("err" in came) return { step: -1, path: name, expected: { ok: {} }, came };
  }
  for (const [i, step] of vector.steps.entries()) {
    const found = take(hams, step, defaults);
    if (found !== undefined) return { step: i, ...found };
  }
  return undefined;
}

function take(hams: Hams, step: Step, defaults: Defaults): Difference | undefined {
  const now = BigInt(step.now);
  if (step.events !== undefined) {
    const came = call(hams, "step", now, { events: step.events });
    return difference(step.expect ?? {}, viewOf("step", came));
  }
  if (step.request !== undefined) {
    const request = { ...defaults.request, ...requestOf(step.request) };
    const came = call(hams, "respond", now, { request });
    return difference(step.expect ?? {}, viewOf("respond", came));
  }
  const name = step.call ?? "";
  const came = call(hams, name, now, step.args ?? {});
  // Without an expectation a call must not fail; `ok: {}` would ask for an object.
  if (step.expect === undefined) {
    return "err" in came ? { path: "", expected: { ok: {} }, came } : undefined;
  }
  return difference(step.expect, viewOf(name, came));
}

function requestOf(request: string | Fields): Fields {
  if (typeof request !== "string") return request;
  const [method = "", target = ""] = request.split(" ");
  const known = ["GET", "HEAD", "POST"].includes(method);
  return { method: known ? method.toLowerCase() : "other", target };
}

/** What came, under every name that an expectation may use. */
function viewOf(name: string, came: Came): Json {
  if (!("ok" in came)) return came;
  const result = came.ok as Fields;
  if (name === "step") {
    const actions = result.actions as readonly Json[];
    const logs = actions.flatMap((action) => (isLog(action) ? [action.log] : []));
    const others = actions.filter((action) => !isLog(action));
    return { ...came, outcome: result, actions: others, logs, wakeAt: result.wakeAt ?? null };
  }
  if (name === "respond") {
    const response = typeof result.now === "object" ? (result.now as Fields) : {};
    return { ...came, reply: result, ...response, later: result.later ?? null };
  }
  return came;
}

function isLog(action: Json): action is { readonly log: Json } {
  return typeof action === "object" && action !== null && "log" in action;
}
