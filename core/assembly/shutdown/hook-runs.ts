/** Runs the hooks of a shutdown: last registered first, one at a time, within the grace. */

import { HookOutcome, HookReport, Level, Verdict } from "../generated/types";
import { durationMs } from "../machine/duration";
import { Ids } from "../machine/ids";
import { Outbox } from "../machine/outbox";
import { Timer, TimerKind, Timers } from "../machine/timers";
import { judge, timeoutReason } from "../probes/judge";
import { HookEntry, Hooks } from "./hooks";

/** HTTP hooks pass with the statuses that checks pass with. */
const DEFAULT_EXPECT: StaticArray<u16> = [];

/** The hooks of one machine while they run. */
export class HookRuns {
  /** What came of those that are through, in the order they ran. */
  readonly reports: Array<HookReport> = [];
  /** The grace ran out before all were through. */
  isOverdue: bool = false;
  /** All are through. */
  isDone: bool = false;

  /** How many are left, the current one included. */
  private left: i32 = 0;
  private graceOverAt: u64 = 0;
  private attempt: u32 = 0;
  private hookBeganAt: u64 = 0;
  /** The attempt in flight, or 0. */
  private run: u32 = 0;
  private timeoutMs: u32 = 0;
  /** What the newest failed attempt came to. */
  private lastOutcome: HookOutcome = HookOutcome.Failed;
  private lastReason: string = "";
  private timeout: Timer = new Timer(TimerKind.HookTimeout, 0);
  private pause: Timer = new Timer(TimerKind.HookPauseOver, 0);

  constructor(
    private timers: Timers,
    private outbox: Outbox,
    private hooks: Hooks,
    private runs: Ids,
  ) {}

  /** Begins with the last hook. */
  begin(now: u64, graceOverAt: u64): void {
    this.graceOverAt = graceOverAt;
    this.left = this.hooks.all.length;
    this.beginHook(now);
  }

  /** A run has come back. */
  finished(now: u64, run: u32, verdict: Verdict): void {
    // A run that its timeout ended is over; what still comes of it is dropped.
    if (run == 0 || run != this.run) return;
    this.timers.clear(this.timeout);
    const judgement = judge(verdict, DEFAULT_EXPECT);
    if (judgement.passed) this.end(now, HookOutcome.Completed, null);
    else this.attemptFailed(now, HookOutcome.Failed, judgement.reason);
  }

  /** The current attempt's timeout has passed. */
  timedOut(now: u64): void {
    const hook = this.current();
    this.outbox.cancelHook(this.run);
    // The grace cut it, not its own timeout.
    if (this.timeoutMs < hook.timeoutMs) this.isOverdue = true;
    this.attemptFailed(now, HookOutcome.TimedOut, timeoutReason(this.timeoutMs));
  }

  /** The pause before the next attempt is over. */
  pauseOver(now: u64): void {
    this.beginAttempt(now);
  }

  private current(): HookEntry {
    return this.hooks.all[this.left - 1];
  }

  private beginHook(now: u64): void {
    if (this.left == 0) {
      this.isDone = true;
      return;
    }
    if (now >= this.graceOverAt) {
      this.skipRest();
      return;
    }
    this.attempt = 0;
    this.hookBeganAt = now;
    this.beginAttempt(now);
  }

  private beginAttempt(now: u64): void {
    const hook = this.current();
    const leftMs = now < this.graceOverAt ? this.graceOverAt - now : 0;
    // A pause ends before the grace does, but a late step may come after both.
    if (leftMs == 0) {
      this.isOverdue = true;
      this.end(now, this.lastOutcome, this.lastReason);
      return;
    }
    this.attempt++;
    this.run = this.runs.next();
    this.timeoutMs = <u32>min<u64>(hook.timeoutMs, leftMs);
    this.timers.set(this.timeout, now + this.timeoutMs);
    this.outbox.runHook(this.run, hook.id, this.timeoutMs);
  }

  private attemptFailed(now: u64, outcome: HookOutcome, reason: string): void {
    this.run = 0;
    this.lastOutcome = outcome;
    this.lastReason = reason;
    const hook = this.current();
    const next = now + hook.pauseMs;
    if (this.attempt < hook.attempts && next < this.graceOverAt) {
      this.timers.set(this.pause, next);
      return;
    }
    this.end(now, outcome, reason);
  }

  private end(now: u64, outcome: HookOutcome, message: string | null): void {
    const hook = this.current();
    const tookMs = durationMs(now - this.hookBeganAt);
    this.run = 0;
    this.reports.push(new HookReport(hook.name, outcome, tookMs, message));
    if (message == null) {
      this.outbox.log(
        Level.Info,
        `hook "${hook.name}" completed in ${tookMs} ms`,
        "hook",
        hook.name,
      );
    } else {
      this.outbox.log(Level.Error, `hook "${hook.name}" failed: ${message}`, "hook", hook.name);
    }
    this.left--;
    this.beginHook(now);
  }

  private skipRest(): void {
    this.isOverdue = true;
    for (; this.left > 0; this.left--) {
      const name = this.current().name;
      this.reports.push(new HookReport(name, HookOutcome.Skipped, 0, null));
      this.outbox.log(Level.Error, `hook "${name}" skipped: no grace is left`, "hook", name);
    }
    this.isDone = true;
  }
}
