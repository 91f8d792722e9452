// A host that keeps books of what the core told it, and fails where a promise of the core's is broken. It is
// the list of invariants: each is one method or one line with its reason as the message.

import type {
  Action,
  Event,
  Hams,
  Health,
  HookRun,
  Observation,
  Outcome,
  Phase,
  Probe,
  Reply,
  Request,
  Roles,
  Settings,
  ShutdownReport,
  Snapshot,
  Status,
} from "../../bindings-node/generated/hams.js";
import { Oracle } from "./oracle.js";

/** Where a phase may lead. `created` to `running` passes `starting`. */
const NEXT: Record<Phase, readonly Phase[]> = {
  created: ["starting"],
  starting: ["running", "draining", "stopping"],
  running: ["draining", "stopping"],
  draining: ["stopping"],
  stopping: ["stopped"],
  stopped: [],
};

/** The order of the classes of actions in one outcome. */
const CLASSES: readonly Action["tag"][] = [
  "log",
  "phase-changed",
  "notify-shutdown",
  "cancel-check",
  "cancel-hook",
  "run-check",
  "run-hook",
  "gather-metrics",
  "finished",
  "answer",
  "close-server",
  "re-raise",
];

/** A later clock reading is read as this one, so that no sum of times runs over 64 bits. */
const LAST_INSTANT = 2n ** 64n - 1n - 2n ** 40n;

interface Owed {
  readonly ticket: number;
  readonly since: bigint;
  readonly forMetrics: boolean;
}

export class Host {
  readonly health: Health;
  now: bigint;
  phase: Phase = "created";
  wakeAt: bigint | undefined;
  /** What was done, newest last: when, what, and with what. */
  private readonly tail: [bigint, string, unknown][] = [];
  /** Kinds of actions and phases that came. */
  readonly seen = new Set<string>(["created"]);
  readonly probes = new Map<number, Probe>();
  readonly hooks = new Map<number, string>();
  /** Runs of checks that have not come back, with their probe. */
  readonly checksInFlight = new Map<number, number>();
  readonly hooksInFlight = new Map<number, number>();
  readonly owed = new Map<number, Owed>();
  gathering: number | undefined;
  report: ShutdownReport | undefined;
  closed = false;
  signalled = false;
  private newestProbe = 0;
  private newestHook = 0;
  private newestRun = 0;
  private newestTicket = 0;
  private notified = 0;
  private readonly oracle = new Oracle();
  /** Probes whose status the oracle does not tell. */
  private readonly everStartup = new Set<number>();
  private wasClosed = false;
  private readonly cancelled = new Set<number>();
  /** Runs that came back in this very step: an event before may have cancelled them. */
  private readonly returned = new Set<number>();

  constructor(core: Hams, now: bigint) {
    this.health = core.health;
    this.now = now < LAST_INSTANT ? now : LAST_INSTANT;
  }

  configure(settings: Settings): void {
    this.note("configure", settings);
    this.health.configure(settings);
  }

  addProbe(probe: Probe): number {
    this.note("addProbe", probe);
    const id = this.health.addProbe(this.now, probe);
    this.promise(id > this.newestProbe, `probe ids count up: ${id} after ${this.newestProbe}`);
    this.newestProbe = id;
    this.probes.set(id, probe);
    this.oracle.add(this.now, id, probe);
    if (probe.roles.startup) this.everStartup.add(id);
    return id;
  }

  removeProbe(id: number): void {
    this.note("removeProbe", id);
    this.health.removeProbe(this.now, id);
    this.promise(this.probes.delete(id), `only a known probe is removed, not ${id}`);
    this.oracle.remove(id);
  }

  setRoles(id: number, roles: Roles): void {
    this.note("setRoles", { id, roles });
    this.health.setRoles(this.now, id, roles);
    if (roles.startup) this.everStartup.add(id);
  }

  reportStatus(id: number, observation: Observation): void {
    this.note("report", { id, observation });
    this.health.report(this.now, id, observation);
    this.oracle.report(id, observation.verdict);
  }

  start(): void {
    this.note("start", {});
    this.health.start(this.now);
    this.oracle.start(this.now);
  }

  addHook(name: string, hook: Parameters<Health["addHook"]>[0]): number {
    this.note("addHook", hook);
    const id = this.health.addHook(hook);
    this.promise(id > this.newestHook, `hook ids count up: ${id} after ${this.newestHook}`);
    this.newestHook = id;
    this.hooks.set(id, name);
    return id;
  }

  removeHook(id: number): void {
    this.note("removeHook", id);
    this.health.removeHook(id);
    this.promise(this.hooks.delete(id), `only a known hook is removed, not ${id}`);
  }

