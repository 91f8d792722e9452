/**
 * The seam between the engine (core, loop, server) and the application's side (callbacks, logger,
 * signals). It is crossed by function calls, or by messages where the engine has a thread of its
 * own; both sides are the same in either case, so everything here can be cloned.
 *
 * Ids on this seam are the engine's own: they outlive an instance of the core.
 */
import type { Module } from "../generated/abi.js";
import type {
  Action,
  Configured,
  Event,
  Exposition,
  Hook,
  Observation,
  Probe,
  Reply,
  Request,
  Response,
  Roles,
  Settings,
  Signal,
  Snapshot,
  Verdict,
} from "../generated/hams.js";
import type { Failure } from "./errors.js";

/** What the engine is made of. */
export interface EngineOptions {
  readonly module: Module;
  readonly settings: Settings;
  /** The memory of the {@link Board}. */
  readonly board: SharedArrayBuffer;
  /** Reading of the system's monotonic clock, in ms, when `performance.now()` was 0 in the application's thread. */
  readonly origin: number;
  /** Whether the engine has a server of its own. */
  readonly listen: boolean;
}

/** Where the server listens. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What the application's side asks; answered at once, or thrown. */
export interface Calls {
  configured(): Configured;
  /** `slot`: of the board, for a kick probe. */
  addProbe(probe: Probe, slot: number): number;
  removeProbe(probe: number): void;
  setRoles(probe: number, roles: Roles): void;
  addHook(hook: Hook): number;
  removeHook(hook: number): void;
  report(probe: number, observation: Observation): void;
  /** `started` or `not-started` follows. */
  start(): void;
  shutdown(reason: string): void;
  /** `closed` follows. */
  stop(): void;
  observe(): Snapshot;
  /** For a server of the application's. Where the reply is `later`, `answer` follows. */
  respondMounted(request: Request): Reply;
  standardHeaders(): readonly (readonly [string, string])[];
}

/** What happened on the application's side. */
export type Happening =
  | { readonly tag: "checked"; readonly run: number; readonly observation: Observation }
  | { readonly tag: "hooked"; readonly run: number; readonly verdict: Verdict }
  | { readonly tag: "gathered"; readonly run: number; readonly metrics: Gathered }
  | { readonly tag: "signalled"; readonly signal: Signal }
  /** Something on the board is to be looked at now. */
  | { readonly tag: "look" };

/** The result of a gathering, as the contract has it. */
export type Gathered = Extract<Event, { tag: "metrics-gathered" }>["val"][1];

/** What the engine tells the application's side; most are actions of the core. */
export type Told =
  | Extract<Action, { tag: "log" | "phase-changed" | "notify-shutdown" | "finished" | "re-raise" }>
  | {
      readonly tag: "check";
      readonly run: number;
      readonly probe: number;
      readonly timeout: number;
    }
  | { readonly tag: "hook"; readonly run: number; readonly hook: number; readonly timeout: number }
  | { readonly tag: "cancel"; readonly run: number }
  | {
      readonly tag: "gather";
      readonly run: number;
      readonly form: Exposition;
    }
  | { readonly tag: "answer"; readonly ticket: number; readonly response: Response }
  | { readonly tag: "started"; readonly address: Address | undefined }
  | { readonly tag: "not-started"; readonly failure: Failure }
  | { readonly tag: "closed" }
  /** The core has failed for good; the server answers 503. */
  | { readonly tag: "failed"; readonly message: string };

/** The application's way to its engine. */
export interface Link {
  call<N extends keyof Calls>(name: N, ...args: Parameters<Calls[N]>): ReturnType<Calls[N]>;
  send(happening: Happening): void;
  /** Whether it holds the process from now on, as a listening server does by itself. */
  hold(held: boolean): void;
  /** Lets go of everything; no call is possible any more. */
  close(): void;
}
