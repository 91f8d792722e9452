/**
 * All probes of a machine: their runs, and what their results come to. Only this
 * file changes a `Monitor` once it is registered.
 */

import { ActionRunCheck, CheckTag, Level, Observation, Roles, Status } from "../generated/types";
import { dataProblem } from "../intake/registration";
import { Ids } from "../machine/ids";
import { Outbox } from "../machine/outbox";
import { Timer, TimerKind, Timers } from "../machine/timers";
import { Judgement, judge, timeoutReason } from "./judge";
import { Data, DURATION_BOUNDS_MS, Monitor, Role, RunResult } from "./monitor";
import { Verdicts } from "./verdicts";

/** Spreads the second runs of probes over an interval: odd, so every id has its own place. */
const SPREAD_FACTOR: u64 = 40503;
const SPREAD_MASK: u64 = 0xffff;
const SPREAD_BITS: u64 = 16;

/** The probes of one machine. */
export class Monitors {
  readonly verdicts: Verdicts = new Verdicts();
  /** In order of registration, so by ascending id too. */
  readonly all: Array<Monitor> = [];
  private byName: Map<string, Monitor> = new Map<string, Monitor>();
  private inFlight: Map<u32, Monitor> = new Map<u32, Monitor>();
  private ids: Ids = new Ids();
  /** Checks run and results age: from `start` until the hooks begin. */
  private isWatching: bool = false;

  constructor(
    private timers: Timers,
    private outbox: Outbox,
    private runs: Ids,
  ) {}