  /** Steps at `now` (or at an older time, which must be read as `now`) and takes what comes. */
  step(events: readonly Event[] = [], at: bigint = this.now): Outcome {
    this.note("step", { at, events });
    this.returned.clear();
    this.wasClosed = this.closed;
    for (const event of events) this.take(event);
    if (at > this.now) this.now = at < LAST_INSTANT ? at : LAST_INSTANT;
    const outcome = this.health.step(at, events);
    if (outcome.actions.length > 0) this.note("  came", outcome);
    this.ordered(outcome.actions);
    this.oracle.step(this.now, events, outcome);
    for (const action of outcome.actions) this.perform(action);
    this.wakeAt = outcome.wakeAt;
    this.promise(
      outcome.wakeAt === undefined || (outcome.wakeAt > this.now && outcome.wakeAt > at),
      `wake-at ${outcome.wakeAt} is later than now`,
    );
    for (const { ticket, since, forMetrics } of this.owed.values())
      this.promise(
        !forMetrics || this.now < since + 1000n,
        `ticket ${ticket} is answered within a second`,
      );
    if (this.report !== undefined)
      this.promise(
        [...this.owed.values()].every((one) => one.forMetrics),
        "nobody waits for a report that is there",
      );
    if (this.closed) this.promise(this.owed.size === 0, "closing the server leaves no answer owed");
    return outcome;
  }

  respond(request: Request): Reply {
    this.note("respond", request);
    const reply = this.health.respond(this.now, request);
    if (reply.tag === "later") {
      this.promise(
        reply.val > this.newestTicket,
        `tickets count up: ${reply.val} after ${this.newestTicket}`,
      );
      this.newestTicket = reply.val;
      this.owed.set(reply.val, {
        ticket: reply.val,
        since: this.now,
        forMetrics: request.target.includes("metrics"),
      });
    }
    return reply;
  }

  /** Status of a GET; the target must not be one that is answered later. */
  ask(target: string): number {
    const reply = this.respond({ method: "get", target, loopback: true });
    if (reply.tag === "later") throw new Error(`${target} is answered at once`);
    return reply.val.status;
  }

  /** Compares what requests are told with a slow recount over the snapshot's probes. Call after a step. */
  recount(): Snapshot {
    this.note("recount", {});
    const seen = this.health.observe(this.now);
    this.promise(
      seen.phase === this.phase,
      `observe tells the phase ${seen.phase} that was announced, ${this.phase}`,
    );
    this.promise(seen.probes.length === this.probes.size, "the snapshot has every probe");
    if (seen.phase === "running") {
      this.equal("live", seen.live, verdict(seen, "live"));
      this.equal("ready", seen.ready, verdict(seen, "ready"));
    } else {
      this.equal("ready", seen.ready, "down");
    }
    this.promise(
      seen.phase !== "starting" || seen.started === "down",
      "what is starting has not started",
    );
    this.promise(seen.phase !== "running" || seen.started !== "down", "what runs has started");
    for (const [path, status] of [
      ["/livez", seen.live],
      ["/hams/alive", seen.live],
      ["/readyz", seen.ready],
      ["/hams/ready", seen.ready],
      ["/startupz", seen.started],
    ] as const)
      this.equal(path, this.ask(path), status === "down" ? 503 : 200);
    const counts = ["starting", "running", "draining"].includes(seen.phase);
    for (const probe of seen.probes) {
      if (counts && !this.everStartup.has(probe.id))
        this.equal(`status of ${probe.name}`, probe.status, this.oracle.status(probe.id, this.now));
      this.promise(probe.failures <= probe.runs, `${probe.name} fails no more often than it runs`);
      this.promise(probe.streak <= probe.runs, `${probe.name}'s streak is among its runs`);
      this.promise(
        (probe.reason === undefined) === (probe.status === "up"),
        `${probe.name} has a reason unless it is up`,
      );
    }
    return seen;
  }

  /** The last of what was done, for whoever reads a failure. */
  story(): string {
    return this.tail.map(([at, what, details]) => `${at} ${what} ${text(details)}`).join("\n");
  }

  /** A host with the same books for the same core, to be kept while this one goes on. */
  copy(): Host {
    const copy: Host = Object.assign(Object.create(Host.prototype), this);
    for (const [name, value] of Object.entries(this))
      if (value instanceof Map) Object.assign(copy, { [name]: new Map(value) });
      else if (value instanceof Set) Object.assign(copy, { [name]: new Set(value) });
      else if (value instanceof Oracle) Object.assign(copy, { [name]: value.copy() });
      else if (Array.isArray(value)) Object.assign(copy, { [name]: [...value] });
    return copy;
  }

  note(what: string, details: unknown): void {
    this.tail.push([this.now, what, details]);
    if (this.tail.length > 20) this.tail.shift();
  }

  private take(event: Event): void {
    if (event.tag === "check-finished") {
      if (this.checksInFlight.delete(event.val[0])) this.returned.add(event.val[0]);
    } else if (event.tag === "hook-finished") {
      if (this.hooksInFlight.delete(event.val[0])) this.returned.add(event.val[0]);
    } else if (event.tag === "metrics-gathered" && event.val[0] === this.gathering) {
      this.gathering = undefined;
    } else if (event.tag === "signalled") {
      this.signalled = true;
    }
  }

