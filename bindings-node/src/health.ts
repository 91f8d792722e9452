/** The public class: probes, hooks, start, shutdown, the report, stop. */
import type { Cause, Check, Phase, Reply, Request, Response } from "../generated/hams.js";
import { Board, NO_SLOT } from "./board.js";
import { Callbacks } from "./callbacks.js";
import { coreModule } from "./core.js";
import { monotonicOrigin } from "./engine.js";
import { CoreError, errorOf, StateError } from "./errors.js";
import { Heartbeat } from "./heartbeat.js";
import * as hooks from "./hooks.js";
import { localLink, workerLink } from "./link.js";
import { type LogWriter, logRecord, logWriter, warningRecord } from "./log.js";
import { UNAVAILABLE } from "./machine.js";
import * as probes from "./probes.js";
import type { Recorder } from "./recorder.js";
import { type ShutdownReport, type Snapshot, shutdownReportOf, snapshotOf } from "./reports.js";
import type { Address, Link, Told } from "./seam.js";
import { listener, type RequestListener } from "./server.js";
import { type EffectiveSettings, effectiveOf, type HealthOptions, settingsOf } from "./settings.js";
import { reRaise, Signals } from "./signals.js";
import { Work } from "./work.js";

/** Called when the shutdown begins, with its cause. */
export type ShutdownCallback = (cause: Cause) => unknown;

/** Called at every change of phase. */
export type PhaseCallback = (phase: Phase) => unknown;

/**
 * The health and the life of one service.
 *
 * Make one, add probes and hooks, `start` it; wait for `finished`, then `stop` it and leave main.
 * Two in one process share nothing. Methods throw the errors of {@link HealthError}.
 */
export class Health implements AsyncDisposable {
  /** The settings in effect, from the options, the environment and the defaults. */
  readonly settings: EffectiveSettings;
  /** Answers like the health server, on every path of it; for a server of the application's. */
  readonly handler: RequestListener;

  readonly #options: HealthOptions;
  readonly #log: LogWriter;
  readonly #board = new Board();
  readonly #link: Link;
  readonly #callbacks: Callbacks;
  readonly #signals = new Signals();
  readonly #heartbeat: Heartbeat | undefined;
  readonly #checks = new Map<number, probes.CheckCallback>();
  readonly #hooks = new Map<number, hooks.HookCallback>();
  readonly #places = new Map<number, { slot: number }>();
  readonly #onShutdown: ShutdownCallback[] = [];
  readonly #onPhase: PhaseCallback[] = [];
  readonly #mounted = new Map<number, (response: Response) => void>();
  readonly #finished = deferred<ShutdownReport>();
  readonly #closed = deferred<void>();
  #started = deferred<Address | undefined>();
  #starting = false;
  #isStopping = false;
  #isClosed = false;
  #address: Address | undefined;
  #failure: CoreError | undefined;

