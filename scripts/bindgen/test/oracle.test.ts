/** The Node glue and jco, given the same calls, answer alike. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Func, Interface, World } from "../ir.js";
import { lowerCamel } from "../names.js";
import { resolveWorld } from "../wit.js";
import { buildEcho, CACHE } from "./guests.js";
import { jcoInstance } from "./jco.js";
import { seeded, Values } from "./values.js";

const CALLS = 10_000;
/** Calls of one pair of instances before both are made anew. */
const CALLS_OF_ONE_LIFE = 200;

const core = fileURLToPath(new URL("../../../core/", import.meta.url));
const hamsGlue = fileURLToPath(
  new URL("../../../bindings-node/generated/hams.ts", import.meta.url),
);

type Methods = Readonly<Record<string, (...values: unknown[]) => unknown>>;
type Instance = Readonly<Record<string, Methods>>;

test("echoes of every shape are as jco has them, and as they were sent", {
  timeout: 120_000,
}, async () => {
  const { guest, wit, glue } = await buildEcho("oracle");
  const { instantiate, ComponentError } = await import(glue);
  const module = new WebAssembly.Module(guest.core);
  const oracle = await jcoInstance(guest.component, join(CACHE, "oracle/jco"));
  const world = await resolveWorld(wit, "echoes");
  const pair = { ours: () => instantiate(module), theirs: oracle, ComponentError };
  const returned = compare(world, pair, new Values(seeded(1)));
  expect([...returned].sort()).toStrictEqual(functionNames(world));
});

test("the core answers through the glue as it does through jco", { timeout: 300_000 }, async () => {
  const built = [join(core, "build/hams.core.wasm"), join(core, "build/hams.wasm")] as const;
  for (const path of built) expect(existsSync(path), `${path}: build the core first`).toBe(true);
  const { instantiate, ComponentError } = await import(hamsGlue);
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(built[0])));
  const oracle = await jcoInstance(new Uint8Array(readFileSync(built[1])), join(CACHE, "hams/jco"));
  const world = await resolveWorld(readFileSync(join(core, "wit/hams.wit"), "utf8"), "hams");
  const pair = { ours: () => instantiate(module), theirs: oracle, ComponentError };
  const texts = ["/hams/alive", "/readyz?verbose", "/metrics", "/health", "db", "disk", "queue"];
  const returned = compare(world, pair, new Values(seeded(2), texts), HAMS);
  expect([...returned].sort()).toStrictEqual(functionNames(world).filter((n) => n !== "configure"));
});

interface Pair {
  readonly ours: () => Instance;
  readonly theirs: () => Instance;
  /** What ours throws for an error that the component returns. */
  readonly ComponentError: new (
    payload: unknown,
  ) => Error & { payload: unknown };
}

/** What makes random calls into a world come to something. */
interface Play {
  /** The first call of each life. */
  readonly begin: (instance: Instance) => void;
  /** Functions after which little can happen: called once in twenty times. */
  readonly rare: readonly string[];
  /** Arguments that are taken more often than random ones, by the parameter's name. */
  readonly good: Readonly<Record<string, readonly unknown[]>>;
}

const NO_PLAY: Play = { begin: () => {}, rare: [], good: {} };

const NAMES = ["db", "disk", "queue", "cache", "mail", "search"];
const HAMS: Play = {
  begin: (hams) => {
    const settings = { name: "oracle", binding: "node", gathersMetrics: true, environment: [] };
    hams.health?.configure?.(settings);
  },
  rare: ["shutdown", "stop", "configure"],
  good: {
    id: [1, 2, 3, 4, 5, 6],
    hook: NAMES.map((name, i) => ({
      name,
      timeout: i % 2 ? 2000 : undefined,
      kind: i % 3 ? { tag: "callback" } : httpHook(name),
    })),
    probe: NAMES.map((name, i) => ({
      name,
      roles: { startup: i === 0, live: i % 2 === 1, ready: i !== 3 },
      critical: i !== 4,
      shared: i === 2,
      check: [
        { tag: "manual", val: "up" },
        { tag: "kick", val: 5000 },
        { tag: "callback", val: { interval: 1000 } },
      ][i % 3],
    })),
    observation: [
      { verdict: { tag: "passed" }, data: [["rows", "5"]] },
      { verdict: { tag: "warned", val: "slow" }, data: [] },
      { verdict: { tag: "unreached", val: "no-such-host" }, data: [] },
    ],
    roles: [{ ready: true }, { live: true, ready: true }],
    events: NAMES.map((_, i) => [
      { tag: "check-finished", val: [i + 1, { verdict: { tag: "passed" }, data: [] }] },
      { tag: "metrics-gathered", val: [1, { tag: "ok", val: ["text", "a 1\n"] }] },
      { tag: "working", val: i },
    ]),
  },
};