  private perform(action: Action): void {
    this.seen.add(action.tag);
    switch (action.tag) {
      case "log":
        this.promise(!/[\n\r]/.test(action.val.message), "a log message is one line");
        break;
      case "phase-changed":
        this.promise(
          NEXT[this.phase].includes(action.val),
          `no way leads from ${this.phase} to ${action.val}`,
        );
        this.phase = action.val;
        this.seen.add(action.val);
        break;
      case "notify-shutdown":
        this.notified += 1;
        this.promise(this.notified === 1, "the shutdown is notified once");
        this.promise(action.val.tag !== "stop", "stop notifies nobody");
        break;
      case "cancel-check":
        this.cancel(action.val, this.checksInFlight);
        break;
      case "cancel-hook":
        this.cancel(action.val, this.hooksInFlight);
        break;
      case "run-check": {
        const { run, probe, timeout } = action.val;
        this.newRun(run);
        this.promise(this.probes.has(probe), `a check runs for a known probe, not ${probe}`);
        this.promise(
          ![...this.checksInFlight.values()].includes(probe),
          `one run of probe ${probe} is in flight`,
        );
        this.promise(timeout > 0, "a check has time");
        this.promise(
          ["starting", "running", "draining"].includes(this.phase),
          `no check begins in ${this.phase}`,
        );
        this.checksInFlight.set(run, probe);
        break;
      }
      case "run-hook":
        this.runHook(action.val);
        break;
      case "gather-metrics":
        this.promise(this.owed.has(action.val[0]), "metrics are gathered for a scrape that waits");
        this.gathering = action.val[0];
        break;
      case "finished":
        this.finished(action.val);
        break;
      case "answer":
        this.promise(
          this.owed.delete(action.val[0]),
          `ticket ${action.val[0]} is owed, and answered once`,
        );
        break;
      case "close-server":
        this.promise(
          !this.closed && this.report !== undefined && this.phase === "stopped",
          "the server is closed once, after the report",
        );
        this.closed = true;
        break;
      case "re-raise":
        this.promise(
          this.signalled && !this.wasClosed,
          "a signal is re-raised only after one came, and not after the end",
        );
        break;
    }
  }

  private cancel(run: number, inFlight: ReadonlyMap<number, number>): void {
    this.promise(
      inFlight.has(run) || this.returned.has(run),
      `run ${run} is in flight when it is cancelled`,
    );
    this.promise(!this.cancelled.has(run), `run ${run} is cancelled once`);
    this.cancelled.add(run);
  }

  private runHook({ run, hook, timeout }: HookRun): void {
    this.newRun(run);
    this.promise(this.hooks.has(hook), `a known hook runs, not ${hook}`);
    this.promise(
      this.phase === "stopping" && this.report === undefined,
      `no hook runs in ${this.phase}`,
    );
    const others = [...this.hooksInFlight.keys()].filter((one) => !this.cancelled.has(one));
    this.promise(others.length === 0, "one hook runs at a time");
    this.promise(timeout > 0, "a hook has time");
    this.hooksInFlight.set(run, hook);
  }

  private newRun(run: number): void {
    this.promise(run > this.newestRun, `run ids count up: ${run} after ${this.newestRun}`);
    this.newestRun = run;
  }

  private finished(report: ShutdownReport): void {
    this.promise(this.report === undefined, "the sequence finishes once");
    this.report = report;
    this.equal(
      "hooks in the report",
      report.hooks.map((one) => one.name).sort(),
      [...this.hooks.values()].sort(),
    );
    this.promise(report.took >= report.drained, "the whole takes longer than its drain");
    this.promise(
      report.cause.tag === "stop" || this.notified === 1,
      "what ends has been notified, but for stop",
    );
  }

  private ordered(actions: readonly Action[]): void {
    const classes = actions.map((one) => CLASSES.indexOf(one.tag));
    this.promise(
      classes.every((one, at) => at === 0 || one >= classes[at - 1]!),
      `actions come in the order of their classes: ${actions.map((one) => one.tag)}`,
    );
  }

  private equal(what: string, came: unknown, due: unknown): void {
    if (came === due) return;
    this.promise(text(came) === text(due), `${what} is ${text(came)}, recounted ${text(due)}`);
  }

  private promise(kept: boolean, promise: string): void {
    if (!kept) throw new Error(`broken: ${promise}`);
  }
}

/** A role's verdict while running, over every probe. */
function verdict(seen: Snapshot, role: "live" | "ready"): Status {
  let worst: Status = "up";
  for (const { roles, critical, status } of seen.probes) {
    if (!roles[role] || status === "up" || (status === "unknown" && role === "live")) continue;
    if (status !== "degraded" && critical) return "down";
    worst = "degraded";
  }
  return worst;
}

/** For people: JSON with whole numbers of 64 bits, long texts shortened. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === "bigint"
      ? one.toString()
      : typeof one === "string" && one.length > 120
        ? `${one.slice(0, 100)}…(${one.length})`
        : one,
  );
}