  /** Throws {@link InvalidError} with everything that does not fit. `recorder` is the command's. */
  constructor(options: HealthOptions, recorder?: Recorder) {
    this.#options = options;
    this.#log = logWriter(options.logger);
    const engineOptions = {
      module: coreModule(),
      settings: settingsOf(options),
      board: this.#board.buffer,
      origin: monotonicOrigin(),
      listen: options.listen ?? true,
    };
    const tell = (told: Told) => this.#told(told);
    const worker = options.worker ?? false;
    this.#link =
      worker === false ? localLink(engineOptions, recorder, tell) : workerLink(engineOptions, tell);
    this.#callbacks = new Callbacks((happening) => this.#link.send(happening));
    const configured = this.#link.call("configured");
    this.settings = effectiveOf(configured);
    for (const warning of configured.warnings) this.#log(warningRecord(warning));
    this.handler = listener(
      {
        respond: (request) => this.#respond(request),
        owe: (ticket, answer) => this.#mounted.set(ticket, answer),
        standardHeaders: () => this.#link.call("standardHeaders"),
      },
      false,
    );
    if (worker !== false) {
      this.#heartbeat = new Heartbeat(worker === true ? {} : worker, (name, probe) =>
        this.addKickProbe(name, probe),
      );
    }
  }

  /** Where the health server listens; `undefined` before `start` and without a server. */
  get address(): Address | undefined {
    return this.#address;
  }

  /** A probe that calls `check` at every interval. */
  addProbe(name: string, options: probes.CheckOptions, check: probes.CheckCallback): probes.Probe {
    const schedule = probes.scheduleOf(options);
    const id = this.#register(name, options, { tag: "callback", val: schedule });
    this.#checks.set(id, check);
    return new probes.Probe(this.#owner, id, name);
  }

  /** A probe that makes an HTTP request at every interval. */
  addHttpProbe(name: string, options: probes.HttpProbeOptions): probes.Probe {
    const id = this.#register(name, options, probes.httpCheckOf(options));
    return new probes.Probe(this.#owner, id, name);
  }

  /** A probe that opens a TCP connection at every interval. */
  addTcpProbe(name: string, options: probes.TcpProbeOptions): probes.Probe {
    const id = this.#register(name, options, probes.tcpCheckOf(options));
    return new probes.Probe(this.#owner, id, name);
  }

  /** A heartbeat: down when it has not been kicked for its limit. */
  addKickProbe(name: string, options: probes.KickProbeOptions): probes.KickProbe {
    const place = { slot: this.#board.takeSlot() };
    try {
      const check: Check = { tag: "kick", val: options.limitMs };
      const id = this.#register(name, options, check, place.slot);
      this.#places.set(id, place);
      return new probes.KickProbe(this.#owner, id, name, this.#board.kicker(place));
    } catch (error) {
      this.#board.freeSlot(place.slot);
      throw error;
    }
  }

  /** A probe that is as last reported. */
  addManualProbe(name: string, options: probes.ManualProbeOptions): probes.ManualProbe {
    const check: Check = { tag: "manual", val: options.initial ?? "unknown" };
    return new probes.ManualProbe(this.#owner, this.#register(name, options, check), name);
  }

  /** A function to call while stopping; the last one added runs first. */
  addHook(name: string, options: hooks.HookOptions, run: hooks.HookCallback): hooks.Hook {
    const id = this.#open().call("addHook", hooks.hookRecord(name, options));
    this.#hooks.set(id, run);
    return this.#hookHandle(id, name);
  }

  /** An HTTP request to make while stopping. */
  addHttpHook(name: string, options: hooks.HttpHookOptions): hooks.Hook {
    const id = this.#open().call("addHook", hooks.httpHookRecord(name, options));
    return this.#hookHandle(id, name);
  }

  /** Called once, when the shutdown begins by any cause but `stop`. */
  onShutdown(callback: ShutdownCallback): void {
    this.#onShutdown.push(callback);
  }

  /** Called at every change of phase. */
  onPhase(callback: PhaseCallback): void {
    this.#onPhase.push(callback);
  }

  /**
   * Listens, starts the probes and installs the signal handlers. Resolves when the port is bound.
   * Rejects with {@link ListenError} where it cannot be, {@link StateError} the second time.
   * Aborting `signal` begins the shutdown.
   */
  async start({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    // Marked, so that two calls do not bind twice.
    if (this.#starting) throw new StateError("already-running", "start has been called");
    this.#starting = true;
    this.#started = deferred();
    try {
      // From here on: the port is not bound yet, and there may be nothing else to wait for.
      this.#link.hold(true);
      this.#link.call("start");
      this.#address = await this.#started.promise;
    } catch (error) {
      this.#link.hold(false);
      this.#starting = false;
      throw error;
    }
    if (signal?.aborted) this.#aborted();
    else signal?.addEventListener("abort", this.#aborted, { once: true });
    void this.#closed.promise.then(() => signal?.removeEventListener("abort", this.#aborted));
  }

  /**
   * Begins the shutdown; without effect if it has begun. `reason` stands in the log and the report,
   * cut at 200 characters. Throws {@link StateError}.
   */
  shutdown(reason = ""): void {
    this.#open().call("shutdown", reason);
  }

  /**
   * The report of the shutdown, once its last hook has run. Rejects with {@link CoreError} if HaMS
   * fails for good. The health server still answers then; `stop` ends it.
   */
  finished(): Promise<ShutdownReport> {
    return this.#finished.promise;
  }

  /**
   * Ends it: what is left of drain and waiting is cut short, hooks left run, the server closes, the
   * signal handlers go. Nothing of HaMS holds the process after that. Rejects with {@link StateError}
   * before `start` and after the end.
   */
  async stop(): Promise<void> {
    if (!this.#isStopping) this.#stop();
    else if (this.#isClosed) this.#open();
    await this.#closed.promise;
  }

  /** `stop`, whatever the phase; so that `await using` ends with its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#starting && !this.#isClosed) await this.stop();
    else this.#release();
  }

  /** Everything as it stands. */
  snapshot(): Snapshot {
    return snapshotOf(this.#open().call("observe"));
  }

  /** Marks work in flight until `done()`; a shutdown waits for it before its hooks. */
  work(): Work {
    this.#changeWorking(1);
    return new Work(() => this.#changeWorking(-1));
  }

  /** Runs a function as work in flight. */
  async run<T>(run: () => T | Promise<T>): Promise<T> {
    const work = this.work();
    try {
      return await run();
    } finally {
      work.done();
    }
  }

  #stop(): void {
    try {
      this.#link.call("stop");
      this.#isStopping = true;
    } catch (error) {
      // A health thread that has ended has left nothing to wait for.
      if (this.#failure === undefined) throw error;
      this.#release();
    }
  }

  readonly #aborted = (): void => {
    if (!this.#isClosed) this.shutdown("aborted");
  };

  readonly #owner: probes.ProbeOwner = {
    remove: (probe) => {
      this.#open().call("removeProbe", probe);
      this.#checks.delete(probe);
      const place = this.#places.get(probe);
      if (place === undefined) return;
      this.#places.delete(probe);
      this.#board.freeSlot(place.slot);
      // The handle may live on; its kicks go nowhere.
      place.slot = NO_SLOT;
    },
    setRoles: (probe, roles) => this.#open().call("setRoles", probe, roles),
    report: (probe, observation) => this.#open().call("report", probe, observation),
  };

  /** For the handler, which may outlive the health thread. */
  #respond(request: Request): Reply {
    try {
      return this.#link.call("respondMounted", request);
    } catch {
      return { tag: "now", val: UNAVAILABLE };
    }
  }

  #register(name: string, options: probes.ProbeOptions, check: Check, slot = NO_SLOT): number {
    return this.#open().call("addProbe", probes.probeRecord(name, options, check), slot);
  }

  #hookHandle(id: number, name: string): hooks.Hook {
    return new hooks.Hook(name, () => {
      this.#open().call("removeHook", id);
      this.#hooks.delete(id);
    });
  }

  #changeWorking(by: 1 | -1): void {
    if (this.#board.changeWorking(by) && !this.#isClosed) this.#link.send({ tag: "look" });
  }

  #open(): Link {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) throw new StateError("not-running", "it has been stopped");
    return this.#link;
  }

  /** From the engine, in order. */
  #told(told: Told): void {
    switch (told.tag) {
      case "log":
        this.#log(told.val);
        break;
      case "phase-changed":
        this.#call("onPhase", this.#onPhase, told.val);
        break;
      case "notify-shutdown":
        this.#call("onShutdown", this.#onShutdown, told.val);
        break;
      case "check":
        this.#callbacks.check(told.run, told.timeout, () => this.#checks.get(told.probe));
        break;
      case "hook":
        this.#callbacks.hook(told.run, told.timeout, () => this.#hooks.get(told.hook));
        break;
      case "gather":
        this.#callbacks.gather(told.run, told.form, this.#options.metrics);
        break;
      case "cancel":
        this.#callbacks.cancel(told.run);
        break;
      case "answer":
        this.#mounted.get(told.ticket)?.(told.response);
        this.#mounted.delete(told.ticket);
        break;
      case "started":
        this.#running(told.address);
        break;
      case "not-started":
        this.#started.reject(errorOf(told.failure));
        break;
      case "finished":
        this.#finished.resolve(shutdownReportOf(told.val));
        break;
      case "re-raise":
        reRaise(told.val);
        break;
      case "closed":
        this.#release();
        break;
      case "failed":
        this.#fail(told.message);
        break;
    }
  }

  #running(address: Address | undefined): void {
    this.#heartbeat?.start();
    const { terminate, interrupt, quit, hangup } = this.#link.call("configured");
    this.#signals.install(
      { terminate, interrupt, quit, hangup },
      (signal) => this.#link.send({ tag: "signalled", signal }),
      (name) => this.#log(logRecord("warning", `this system has no ${name}`, { signal: name })),
    );
    this.#started.resolve(address);
  }

  /** The core is gone: signals have their default action again, the server answers 503. */
  #fail(message: string): void {
    this.#failure = new CoreError(message);
    this.#signals.release();
    this.#started.reject(this.#failure);
    this.#finished.reject(this.#failure);
  }

  #release(): void {
    this.#isClosed = true;
    this.#signals.release();
    this.#heartbeat?.stop();
    this.#link.close();
    this.#closed.resolve();
  }

  /** What a callback throws is logged and goes no further. */
  #call<T>(name: string, callbacks: readonly ((value: T) => unknown)[], value: T): void {
    for (const callback of callbacks) {
      const failed = (error: unknown) => {
        const message = probes.messageOf(error);
        this.#log(logRecord("error", `${name} callback failed: ${message}`, { error: message }));
      };
      // Begun in the order of what is told, and awaited by nobody.
      try {
        Promise.resolve(callback(value)).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever waits for it gets the error; where nobody does, it is in the log.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
