/**
 * The shutdown sequence: drain, wait for work in flight, run the hooks, report.
 *
 * It keeps the times and the report; the machine moves the phases. Everything is
 * bounded by the grace, which counts from the cause.
 */

import { Cause, CauseTag, ShutdownReport } from "../generated/types";
import { durationMs } from "../machine/duration";
import { Timer, TimerKind, Timers } from "../machine/timers";
import { HookRuns } from "./hook-runs";
import { Hooks } from "./hooks";

/** For an application that is told the end only when the grace is over: to say so and call `stop`. */
const LAST_MOMENT_MS: u64 = 100;

/** The shutdown of one machine. */
export class Sequence {
  /** Why it began; null before that. The first cause stands. */
  cause: Cause | null = null;
  /** What came of it; null before the end. */
  report: ShutdownReport | null = null;
  /** `stop` was called. */
  isStopAsked: bool = false;
  /** Work of the application in flight, as last told. */
  working: u32 = 0;

  /** The drain is over. */
  isDrainOver: bool = false;
  /** Waiting for work is over: the hooks run, or have run. */
  isWorkOver: bool = false;

  private beganAt: u64 = 0;
  private graceMs: u64 = 0;
  private drainEndedAt: u64 = 0;
  private workEndedAt: u64 = 0;
  private endedAt: u64 = 0;
  private workingAtHooks: u32 = 0;
  private drainOver: Timer = new Timer(TimerKind.DrainOver, 0);
  private workOver: Timer = new Timer(TimerKind.WorkOver, 0);
  private graceOver: Timer = new Timer(TimerKind.GraceOver, 0);

  constructor(
    private timers: Timers,
    private hooks: Hooks,
    private hookRuns: HookRuns,
  ) {}

  get hasBegun(): bool {
    return this.cause != null;
  }

  /** The startup probes did not pass in time: live fails throughout. */
  get isStartupFailed(): bool {
    const cause = this.cause;
    return cause != null && cause.tag == CauseTag.StartupFailed;
  }

  /** Begins; the machine drains next, or stops. */
  begin(now: u64, cause: Cause, graceMs: u32): void {
    this.cause = cause;
    this.beganAt = now;
    this.graceMs = graceMs;
    this.drainEndedAt = now;
    this.workEndedAt = now;
    if (cause.tag == CauseTag.Signal) this.timers.set(this.graceOver, now + graceMs);
  }

  /** Drains for so long; `isDrained` or the drain's timer tells the end. */
  drain(now: u64, drainMs: u32): void {
    if (drainMs > 0) this.timers.set(this.drainOver, now + drainMs);
    else this.drainEnded(now);
  }

  /** The drain is over; waits for work in flight, if there is some. */
  drainEnded(now: u64): void {
    this.drainEndedAt = now;
    this.workEndedAt = now;
    this.isDrainOver = true;
    if (this.working == 0) return;
    const leftMs = this.graceOverAt > now ? this.graceOverAt - now : 0;
    const forHooksMs = min<u64>(this.hooks.timeoutsMs, leftMs / 2);
    this.timers.set(this.workOver, this.graceOverAt - forHooksMs);
  }

  /** The drain is over and no work is in flight. */
  get isDrained(): bool {
    return this.isDrainOver && this.working == 0;
  }

  /** Runs the hooks; what is left of drain and waiting is cut short. */
  stopping(now: u64): void {
    if (!this.isDrainOver) this.drainEndedAt = now;
    this.isDrainOver = true;
    this.isWorkOver = true;
    this.workEndedAt = now;
    this.workingAtHooks = this.working;
    this.timers.clear(this.drainOver);
    this.timers.clear(this.workOver);
    this.hookRuns.begin(now, this.graceOverAt);
  }

  /** `stop` was called: nobody needs to end the process for the application. */
  stopAsked(): void {
    this.isStopAsked = true;
    this.timers.clear(this.graceOver);
  }

  /** Whether the application has heard of the end; if not, the grace's timer comes once more. */
  wasTold(now: u64): bool {
    if (this.report != null && this.endedAt < now) return true;
    this.timers.set(this.graceOver, now + LAST_MOMENT_MS);
    return false;
  }

  /** Makes the report; the hooks are through. */
  end(now: u64, cause: Cause, abandoned: Array<string>): ShutdownReport {
    this.endedAt = now;
    const report = new ShutdownReport(
      cause,
      this.drainedMs,
      this.waitedMs,
      durationMs(now - this.beganAt),
      this.hookRuns.isOverdue || now - this.beganAt > this.graceMs,
      this.workingAtHooks,
      this.hookRuns.reports,
      abandoned,
    );
    this.report = report;
    return report;
  }

  /** How long it drained; final once `isDrainOver`. */
  get drainedMs(): u32 {
    return durationMs(this.drainEndedAt - this.beganAt);
  }

  /** How long it waited for work; final once `isWorkOver`. */
  get waitedMs(): u32 {
    return durationMs(this.workEndedAt - this.drainEndedAt);
  }

  private get graceOverAt(): u64 {
    return this.beganAt + this.graceMs;
  }
}
