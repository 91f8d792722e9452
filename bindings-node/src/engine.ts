/**
 * The one loop of the binding:
 *
 *     queue ──> step ──> actions ──> perform ──> queue
 *                 └─ wake-at ──> timer ──┘        respond <── server
 *
 * It runs in the application's thread or in one of its own, and calls no code of the application:
 * what is meant for that side is told when the loop has come to rest.
 */
import {
  type Action,
  type Configured,
  type Event,
  type Hook,
  instantiate,
  type LogRecord,
  type Observation,
  type Probe,
  type Reply,
  type Request,
  type Response,
  type Roles,
  type Snapshot,
  type Verdict,
} from "../generated/hams.js";
import { Board, NO_SLOT } from "./board.js";
import { failureOf } from "./errors.js";
import { Flights } from "./flights.js";
import { warningRecord } from "./log.js";
import { Machine, UNAVAILABLE } from "./machine.js";
import { Outbound } from "./outbound.js";
import type { Recorder } from "./recorder.js";
import type { Calls, EngineOptions, Happening, Told } from "./seam.js";
import { Server } from "./server.js";

/** The core takes 1 024; the rest is room for what a restored core is told first. */
const EVENTS_A_STEP = 1_000;
/** The longest that setTimeout can wait. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

interface Kick {
  readonly slot: number;
  /** The newest kick that the core knows. */
  told: number;
}

export class Engine implements Calls {
  readonly #tell: (told: Told) => void;
  readonly #board: Board;
  readonly #machine: Machine;
  readonly #server: Server | undefined;
  readonly #outbound: Outbound;
  readonly #clockOffset: number;
  readonly #queue: Event[] = [];
  readonly #outbox: Told[] = [];
  readonly #flights = new Flights((run) => this.#outbox.push({ tag: "cancel", run }));
  readonly #kicks = new Map<number, Kick>();
  readonly #owed = new Map<number, (response: Response) => void>();
  #toldWorking = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;
  /** The shutdown is under way: its timers hold the process, or it would end before its hooks ran. */
  #holding = false;
  #telling = false;
  #closed = false;

