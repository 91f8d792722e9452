/**
 * One probe as the core keeps it: what was registered, what it has come to, and
 * what it counts for in each role. What changes it stands in `monitors.ts`.
 */

import { CheckTag, Roles, Status, Tuple2 } from "../generated/types";
import { Timer, TimerKind } from "../machine/timers";

/** The three roles in the order of the WIT, as indexes. */
export enum Role {
  Startup,
  Live,
  Ready,
}

/** How many roles there are. */
export const ROLES: i32 = 3;

/** What a probe does to the verdict of a role. */
export enum Counted {
  Passes,
  /** Passes and degrades the role. */
  Degrades,
  Fails,
}

/** Upper bounds of the duration histogram's buckets, in milliseconds. */
export const DURATION_BOUNDS_MS: StaticArray<u32> = [
  5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000,
];

/** What one run came to, in the order of `hams_probe_runs_total`. */
export enum RunResult {
  Passed,
  Warned,
  Failed,
  TimedOut,
}

/** How many results a run can have. */
export const RUN_RESULTS: i32 = 4;

/** Pairs of text that go with a result. */
export type Data = Array<Tuple2<string, string>>;

/** The reason of a probe without a result. */
export const NO_RESULT = "no result yet";

/** Shared by all probes without data: never written to. */
const NO_DATA: Data = [];

/** A registered probe. */
export class Monitor {
  label: string = "";
  roles: i32 = 0;
  critical: bool = true;
  shared: bool = false;
  failureThreshold: u32 = 1;
  successThreshold: u32 = 1;
  /** Of checks that run. */
  intervalMs: u32 = 0;
  timeoutMs: u32 = 0;
  /** Of kicks. */
  limitMs: u32 = 0;
  /** Pairs of first and last status that pass; empty: 200 to 399. */
  expect: StaticArray<u16> = [];

  status: Status = Status.Unknown;
  /** Why the status is not up; empty if it is. */
  reason: string = NO_RESULT;
  data: Data = NO_DATA;
  /** It has had a result or a kick, at `takenAt`. */
  hasResult: bool = false;
  takenAt: u64 = 0;
  /** When it was added, or started, whichever is later. */
  since: u64 = 0;
  lastPassed: bool = false;
  streak: u32 = 0;
  /** In a row; what `success-threshold` is held against. */
  passesWhileDown: u32 = 0;
  runs: u64 = 0;
  failures: u64 = 0;
  skipped: u64 = 0;
  transitions: u64 = 0;
  /** It has passed once since it has the startup role. */
  startupPassed: bool = false;

  /** The run in flight, or 0. */
  run: u32 = 0;
  runBeganAt: u64 = 0;
  runTimedOut: bool = false;
  runTimeout: Timer;
  /** The first run is due or was the last one. */
  atFirstRun: bool = true;
  due: Timer;
  stale: Timer;
  kickLimit: Timer;

  results: StaticArray<u64> = new StaticArray<u64>(RUN_RESULTS);
  /** How many runs lasted no longer than each bound, not cumulated; the last entry is the rest. */
  durations: StaticArray<u64> = [];
  durationSumMs: u64 = 0;

  constructor(
    readonly id: u32,
    readonly name: string,
    readonly kind: CheckTag,
  ) {
    this.runTimeout = new Timer(TimerKind.CheckTimeout, id);
    this.due = new Timer(TimerKind.CheckDue, id);
    this.stale = new Timer(TimerKind.Stale, id);
    this.kickLimit = new Timer(TimerKind.KickLimit, id);
    if (this.isRun) this.durations = new StaticArray<u64>(DURATION_BOUNDS_MS.length + 1);
  }

  /** Whether the host runs it, by callback, http or tcp. */
  get isRun(): bool {
    return this.kind != CheckTag.Manual && this.kind != CheckTag.Kick;
  }

  /** What listings call it. */
  get shownName(): string {
    return this.label.length > 0 ? this.label : this.name;
  }

  has(role: Role): bool {
    return ((this.roles >> role) & 1) != 0;
  }

  /** A startup probe that has passed is done, unless it has another role. */
  get isActive(): bool {
    return !this.startupPassed || (this.roles & ~Roles.Startup) != 0;
  }

  /** What it counts for in a role. */
  counted(role: Role): Counted {
    if (role == Role.Startup) return this.startupPassed ? Counted.Passes : Counted.Fails;
    if (this.status == Status.Up) return Counted.Passes;
    if (this.status == Status.Degraded) return Counted.Degrades;
    // A service is not to be restarted for what is not known yet.
    if (this.status == Status.Unknown && role == Role.Live) return Counted.Passes;
    return this.critical ? Counted.Fails : Counted.Degrades;
  }

  /** Since its newest result or kick, in milliseconds; only if it has one. */
  age(now: u64): u64 {
    return now - this.takenAt;
  }

  /** Whether an age makes sense: a manual probe has none. */
  get hasAge(): bool {
    return this.hasResult && this.kind != CheckTag.Manual;
  }
}