function httpHook(name: string) {
  const url = `http://localhost/${name}`;
  return { tag: "http", val: { url, method: "POST", headers: [["x-name", name]] } };
}

/** Gives both the same calls in the same order; the functions that ever returned. */
function compare(world: World, pair: Pair, values: Values, play = NO_PLAY): Set<string> {
  const functions = world.exports.flatMap((owner) =>
    owner.functions.map((func) => ({ owner, func })),
  );
  const returned = new Set<string>();
  let [ours, theirs] = [pair.ours(), pair.theirs()];
  let now = 0n;
  for (let i = 0; i < CALLS; ) {
    if (i % CALLS_OF_ONE_LIFE === 0) {
      [ours, theirs] = [pair.ours(), pair.theirs()];
      play.begin(ours);
      play.begin(theirs);
    }
    const { owner, func } = functions[values.below(functions.length)] as (typeof functions)[number];
    if (play.rare.includes(func.name) && values.below(20) > 0) continue;
    now += BigInt(values.below(2000));
    const sent = func.parameters.map((p) => {
      if (p.name === "now") return now;
      if (p.name === "count") return values.below(100);
      const good = play.good[p.name];
      return good && values.below(3) > 0 ? good[values.below(good.length)] : values.of(p.type);
    });
    const label = `call ${i}: ${func.name}`;
    const answer = call(ours, owner, func, sent, pair);
    expect(answer, label).toStrictEqual(call(theirs, owner, func, sent, pair));
    if (isEcho(owner, func)) expect(answer, label).toStrictEqual(echoed(func, sent));
    if ("returned" in answer) returned.add(func.name);
    i++;
  }
  return returned;
}

function functionNames(world: World): string[] {
  return world.exports.flatMap((i) => i.functions.map((f) => f.name)).sort();
}

/** What comes back, thrown or returned, without members that are undefined. */
function call(
  instance: Instance,
  owner: Interface,
  func: Func,
  sent: readonly unknown[],
  { ComponentError }: Pair,
): { returned: unknown } | { thrown: unknown } {
  const method = instance[lowerCamel(owner.name)]?.[lowerCamel(func.name)];
  if (method === undefined) throw new Error(`${owner.name} has no ${func.name}`);
  try {
    return { returned: normal(method(...sent)) };
  } catch (error) {
    if (error instanceof ComponentError) return { thrown: normal(error.payload) };
    if (error instanceof Error) throw error;
    return { thrown: normal(error) }; // jco throws the value itself
  }
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(members.map(([k, v]) => [k, normal(v)]));
}

const NO_ECHOES = new Set(["sixteen", "seventeen", "nothing", "fill", "length"]);

function isEcho(owner: Interface, func: Func): boolean {
  return owner.id.startsWith("test:echo/") && !NO_ECHOES.has(func.name);
}

/** What an echo of these must be: one comes back as it is, several as a tuple, a result as a call's. */
function echoed(func: Func, sent: readonly unknown[]): unknown {
  if (func.result?.kind === "tuple") return { returned: normal([...sent]) };
  const value = sent[0] as { tag: string; val: unknown };
  if (func.result?.kind !== "result") return { returned: normal(sent[0]) };
  return value.tag === "ok" ? { returned: normal(value.val) } : { thrown: normal(value.val) };
}