  constructor(options: EngineOptions, recorder: Recorder | undefined, tell: (told: Told) => void) {
    this.#tell = tell;
    this.#board = new Board(options.board);
    this.#clockOffset = monotonicOrigin() - options.origin;
    this.#machine = new Machine(
      () => {
        const hams = instantiate(options.module);
        return recorder === undefined ? hams : recorder.record(hams);
      },
      options.settings,
      {
        restored: (message) => this.#restored(message),
        failed: (message) => this.#failed(message),
      },
    );
    this.#outbound = new Outbound((record) => this.#log(record));
    this.#server = options.listen ? new Server(this) : undefined;
  }

  configured(): Configured {
    return this.#machine.configured;
  }

  addProbe(probe: Probe, slot: number): number {
    return this.#change((now) => {
      const id = this.#machine.addProbe(now, probe);
      if (slot !== NO_SLOT) this.#kicks.set(id, { slot, told: 0 });
      return id;
    });
  }

  removeProbe(probe: number): void {
    this.#change((now) => this.#machine.removeProbe(now, probe));
    this.#kicks.delete(probe);
    this.#outbound.forget(probe);
  }

  setRoles(probe: number, roles: Roles): void {
    this.#change((now) => this.#machine.setRoles(now, probe, roles));
  }

  addHook(hook: Hook): number {
    return this.#change(() => this.#machine.addHook(hook));
  }

  removeHook(hook: number): void {
    this.#change(() => this.#machine.removeHook(hook));
  }

  report(probe: number, observation: Observation): void {
    this.#change((now) => this.#machine.report(now, probe, observation));
  }

  /** Binds first: a port in use changes nothing. */
  start(): void {
    const { address, port } = this.#machine.configured;
    const bound = this.#server?.listen(address, port) ?? Promise.resolve(undefined);
    bound.then(
      (at) => {
        try {
          this.#change((now) => {
            const warnings = this.#machine.start(now);
            // First of all, so that the signal handlers stand before anybody hears of the start.
            this.#outbox.push({ tag: "started", address: at });
            for (const warning of warnings) {
              this.#outbox.push({ tag: "log", val: warningRecord(warning) });
            }
          });
        } catch (error) {
          this.#notStarted(error);
          void this.#server?.close(0);
        }
      },
      (error: unknown) => this.#notStarted(error),
    );
  }

  shutdown(reason: string): void {
    this.#change((now) => this.#machine.shutdown(now, reason));
  }

  stop(): void {
    if (this.#machine.isFailed) this.#close();
    else this.#change((now) => this.#machine.stop(now));
  }

  observe(): Snapshot {
    const now = this.#settle();
    const snapshot = this.#machine.observe(now);
    this.#rest();
    return snapshot;
  }

  respond(request: Request): Reply {
    const now = this.#settle();
    const reply = this.#machine.respond(now, request);
    if (this.#outbox.length > 0) this.#rest();
    return reply;
  }

  respondMounted(request: Request): Reply {
    const reply = this.respond(request);
    if (reply.tag === "later") {
      const ticket = reply.val;
      this.#owed.set(ticket, (response) => this.#outbox.push({ tag: "answer", ticket, response }));
      // Not before the caller has the ticket.
      queueMicrotask(() => {
        this.#advance();
        this.#rest();
      });
    }
    return reply;
  }

  /** After a reply `later`: `answer` is called once, perhaps at once. */
  owe(ticket: number, answer: (response: Response) => void): void {
    this.#owed.set(ticket, answer);
    this.#advance();
    this.#rest();
  }

  standardHeaders(): readonly (readonly [string, string])[] {
    return this.#machine.standardHeaders;
  }

  /** From the application's side. */
  take(happening: Happening): void {
    switch (happening.tag) {
      case "checked":
        this.#land(happening.run, (run) => ({
          tag: "check-finished",
          val: [run, happening.observation],
        }));
        break;
      case "hooked":
        this.#land(happening.run, (run) => ({
          tag: "hook-finished",
          val: [run, happening.verdict],
        }));
        break;
      case "gathered":
        this.#land(happening.run, (ticket) => ({
          tag: "metrics-gathered",
          val: [ticket, happening.metrics],
        }));
        break;
      case "signalled":
        this.#queue.push({ tag: "signalled", val: happening.signal });
        break;
      case "look":
        break;
    }
    this.#advance();
    this.#rest();
  }

  /** A call that changes something: what waits goes before it, its actions come at once. */
  #change<T>(call: (now: number) => T): T {
    try {
      const now = this.#settle();
      const result = call(now);
      this.#advance();
      return result;
    } finally {
      this.#rest();
    }
  }

  /** Brings the core up to date, so that it can be asked; cheap when nothing waits. */
  #settle(): number {
    const now = this.#now();
    if (
      now >= this.#wakeAt ||
      this.#queue.length > 0 ||
      this.#board.kicked ||
      this.#board.working !== this.#toldWorking
    ) {
      this.#advance();
    }
    return now;
  }

  #advance(): void {
    if (this.#closed) {
      this.#queue.length = 0;
      return;
    }
    do {
      const now = this.#now();
      this.#collect(now);
      const outcome = this.#machine.step(now, this.#queue.splice(0, EVENTS_A_STEP));
      this.#wakeAt =
        outcome.wakeAt === undefined ? Number.POSITIVE_INFINITY : Number(outcome.wakeAt);
      for (const action of outcome.actions) this.#perform(action);
    } while (this.#queue.length > 0);
    this.#arm();
  }

  /** Puts what the board holds into the queue. */
  #collect(now: number): void {
    if (this.#board.kicked || now >= this.#wakeAt) {
      this.#board.clearKicked();
      for (const [probe, kick] of this.#kicks) {
        const at = this.#board.kicks[kick.slot] as number;
        if (at <= kick.told) continue;
        const entry = this.#machine.probe(probe);
        if (entry === undefined) continue;
        kick.told = at;
        this.#queue.push({ tag: "kicked", val: [entry.coreId, BigInt(Math.floor(at))] });
      }
    }
    const working = this.#board.working;
    if (working !== this.#toldWorking) {
      this.#toldWorking = working;
      this.#queue.push({ tag: "working", val: working });
    }
  }

  #perform(action: Action): void {
    switch (action.tag) {
      case "phase-changed":
        if (action.val === "draining" || action.val === "stopping") {
          this.#holding = true;
          this.#board.setUrgent();
          // A change that came just before is not to wait for the next one.
          if (this.#board.working !== this.#toldWorking) this.#collect(0);
        }
        this.#outbox.push(action);
        break;
      case "log":
      case "notify-shutdown":
      case "re-raise":
        this.#outbox.push(action);
        break;
      case "finished":
        this.#holding = false;
        this.#outbox.push(action);
        break;
      case "run-check":
        this.#check(action.val.run, action.val.probe, action.val.timeout);
        break;
      case "run-hook":
        this.#hook(action.val.run, action.val.hook, action.val.timeout);
        break;
      case "cancel-check":
      case "cancel-hook":
        this.#flights.cancel(action.val);
        break;
      case "gather-metrics": {
        const [ticket, form] = action.val;
        const run = this.#flights.takeOff({ tag: "gathering", ticket });
        this.#outbox.push({ tag: "gather", run, form });
        break;
      }
      case "answer": {
        const [ticket, response] = action.val;
        this.#owed.get(ticket)?.(response);
        this.#owed.delete(ticket);
        break;
      }
      case "close-server":
        this.#close();
        break;
    }
  }

  #check(coreRun: number, coreProbe: number, timeout: number): void {
    const entry = this.#machine.probeByCoreId(coreProbe);
    if (entry === undefined) return;
    const { check } = entry.value;
    if (check.tag !== "http" && check.tag !== "tcp") {
      const run = this.#flights.takeOff({ tag: "check", coreRun, abort: undefined });
      this.#outbox.push({ tag: "check", run, probe: entry.id, timeout });
      return;
    }
    const abort = new AbortController();
    const run = this.#flights.takeOff({ tag: "check", coreRun, abort });
    this.#outbound.check(entry.id, entry.value.name, check, abort.signal).then((verdict) => {
      this.take({ tag: "checked", run, observation: { verdict, data: [] } });
    });
  }

  #hook(coreRun: number, coreHook: number, timeout: number): void {
    const entry = this.#machine.hookByCoreId(coreHook);
    if (entry === undefined) return;
    const { kind, name } = entry.value;
    if (kind.tag === "callback") {
      const run = this.#flights.takeOff({ tag: "hook", coreRun, abort: undefined });
      this.#outbox.push({ tag: "hook", run, hook: entry.id, timeout });
      return;
    }
    const abort = new AbortController();
    const run = this.#flights.takeOff({ tag: "hook", coreRun, abort });
    this.#outbound.call(name, kind.val, abort.signal).then((verdict: Verdict) => {
      this.take({ tag: "hooked", run, verdict });
    });
  }

  #land(run: number, event: (coreNumber: number) => Event): void {
    const flight = this.#flights.land(run);
    if (flight === undefined) return;
    this.#queue.push(event(flight.tag === "gathering" ? flight.ticket : flight.coreRun));
  }

  /** Nothing that was begun for the old core counts for the new one. */
  #restored(message: string): void {
    this.#abandonAll();
    for (const kick of this.#kicks.values()) kick.told = 0;
    this.#toldWorking = 0;
    this.#wakeAt = 0;
    // Outside of the call that failed: what the new core wants is to be done now.
    queueMicrotask(() => this.#wake());
    this.#log({
      level: "error",
      message: `the health core failed and begins anew, results are unknown again: ${message}`,
      fields: [["error", message]],
    });
  }

  #failed(message: string): void {
    this.#abandonAll();
    this.#holding = false;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#log({
      level: "error",
      message: `the health core failed for good, every answer is 503 from now on: ${message}`,
      fields: [["error", message]],
    });
    this.#outbox.push({ tag: "failed", message });
  }

  #abandonAll(): void {
    this.#flights.abandon();
    for (const answer of this.#owed.values()) answer(UNAVAILABLE);
    this.#owed.clear();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#flights.abandon();
    this.#outbound.close();
    const closed = this.#server?.close(this.#owed.size) ?? Promise.resolve();
    closed.then(() => this.#say({ tag: "closed" }));
  }

  #notStarted(error: unknown): void {
    this.#say({ tag: "not-started", failure: failureOf(error) });
  }

  #log(record: LogRecord): void {
    this.#say({ tag: "log", val: record });
  }

  #say(told: Told): void {
    this.#outbox.push(told);
    // Inside the loop or a call the telling waits for its end.
    queueMicrotask(() => this.#rest());
  }

  /** Tells the application's side, in order, even if that side calls back meanwhile. */
  #rest(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let told = this.#outbox.shift(); told !== undefined; told = this.#outbox.shift()) {
        this.#tell(told);
      }
    } finally {
      this.#telling = false;
    }
  }

  #arm(): void {
    if (this.#closed) return;
    if (this.#wakeAt !== this.#timerDue) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerDue = this.#wakeAt;
      if (this.#wakeAt !== Number.POSITIVE_INFINITY) {
        const wait = Math.min(Math.max(this.#wakeAt - this.#now(), 1), LONGEST_TIMEOUT_MS);
        this.#timer = setTimeout(() => this.#wake(), wait);
      }
    }
    if (this.#holding) this.#timer?.ref();
    else this.#timer?.unref();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
    // Node's timers may fire a millisecond early, and long waits are cut.
    if (this.#now() < this.#wakeAt) {
      this.#arm();
    } else {
      this.#advance();
      this.#rest();
    }
  }

  /** Whole milliseconds on the clock that kicks are told in, the application's. */
  #now(): number {
    return Math.floor(performance.now() + this.#clockOffset);
  }
}

/** Where `performance.now()` of this thread is 0, in ms of the system's monotonic clock. */
export function monotonicOrigin(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6 - performance.now();
}
