/** What HaMS tells of itself: a snapshot while it runs, a report when it has ended. */
import type {
  Cause,
  HookOutcome,
  Phase,
  ShutdownReport as ReportRecord,
  Snapshot as SnapshotRecord,
  Status,
} from "../generated/hams.js";
import type { Role } from "./probes.js";

/** One probe as it stands. */
export interface ProbeSnapshot {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly critical: boolean;
  readonly status: Status;
  /** Why, unless it is up. */
  readonly reason: string | undefined;
  /** Since its newest result or kick; `undefined` without one and for manual probes. */
  readonly ageMs: number | undefined;
  /** Results in a row that agree with the newest. */
  readonly streak: number;
  /** Results so far. */
  readonly runs: number;
  /** Results so far that failed. */
  readonly failures: number;
  /** Runs that came due while one was in flight. */
  readonly skipped: number;
}

/** Everything as it stands. */
export interface Snapshot {
  readonly phase: Phase;
  /** What `/startupz` says. */
  readonly started: Status;
  /** What `/livez` says. */
  readonly live: Status;
  /** What `/readyz` says. */
  readonly ready: Status;
  /** In order of registration. */
  readonly probes: readonly ProbeSnapshot[];
}

/** One hook of a shutdown. */
export interface HookReport {
  readonly name: string;
  readonly outcome: HookOutcome;
  readonly tookMs: number;
  /** Why it failed. */
  readonly message: string | undefined;
}

/** How a shutdown went. */
export interface ShutdownReport {
  /** The first cause; it stands. */
  readonly cause: Cause;
  readonly drainedMs: number;
  /** How long it then waited for work in flight. */
  readonly waitedMs: number;
  /** From the cause to the last hook's end. */
  readonly tookMs: number;
  /** The grace ran out before the hooks were through. */
  readonly overdue: boolean;
  /** Work that was still in flight when the hooks began. */
  readonly working: number;
  /** Every hook once, in the order they ran. */
  readonly hooks: readonly HookReport[];
  /** Probes whose checks had not come back when it ended. */
  readonly abandoned: readonly string[];
}

export function snapshotOf({ probes, ...verdicts }: SnapshotRecord): Snapshot {
  return {
    ...verdicts,
    probes: probes.map(({ name, roles, critical, status, reason, age, streak, ...counts }) => ({
      name,
      roles: (["startup", "live", "ready"] as const).filter((role) => roles[role]),
      critical,
      status,
      reason,
      ageMs: age,
      streak,
      runs: Number(counts.runs),
      failures: Number(counts.failures),
      skipped: Number(counts.skipped),
    })),
  };
}

export function shutdownReportOf(report: ReportRecord): ShutdownReport {
  const { drained, waited, took, hooks, ...rest } = report;
  return {
    cause: rest.cause,
    drainedMs: drained,
    waitedMs: waited,
    tookMs: took,
    overdue: rest.overdue,
    working: rest.working,
    hooks: hooks.map((hook) => ({
      name: hook.name,
      outcome: hook.outcome,
      tookMs: hook.took,
      message: hook.message,
    })),
    abandoned: rest.abandoned,
  };
}
