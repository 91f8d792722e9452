/**
 * From process start to exit, as data: what is sent when, how the process ends, and what it has
 * printed by then. Moves begin when the service is in the state that `from` names.
 */
import type { Ending, Variables } from "./app.ts";

export interface Life {
  readonly name: string;
  readonly variables: Variables;
  /** Moves begin when it is `ready` (default), or only `listening` where it never gets ready. */
  readonly from?: "listening" | "ready";
  readonly moves: readonly Move[];
  /** Exit status or signal; "failure": any status but 0. */
  readonly ends: Ending | "failure";
  /** After the last move, in ms; upper ends are generous, the machine is shared. */
  readonly within?: readonly [number, number];
  /** The lines that hooks print, in order. */
  readonly hooks?: readonly string[];
  /** Fields of the report with their values; null: no report is printed. */
  readonly report?: Readonly<Record<string, unknown>> | null;
  /** What is printed depends on the runtime: the ending alone is compared across languages. */
  readonly varies?: boolean;
}

export type Move =
  | { readonly after?: number; readonly signal: NodeJS.Signals }
  | {
      readonly after?: number;
      readonly ask: string;
      readonly fields?: readonly string[];
      readonly status: number;
      readonly body?: RegExp;
      /** The answer is awaited at the end alone. */
      readonly later?: true;
      /** Asked on the application's own port. */
      readonly ofApplication?: true;
    };

const TOKEN = "a-token-of-more-than-16";
const BEARER = [`Authorization: Bearer ${TOKEN}`];
const QUICK = "HAMS_TEST_HOOK quick ran";
const SLOW = "HAMS_TEST_HOOK slow ran";

const quick = { outcome: "completed" };
const by = (signal: string) => ({ cause: { signal } });
const shutdownApi: Move = { ask: "POST /hams/shutdown", fields: BEARER, status: 200, later: true };