  /** The probe of this id, or null. */
  find(id: u32): Monitor | null {
    let low = 0;
    let high = this.all.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.all[middle];
      if (found.id == id) return found;
      if (found.id < id) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  /** The probe of this name, or null. */
  named(name: string): Monitor | null {
    return this.byName.has(name) ? this.byName.get(name) : null;
  }

  /** The id that the next probe gets. */
  nextId(): u32 {
    return this.ids.next();
  }

  /** Takes in a probe whose id came from `nextId`. */
  add(now: u64, monitor: Monitor): void {
    this.all.push(monitor);
    this.byName.set(monitor.name, monitor);
    monitor.since = now;
    monitor.startupPassed = monitor.has(Role.Startup) && isPassing(monitor.status);
    this.verdicts.enter(monitor);
    if (this.isWatching) this.watch(now, monitor);
  }

  /** Takes a probe out; its run is cancelled and what comes of it dropped. */
  remove(monitor: Monitor): void {
    this.unwatch(monitor);
    this.timers.clear(monitor.runTimeout);
    if (monitor.run != 0) {
      if (!monitor.runTimedOut) this.outbox.cancelCheck(monitor.run);
      this.inFlight.delete(monitor.run);
    }
    this.verdicts.leave(monitor);
    this.byName.delete(monitor.name);
    this.all.splice(this.all.indexOf(monitor), 1);
  }

  /** Gives a probe other roles. */
  setRoles(now: u64, monitor: Monitor, roles: i32): void {
    const wasActive = monitor.isActive;
    this.verdicts.leave(monitor);
    if ((roles & Roles.Startup) == 0) monitor.startupPassed = false;
    else if (!monitor.has(Role.Startup)) monitor.startupPassed = isPassing(monitor.status);
    monitor.roles = roles;
    this.verdicts.enter(monitor);
    if (!this.isWatching || wasActive == monitor.isActive) return;
    if (wasActive) this.unwatch(monitor);
    else this.watch(now, monitor);
  }

  /** From now on checks run and results age. */
  start(now: u64): void {
    this.isWatching = true;
    for (let i = 0; i < this.all.length; i++) {
      this.all[i].since = now;
      this.watch(now, this.all[i]);
    }
  }

  /** From now on no check begins and nothing ages; runs in flight go on. */
  freeze(): void {
    this.isWatching = false;
    // A late step may have begun runs for timers that were due before the end of the drain.
    const withdrawn = this.outbox.withdrawChecks();
    for (let i = 0; i < withdrawn.length; i++)
      this.forget((withdrawn[i] as ActionRunCheck).value.run);
    for (let i = 0; i < this.all.length; i++) this.unwatch(this.all[i]);
  }

  /** Cancels all runs in flight; returns the names of their probes. */
  abandon(): Array<string> {
    const names: string[] = [];
    for (let i = 0; i < this.all.length; i++) {
      const monitor = this.all[i];
      if (monitor.run == 0) continue;
      names.push(monitor.name);
      if (!monitor.runTimedOut) this.outbox.cancelCheck(monitor.run);
      this.timers.clear(monitor.runTimeout);
    }
    this.inFlight.clear();
    return names;
  }

  /** The application has kicked a probe at a time that is not after `now`. */
  kicked(now: u64, id: u32, at: u64): void {
    const monitor = this.find(id);
    if (monitor == null || monitor.kind != CheckTag.Kick) return;
    if (monitor.hasResult && at < monitor.takenAt) return;
    monitor.hasResult = true;
    monitor.takenAt = at;
    const end = at + monitor.limitMs;
    if (!this.isWatching || !monitor.isActive) {
      this.become(monitor, Status.Up, "");
    } else if (end > now) {
      this.become(monitor, Status.Up, "");
      if (monitor.isActive) this.timers.set(monitor.kickLimit, end);
    } else {
      this.kickOver(monitor);
    }
  }

  /** The application has told a manual probe's state. */
  reported(now: u64, monitor: Monitor, judgement: Judgement, data: Data): void {
    monitor.hasResult = true;
    monitor.takenAt = now;
    monitor.data = data;
    const reason = judgement.reason;
    if (!judgement.passed) this.become(monitor, Status.Down, reason);
    else this.become(monitor, judgement.isWarning ? Status.Degraded : Status.Up, reason);
  }

  /** A run has come back. */
  finished(now: u64, run: u32, observation: Observation): void {
    if (!this.inFlight.has(run)) return;
    const monitor = this.inFlight.get(run);
    this.inFlight.delete(run);
    monitor.run = 0;
    if (monitor.runTimedOut) {
      monitor.runTimedOut = false;
      return;
    }
    this.timers.clear(monitor.runTimeout);
    const problem = dataProblem(observation.data);
    if (problem == null) {
      monitor.data = observation.data;
    } else {
      monitor.data = [];
      const message = `probe "${monitor.name}": its data is left out, ${problem}`;
      this.outbox.log(Level.Warning, message, "probe", monitor.name);
    }
    const judgement = judge(observation.verdict, monitor.expect);
    if (!judgement.passed) this.count(monitor, now, RunResult.Failed);
    else this.count(monitor, now, judgement.isWarning ? RunResult.Warned : RunResult.Passed);
    this.judged(now, monitor, judgement);
  }

  /** A timer of a probe has fired. */
  fire(now: u64, timer: Timer): void {
    const monitor = this.find(timer.id);
    if (monitor == null) return;
    switch (timer.kind) {
      case TimerKind.KickLimit:
        this.kickOver(monitor);
        break;
      case TimerKind.CheckTimeout:
        this.timedOut(now, monitor);
        break;
      case TimerKind.CheckDue:
        this.fallDue(now, monitor);
        break;
      case TimerKind.Stale:
        monitor.passesWhileDown = 0; // it breaks the row even of a probe that is down
        this.become(monitor, Status.Down, "stale");
        break;
      default:
        assert(false); // the machine hands over timers of these kinds alone
    }
  }

  private watch(now: u64, monitor: Monitor): void {
    if (!monitor.isActive) return;
    if (monitor.isRun) {
      monitor.atFirstRun = true;
      this.timers.set(monitor.due, now);
    } else if (monitor.kind == CheckTag.Kick) {
      const from = monitor.hasResult ? monitor.takenAt : monitor.since;
      this.timers.set(monitor.kickLimit, from + monitor.limitMs);
    }
  }

  private unwatch(monitor: Monitor): void {
    this.timers.clear(monitor.due);
    this.timers.clear(monitor.stale);
    this.timers.clear(monitor.kickLimit);
  }

  private fallDue(now: u64, monitor: Monitor): void {
    const interval = <u64>monitor.intervalMs;
    let next = monitor.due.due;
    if (monitor.atFirstRun) {
      const place = (monitor.id * SPREAD_FACTOR) & SPREAD_MASK;
      next += interval / 2 + ((interval * place) >> SPREAD_BITS);
      monitor.atFirstRun = false;
    } else {
      next += interval;
    }
    // After a jump the run is made up for once, and the next one is due in its old rhythm.
    if (next <= now) next += ((now - next) / interval + 1) * interval;
    this.timers.set(monitor.due, next);
    if (monitor.run == 0) this.begin(now, monitor);
    else monitor.skipped++;
  }

  private begin(now: u64, monitor: Monitor): void {
    let run = this.runs.next();
    while (this.inFlight.has(run)) run = this.runs.next();
    this.inFlight.set(run, monitor);
    monitor.run = run;
    monitor.runBeganAt = now;
    this.timers.set(monitor.runTimeout, now + monitor.timeoutMs);
    this.outbox.runCheck(run, monitor.id, monitor.timeoutMs);
  }

  /** A run that never began. */
  private forget(run: u32): void {
    const monitor = this.inFlight.get(run);
    this.inFlight.delete(run);
    monitor.run = 0;
    this.timers.clear(monitor.runTimeout);
  }

  private timedOut(now: u64, monitor: Monitor): void {
    monitor.runTimedOut = true;
    this.outbox.cancelCheck(monitor.run);
    this.count(monitor, now, RunResult.TimedOut);
    this.judged(now, monitor, new Judgement(false, timeoutReason(monitor.timeoutMs)));
  }

  private count(monitor: Monitor, now: u64, result: RunResult): void {
    monitor.results[result] = monitor.results[result] + 1;
    const tookMs = now - monitor.runBeganAt;
    let bucket = 0;
    while (bucket < DURATION_BOUNDS_MS.length && tookMs > DURATION_BOUNDS_MS[bucket]) bucket++;
    monitor.durations[bucket] = monitor.durations[bucket] + 1;
    monitor.durationSumMs += tookMs;
  }

  private judged(now: u64, monitor: Monitor, judgement: Judgement): void {
    const passed = judgement.passed;
    monitor.streak = monitor.runs > 0 && monitor.lastPassed == passed ? monitor.streak + 1 : 1;
    monitor.lastPassed = passed;
    monitor.runs++;
    if (!passed) monitor.failures++;
    monitor.hasResult = true;
    monitor.takenAt = now;
    if (this.isWatching) {
      // "Older than": one millisecond past the limit.
      const limit = (<u64>monitor.intervalMs * 5) / 2 + monitor.timeoutMs;
      this.timers.set(monitor.stale, now + limit + 1);
    }
    if (!passed) {
      monitor.passesWhileDown = 0;
      if (monitor.streak >= monitor.failureThreshold || monitor.status == Status.Down) {
        this.become(monitor, Status.Down, judgement.reason);
      }
    } else if (monitor.status != Status.Down || this.isBack(monitor)) {
      const status = judgement.isWarning ? Status.Degraded : Status.Up;
      this.become(monitor, status, judgement.reason);
    }
  }

  /** Whether a probe that is down has passed often enough since. */
  private isBack(monitor: Monitor): bool {
    monitor.passesWhileDown++;
    return monitor.passesWhileDown >= monitor.successThreshold;
  }

  private kickOver(monitor: Monitor): void {
    this.timers.clear(monitor.kickLimit);
    this.become(monitor, Status.Down, `not kicked for ${monitor.limitMs} ms`);
  }

  /** Every change of a probe's status or reason. */
  private become(monitor: Monitor, status: Status, reason: string): void {
    const changed = monitor.status != status;
    monitor.reason = reason;
    if (!changed) return;
    this.verdicts.leave(monitor);
    monitor.passesWhileDown = 0;
    monitor.status = status;
    monitor.transitions++;
    const hasPassed = monitor.has(Role.Startup) && isPassing(status);
    if (hasPassed) monitor.startupPassed = true;
    this.verdicts.enter(monitor);
    this.log(monitor);
    if (hasPassed && !monitor.isActive) this.unwatch(monitor);
  }

  private log(monitor: Monitor): void {
    const name = monitor.name;
    if (monitor.status == Status.Up) {
      this.outbox.log(Level.Info, `probe "${name}" is up`, "probe", name);
    } else {
      const isDown = monitor.status == Status.Down;
      const level = isDown && monitor.critical ? Level.Error : Level.Warning;
      const word = isDown ? "down" : "degraded";
      this.outbox.log(level, `probe "${name}" is ${word}: ${monitor.reason}`, "probe", name);
    }
  }
}

function isPassing(status: Status): bool {
  return status == Status.Up || status == Status.Degraded;
}
