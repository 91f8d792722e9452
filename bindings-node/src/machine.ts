/**
 * The core, and what must be known to replace it. A trap cannot happen; if it does, a new instance
 * gets the same settings, probes and hooks, and goes on where the old one stood, its results unknown
 * again. A second trap within a minute is final.
 */
import {
  type Action,
  type Cause,
  type Configured,
  type Event,
  type Hams,
  type Hook,
  type Observation,
  type Outcome,
  type Probe,
  type Problem,
  type Reply,
  type Request,
  type Response,
  type Roles,
  type Settings,
  type Snapshot,
  TrapError,
} from "../generated/hams.js";
import { CoreError } from "./errors.js";
import { type Entry, Registry } from "./registry.js";

/** Two traps within this many ms end it: what comes back at once is not cured by beginning anew. */
const TRAP_WINDOW_MS = 60_000;

const NOTHING: Outcome = { actions: [] };

/** What the server answers where the core cannot. */
export const UNAVAILABLE: Response = {
  status: 503,
  contentType: "text/plain; charset=utf-8",
  headers: [],
  body: new TextEncoder().encode("health core failed\n"),
};

export interface Owner {
  /** A new core: runs and answers of the old one are void. */
  restored(message: string): void;
  /** No core any more. */
  failed(message: string): void;
}

/** No entry has it: the core itself then refuses the id. */
const NO_ID = 0;

/** Takes and gives ids of its own, which stay the same when the core is replaced. */
export class Machine {
  /** Fields of every answer, whatever becomes of the core. */
  readonly standardHeaders: readonly (readonly [string, string])[];

  #hams: Hams;
  #configured: Configured;
  #started = false;
  #cause: Cause | undefined;
  #stopped = false;
  #failed = false;
  #trappedAt = Number.NEGATIVE_INFINITY;
  #newest = 0;
  #instant = 0n;
  /** What the next step must tell a restored core. */
  #owed: Event[] = [];
  readonly #probes = new Registry<Probe>();
  readonly #hooks = new Registry<Hook>();
  /** Hooks that have begun; a restored core does not run them again. */
  readonly #begun = new Set<number>();

  constructor(
    private readonly instantiate: () => Hams,
    private readonly settings: Settings,
    private readonly owner: Owner,
  ) {
    this.#hams = instantiate();
    this.#configured = this.#hams.health.configure(settings);
    this.standardHeaders = this.#hams.health.standardHeaders();
  }

  get isFailed(): boolean {
    return this.#failed;
  }

  get configured(): Configured {
    return this.#configured;
  }

  addProbe(now: number, probe: Probe): number {
    const id = this.#call(() => this.#hams.health.addProbe(this.#at(now), probe));
    return this.#probes.add(id, probe);
  }

  removeProbe(now: number, probe: number): void {
    const id = this.#probes.get(probe)?.coreId ?? NO_ID;
    this.#call(() => this.#hams.health.removeProbe(this.#at(now), id));
    this.#probes.delete(probe);
  }

  setRoles(now: number, probe: number, roles: Roles): void {
    const entry = this.#probes.get(probe);
    this.#call(() => this.#hams.health.setRoles(this.#at(now), entry?.coreId ?? NO_ID, roles));
    if (entry !== undefined) entry.value = { ...entry.value, roles };
  }

  addHook(hook: Hook): number {
    const id = this.#call(() => this.#hams.health.addHook(hook));
    return this.#hooks.add(id, hook);
  }

  removeHook(hook: number): void {
    const id = this.#hooks.get(hook)?.coreId ?? NO_ID;
    this.#call(() => this.#hams.health.removeHook(id));
    this.#hooks.delete(hook);
  }

  report(now: number, probe: number, observation: Observation): void {
    const id = this.#probes.get(probe)?.coreId ?? NO_ID;
    this.#call(() => this.#hams.health.report(this.#at(now), id, observation));
  }