export const LIVES: readonly Life[] = [
  {
    name: "SIGTERM drains, then stops",
    variables: { DRAIN_MS: 600 },
    moves: [
      { signal: "SIGTERM" },
      { after: 50, ask: "GET /readyz", status: 503, body: /draining/ },
      { ask: "GET /livez", status: 200 },
      { after: 200, ask: "GET /livez", status: 200 },
    ],
    ends: 0,
    within: [200, 2500],
    hooks: [QUICK],
    report: {
      ...by("terminate"),
      drained: [600, 700],
      waited: 0,
      overdue: false,
      working: 0,
      hooks: [quick],
      abandoned: [],
    },
  },
  ...(["SIGINT", "SIGQUIT"] as const).map((signal) => ({
    name: `${signal} does what SIGTERM does`,
    variables: { DRAIN_MS: 200 },
    moves: [{ signal }],
    ends: 0,
    hooks: [QUICK],
    report: { ...by(signal === "SIGINT" ? "interrupt" : "quit"), hooks: [quick] },
  })),
  {
    name: "SIGHUP is ignored",
    variables: { DRAIN_MS: 100 },
    moves: [
      { signal: "SIGHUP" },
      { after: 300, signal: "SIGHUP" },
      { after: 300, ask: "GET /readyz", status: 200 },
      { signal: "SIGTERM" },
    ],
    ends: 0,
    hooks: [QUICK],
    report: by("terminate"),
  },
  {
    name: "SIGHUP drains where it is told to",
    variables: { DRAIN_MS: 200, SIGHUP: "shutdown" },
    moves: [{ signal: "SIGHUP" }],
    ends: 0,
    hooks: [QUICK],
    report: by("hangup"),
  },
  {
    name: "no drain, no wait",
    variables: { DRAIN_MS: 0 },
    moves: [{ signal: "SIGTERM" }],
    ends: 0,
    within: [0, 1000],
    hooks: [QUICK],
    report: { ...by("terminate"), drained: 0 },
  },
  {
    name: "a slow hook is waited for",
    variables: { SCENARIO: "slow-hook", HOOK_MS: 500, DRAIN_MS: 100 },
    moves: [{ signal: "SIGTERM" }],
    ends: 0,
    within: [600, 2500],
    hooks: [SLOW, QUICK],
    report: { hooks: [{ outcome: "completed", took: [500, 700] }, quick], overdue: false },
  },
  {
    name: "a hanging hook is given up",
    variables: { SCENARIO: "hanging-hook", DRAIN_MS: 100 },
    moves: [{ signal: "SIGTERM" }],
    ends: 0,
    within: [100, 3000],
    hooks: [QUICK],
    report: { hooks: [{ outcome: "timed-out" }, quick], overdue: false },
  },
  {
    name: "a hook that outlasts the grace makes it overdue",
    variables: { SCENARIO: "slow-hook", HOOK_MS: 9000, DRAIN_MS: 100, DEADLINE_MS: 1000 },
    moves: [{ signal: "SIGTERM" }],
    ends: 1,
    within: [1000, 2500],
    hooks: [],
    report: { hooks: [{ outcome: "timed-out" }, { outcome: "skipped" }], overdue: true },
  },
  {
    name: "a failing hook is recorded",
    variables: { SCENARIO: "failing-hook", DRAIN_MS: 100 },
    moves: [{ signal: "SIGTERM" }],
    ends: 0,
    hooks: [QUICK],
    report: { hooks: [{ outcome: "failed" }, quick], overdue: false },
  },
  {
    name: "a hanging check holds nothing up",
    variables: { SCENARIO: "hanging-check", PROBES: "live:loop:up", DRAIN_MS: 100 },
    from: "listening",
    moves: [{ after: 200, ask: "GET /livez", status: 200 }, { signal: "SIGTERM" }],
    ends: 0,
    within: [0, 1500],
    hooks: [QUICK],
    report: { drained: 0, hooks: [quick], abandoned: ["hang"], overdue: false },
  },
  {
    name: "a blocked loop shows in livez",
    variables: { SCENARIO: "blocked-loop", BLOCK_AFTER_MS: 200, DRAIN_MS: 100, DEADLINE_MS: 1500 },
    from: "listening",
    moves: [
      { after: 2500, ask: "GET /livez", status: 503 },
      { ask: "GET /hams/version", status: 200 },
      { signal: "SIGTERM" },
      { after: 300, ask: "GET /readyz", status: 503 },
    ],
    ends: "SIGTERM",
    within: [800, 3000],
    // Where signals are delivered to the main thread alone, it is another that blocks.
    varies: true,
  },
  {
    name: "a second signal at once is the first one's echo",
    variables: { DRAIN_MS: 600 },
    moves: [
      { signal: "SIGINT" },
      { after: 20, signal: "SIGINT" },
      { after: 50, signal: "SIGTERM" },
    ],
    ends: 0,
    hooks: [QUICK],
    report: by("interrupt"),
  },
  {
    name: "a second signal ends a drain",
    variables: { DRAIN_MS: 20_000, DEADLINE_MS: 30_000 },
    moves: [{ signal: "SIGTERM" }, { after: 400, signal: "SIGTERM" }],
    ends: "SIGTERM",
    within: [0, 600],
    hooks: [],
    report: null,
  },
  {
    name: "a second signal of another kind ends it by itself",
    variables: { DRAIN_MS: 20_000, DEADLINE_MS: 30_000 },
    moves: [{ signal: "SIGTERM" }, { after: 400, signal: "SIGINT" }],
    ends: "SIGINT",
    within: [0, 600],
    report: null,
  },
  {
    name: "SIGHUP does not count as a second signal",
    variables: { DRAIN_MS: 900 },
    moves: [{ signal: "SIGTERM" }, { after: 400, signal: "SIGHUP" }],
    ends: 0,
    hooks: [QUICK],
    report: by("terminate"),
  },
  {
    name: "a second signal ends a hook that hangs",
    variables: { SCENARIO: "slow-hook", HOOK_MS: 15_000, DRAIN_MS: 0, DEADLINE_MS: 20_000 },
    moves: [{ signal: "SIGTERM" }, { after: 400, signal: "SIGTERM" }],
    ends: "SIGTERM",
    within: [0, 600],
    hooks: [],
    report: null,
  },
  {
    name: "a signal while starting skips the drain",
    variables: { PROBES: "startup:schema:down;ready:db:up", DRAIN_MS: 20_000, DEADLINE_MS: 25_000 },
    from: "listening",
    moves: [
      { after: 100, ask: "GET /startupz", status: 503 },
      { ask: "GET /livez", status: 200 },
      { signal: "SIGTERM" },
    ],
    ends: 0,
    within: [0, 1500],
    hooks: [QUICK],
    report: { ...by("terminate"), drained: 0 },
  },
  {
    name: "a service that never was ready skips the drain",
    variables: { PROBES: "ready:db:down", DRAIN_MS: 20_000, DEADLINE_MS: 25_000 },
    from: "listening",
    moves: [{ after: 100, ask: "GET /readyz", status: 503 }, { signal: "SIGTERM" }],
    ends: 0,
    within: [0, 1500],
    report: { drained: 0 },
  },
  {
    name: "a startup that fails ends the service",
    variables: {
      PROBES: "startup:schema:down;live:loop:up",
      STARTUP_TIMEOUT_MS: 500,
      SCENARIO: "slow-hook",
    },
    from: "listening",
    moves: [{ after: 900, ask: "GET /livez", status: 503 }],
    ends: 1,
    within: [0, 3000],
    hooks: [SLOW, QUICK],
    report: { drained: 0, overdue: false },
  },
  {
    name: "the shutdown API answers with the report",
    variables: { TOKEN, DRAIN_MS: 300 },
    moves: [
      {
        ...shutdownApi,
        body: /^\{"cause":"api",.*"hooks":\[\{.*"outcome":"completed".*\}\],.*\}$/,
      },
      { after: 100, ask: "GET /readyz", status: 503, body: /draining/ },
      {
        ask: "GET /hams/shutdown",
        fields: BEARER,
        status: 200,
        later: true,
        body: /^\{"cause":"api",/,
      },
    ],
    ends: 0,
    within: [0, 2000],
    hooks: [QUICK],
    report: { cause: "api", hooks: [quick] },
  },
  {
    name: "a signal after the shutdown API does not kill",
    variables: { TOKEN, DRAIN_MS: 900 },
    moves: [shutdownApi, { after: 400, signal: "SIGTERM" }],
    ends: 0,
    hooks: [QUICK],
    report: { cause: "api" },
  },
  {
    name: "two signals after the shutdown API do",
    variables: { TOKEN, DRAIN_MS: 20_000, DEADLINE_MS: 30_000 },
    moves: [
      { ask: "POST /hams/shutdown", fields: BEARER, status: 0, later: true },
      { after: 300, signal: "SIGTERM" },
      { after: 400, signal: "SIGTERM" },
    ],
    ends: "SIGTERM",
    within: [0, 600],
    report: null,
  },
  {
    name: "work in flight is let finish",
    variables: { APP_PORT: "free", DRAIN_MS: 100, DEADLINE_MS: 8000 },
    moves: [
      {
        ask: "GET /work?ms=1200",
        status: 200,
        body: /^done\n?$/,
        later: true,
        ofApplication: true,
      },
      { after: 200, signal: "SIGTERM" },
      { after: 500, ask: "GET /livez", status: 200 },
    ],
    ends: 0,
    within: [200, 3000],
    hooks: [QUICK],
    report: { waited: [300, 2000], working: 0, overdue: false },
  },
  {
    name: "a drain without work does not wait",
    variables: { APP_PORT: "free", DRAIN_MS: 100 },
    moves: [
      { ask: "GET /work?ms=10", status: 200, body: /^done\n?$/, ofApplication: true },
      { signal: "SIGTERM" },
    ],
    ends: 0,
    within: [100, 1500],
    report: { waited: 0, working: 0 },
  },
];

/** Variables that the test app refuses: it says why and exits with 2. */
export const REFUSALS: readonly { name: string; variables: Variables; says: RegExp }[] = [
  { name: "the name phase", variables: { PROBES: "ready:phase:up" }, says: /phase/ },
  { name: "a name with a blank", variables: { PROBES: "ready:a%20b:up" }, says: /a b/ },
  { name: "an empty name", variables: { PROBES: "ready::up" }, says: /name/ },
  { name: "a name that begins with a dash", variables: { PROBES: "live:-a:up" }, says: /-a/ },
  { name: "a name beyond ASCII", variables: { PROBES: "live:%C3%A9:up" }, says: /é/ },
  { name: "a name of 101", variables: { PROBES: `live:${"n".repeat(101)}:up` }, says: /101/ },
  { name: "a name twice", variables: { PROBES: "live:a:up;ready:a:up" }, says: /\ba\b/ },
];