  /** Returns what is odd, yet accepted. */
  start(now: number): readonly Problem[] {
    const warnings = this.#call(() => this.#hams.health.start(this.#at(now)));
    this.#started = true;
    return warnings;
  }

  shutdown(now: number, reason: string): void {
    this.#call(() => this.#hams.health.shutdown(this.#at(now), reason));
  }

  stop(now: number): void {
    this.#call(() => this.#hams.health.stop(this.#at(now)));
    this.#stopped = true;
  }

  observe(now: number): Snapshot {
    return this.#call(() => this.#hams.health.observe(this.#at(now)));
  }

  /** After a trap: what the new instance has to say, the events are lost. */
  step(now: number, events: readonly Event[]): Outcome {
    if (this.#failed) return NOTHING;
    try {
      const outcome = this.#hams.health.step(this.#at(now), [...this.#owed.splice(0), ...events]);
      for (const action of outcome.actions) this.#watch(action);
      return outcome;
    } catch (error) {
      if (!(error instanceof TrapError)) throw error;
      this.#trapped(error);
      return this.step(now, []);
    }
  }

  /** Called for every request: no closure, no allocation but the instant's. */
  respond(now: number, request: Request): Reply {
    if (this.#failed) return { tag: "now", val: UNAVAILABLE };
    try {
      return this.#hams.health.respond(this.#at(now), request);
    } catch (error) {
      if (!(error instanceof TrapError)) throw error;
      this.#trapped(error);
      return { tag: "now", val: UNAVAILABLE };
    }
  }

  probe(probe: number): Entry<Probe> | undefined {
    return this.#probes.get(probe);
  }

  probeByCoreId(id: number): Entry<Probe> | undefined {
    return this.#probes.byCoreId(id);
  }

  hookByCoreId(id: number): Entry<Hook> | undefined {
    return this.#hooks.byCoreId(id);
  }

  /** One bigint a millisecond, not one a request. */
  #at(now: number): bigint {
    if (now !== this.#newest) {
      this.#newest = now;
      this.#instant = BigInt(now);
    }
    return this.#instant;
  }

  #call<T>(call: () => T): T {
    if (this.#failed) throw new CoreError("the health core has failed twice");
    try {
      return call();
    } catch (error) {
      if (error instanceof TrapError) this.#trapped(error);
      throw error;
    }
  }

  /** Notes what a new instance would have to be told. */
  #watch(action: Action): void {
    if (action.tag === "notify-shutdown") this.#cause = action.val;
    else if (action.tag === "run-hook") {
      const hook = this.#hooks.byCoreId(action.val.hook);
      if (hook !== undefined) this.#begun.add(hook.id);
    }
  }

  #trapped(error: TrapError): void {
    const reason = describe(error);
    const again = this.#newest - this.#trappedAt < TRAP_WINDOW_MS;
    this.#trappedAt = this.#newest;
    if (again) {
      this.#fail(`${reason}; it had failed less than a minute before`);
      return;
    }
    try {
      this.#restore();
      this.owner.restored(reason);
    } catch (second) {
      this.#fail(`${reason}; and again while it was restored: ${describe(second)}`);
    }
  }

  #fail(reason: string): void {
    this.#failed = true;
    this.owner.failed(reason);
  }

  #restore(): void {
    this.#hams = this.instantiate();
    const { health } = this.#hams;
    const now = BigInt(this.#newest);
    this.#configured = health.configure(this.settings);
    this.#probes.renumber((probe) => health.addProbe(now, probe));
    for (const hook of this.#begun) this.#hooks.delete(hook);
    this.#hooks.renumber((hook) => health.addHook(hook));
    if (this.#started) health.start(now);
    if (this.#cause?.tag === "signal") {
      this.#owed = [{ tag: "signalled", val: this.#cause.val }];
    } else if (this.#cause !== undefined) {
      health.shutdown(now, this.#cause.tag === "requested" ? this.#cause.val : this.#cause.tag);
    }
    if (this.#stopped) health.stop(now);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
