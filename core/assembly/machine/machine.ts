/**
 * The health and lifecycle machine of one service: takes events and the passing of
 * time, moves from phase to phase, and leaves what the host has to do in its outbox.
 *
 * The phases and what moves them stand as a table in `phases.ts`. This file says
 * what is done on the way.
 */

import {
  Cause,
  CauseApi,
  CauseRequested,
  CauseSignal,
  CauseStartupFailed,
  CauseStop,
  Err,
  Event,
  EventCheckFinished,
  EventHookFinished,
  EventKicked,
  EventMetricsGathered,
  EventSignalled,
  EventTag,
  EventWorking,
  Exposition,
  Level,
  Ok,
  Outcome,
  Phase,
  Result,
  Signal,
  Some,
  Tuple2,
} from "../generated/types";
import { Effective } from "../intake/settings";
import { Gathering } from "../metrics/gathering";
import { MOST_REASON_CHARACTERS } from "../probes/judge";
import { Role } from "../probes/monitor";
import { Monitors } from "../probes/monitors";
import { causeText } from "../shutdown/causes";
import { HookRuns } from "../shutdown/hook-runs";
import { Hooks } from "../shutdown/hooks";
import { Sequence } from "../shutdown/sequence";
import { SignalCount, SignalEffect, signalName } from "../shutdown/signals";
import { cut } from "../text/characters";
import { Ids } from "./ids";
import { Outbox } from "./outbox";
import { nextPhase, phaseName, STAY, Trigger } from "./phases";
import { Timer, TimerKind, Timers } from "./timers";

/** The host sends the rest in the next step. */
const MOST_EVENTS: i32 = 1024;
// So far off that adding any length of time to it does not overflow.
const LAST_INSTANT: u64 = u64.MAX_VALUE - (1 << 40);

/** The machine of one service. */
export class Machine {
  phase: Phase = Phase.Created;
  isConfigured: bool = false;
  settings: Effective = new Effective();
  /** Every startup probe has passed once since `start`. */
  hasStarted: bool = false;
  /** Metrics of the application that were left out. */
  metricsErrors: u64 = 0;

  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly hooks: Hooks;
  readonly monitors: Monitors;
  readonly sequence: Sequence;
  readonly gathering: Gathering;
  /** Callers of the shutdown API who are owed the report. */
  readonly awaiting: Array<u32> = [];

  /** The newest time seen. */
  private newest: u64 = 0;
  private hasBeenReady: bool = false;
  private isNotified: bool = false;
  private tickets: Ids = new Ids();
  private hookRuns: HookRuns;
  private signals: SignalCount = new SignalCount();
  /** What came before `start` and takes effect there; null: nothing. */
  private earlyDrain: Some<Signal> | null = null;
  private earlyNotify: Some<Signal> | null = null;
  private startupOver: Timer = new Timer(TimerKind.StartupTimeout, 0);

  constructor() {
    const timers = new Timers();
    const outbox = new Outbox();
    const hooks = new Hooks();
    const runs = new Ids(); // checks and hooks share one sequence
    const hookRuns = new HookRuns(timers, outbox, hooks, runs);
    this.timers = timers;
    this.outbox = outbox;
    this.hooks = hooks;
    this.hookRuns = hookRuns;
    this.monitors = new Monitors(timers, outbox, runs);
    this.sequence = new Sequence(timers, hooks, hookRuns);
    this.gathering = new Gathering(timers, outbox);
  }

  /** Reads the host's clock: time never goes back. */
  at(now: u64): u64 {
    const newest = min(now, LAST_INSTANT);
    if (newest > this.newest) this.newest = newest;
    return this.newest;
  }

  /** Whether probes and hooks can no longer be added and removed. */
  get isClosing(): bool {
    return this.phase >= Phase.Draining;
  }

  /** Whether the service has been started and has not ended. */
  get isUnderWay(): bool {
    return this.phase != Phase.Created && this.phase != Phase.Stopped;
  }

  /** From now on checks run; a signal that came earlier takes effect. */
  start(now: u64): void {
    this.move(now, Trigger.Start);
    if (this.settings.startupTimeoutMs > 0) {
      this.timers.set(this.startupOver, now + this.settings.startupTimeoutMs);
    }
    this.monitors.start(now);
    const notify = this.earlyNotify;
    if (notify != null) this.notify(new CauseSignal(notify.value));
    const drain = this.earlyDrain;
    if (drain != null) this.begin(now, Trigger.Shutdown, new CauseSignal(drain.value));
    this.settle(now);
  }

  /** The application asks for the shutdown. */
  shutdown(now: u64, reason: string): void {
    const cause = new CauseRequested(cut(reason, MOST_REASON_CHARACTERS));
    this.begin(now, Trigger.Shutdown, cause);
    this.settle(now);
  }

  /** A caller of the shutdown API asks for it; the ticket of the answer it is owed. */
  shutdownByApi(now: u64): u32 {
    const ticket = this.tickets.next();
    this.awaiting.push(ticket);
    this.begin(now, Trigger.Shutdown, new CauseApi());
    this.settle(now);
    return ticket;
  }

  /** The application ends it. */
  stop(now: u64): void {
    this.sequence.stopAsked();
    if (!this.sequence.hasBegun) this.begin(now, Trigger.Stop, new CauseStop());
    else if (this.phase == Phase.Draining) this.move(now, Trigger.Stop);
    this.settle(now);
  }

  /** Begins or joins a gathering of the application's metrics; the ticket of the answer. */
  gather(now: u64, wanted: Exposition): u32 {
    const ticket = this.tickets.next();
    this.gathering.join(now, ticket, wanted);
    return ticket;
  }

  /** Takes events in order, then the timers that are due. */
  advance(now: u64, events: Array<Event>): void {
    if (!this.isConfigured) return;
    if (events.length > MOST_EVENTS) this.refuseEvents(events.length);
    else {
      for (let i = 0; i < events.length && this.phase != Phase.Stopped; i++) {
        this.take(now, events[i]);
        this.settle(now);
      }
    }
    for (let timer = this.timers.takeDue(now); timer != null; timer = this.timers.takeDue(now)) {
      this.fire(now, timer);
      this.settle(now);
    }
  }

  /** After any change: takes the steps between phases that have become possible. */
  settle(now: u64): void {
    if (this.phase == Phase.Starting && !this.monitors.verdicts.fails(Role.Startup)) {
      this.hasStarted = true;
      this.timers.clear(this.startupOver);
      this.move(now, Trigger.StartupPassed);
    }
    if (this.phase == Phase.Running && !this.hasBeenReady) {
      this.hasBeenReady = !this.monitors.verdicts.fails(Role.Ready);
    }
    if (this.phase == Phase.Draining && this.sequence.isDrained) this.move(now, Trigger.Drained);
    if (this.phase == Phase.Stopping && this.hookRuns.isDone) this.end(now);
  }

  /** What the host has to do, and when to call again. */
  outcome(now: u64): Outcome {
    let wakeAt: Some<u64> | null = null;
    // At the end of all time what is to come is not later than now.
    if (!this.timers.isEmpty && this.timers.earliest > now) {
      wakeAt = new Some<u64>(this.timers.earliest);
    }
    return new Outcome(this.outbox.take(), wakeAt);
  }

  private take(now: u64, event: Event): void {
    switch (event.tag) {
      case EventTag.Kicked: {
        const kick = (event as EventKicked).value;
        this.monitors.kicked(now, kick.item0, min(kick.item1, now));
        break;
      }
      case EventTag.CheckFinished: {
        const check = (event as EventCheckFinished).value;
        this.monitors.finished(now, check.item0, check.item1);
        break;
      }
      case EventTag.HookFinished: {
        const hook = (event as EventHookFinished).value;
        this.hookRuns.finished(now, hook.item0, hook.item1);
        break;
      }
      case EventTag.MetricsGathered: {
        const gathered = (event as EventMetricsGathered).value;
        this.gathered(gathered.item0, gathered.item1);
        break;
      }
      case EventTag.Signalled:
        this.signalled(now, (event as EventSignalled).value);
        break;
      default:
        this.sequence.working = (event as EventWorking).value;
    }
  }

  private fire(now: u64, timer: Timer): void {
    switch (timer.kind) {
      case TimerKind.StartupTimeout:
        this.begin(now, Trigger.StartupTimeout, this.startupFailure());
        break;
      case TimerKind.DrainOver:
        this.sequence.drainEnded(now);
        break;
      case TimerKind.WorkOver:
        this.outbox.log(
          Level.Warning,
          `${this.sequence.working} in flight, not waited for longer`,
          "working",
          this.sequence.working.toString(),
        );
        this.move(now, Trigger.Drained);
        break;
      case TimerKind.GraceOver:
        this.graceOver(now);
        break;
      case TimerKind.HookTimeout:
        this.hookRuns.timedOut(now);
        break;
      case TimerKind.HookPauseOver:
        this.hookRuns.pauseOver(now);
        break;
      case TimerKind.GatheringOver:
        this.outbox.log(Level.Warning, "the application's metrics came too late", "error", "late");
        this.gathering.fail();
        break;
      default:
        this.monitors.fire(now, timer);
    }
  }

  /** Takes the phase that the table names. */
  private move(now: u64, trigger: Trigger): void {
    const next = nextPhase(this.phase, trigger);
    assert(next != STAY); // callers ask only where the table has an entry
    this.phase = next;
    this.outbox.phaseChanged(this.phase);
    const name = phaseName(this.phase);
    this.outbox.log(Level.Info, `phase ${name}`, "phase", name);
    if (this.phase == Phase.Stopping) {
      this.monitors.freeze();
      this.sequence.stopping(now);
    }
  }

  /** Begins the shutdown; a later cause is logged alone. */
  private begin(now: u64, trigger: Trigger, cause: Cause): void {
    const text = causeText(cause);
    if (this.sequence.hasBegun) {
      this.outbox.log(Level.Info, `already shutting down: ${text}`, "cause", text);
      return;
    }
    const isFailure = trigger == Trigger.StartupTimeout;
    this.outbox.log(isFailure ? Level.Error : Level.Info, `shutting down: ${text}`, "cause", text);
    this.timers.clear(this.startupOver);
    // Without traffic there is nothing to drain.
    const drainMs = this.phase == Phase.Running && this.hasBeenReady ? this.settings.drainMs : 0;
    this.sequence.begin(now, cause, this.settings.graceMs);
    if (trigger != Trigger.Stop) this.notify(cause);
    this.move(now, trigger);
    if (this.phase == Phase.Draining) this.sequence.drain(now, drainMs);
  }

  private notify(cause: Cause): void {
    if (this.isNotified) return;
    this.isNotified = true;
    this.outbox.notifyShutdown(cause);
  }

  private end(now: u64): void {
    const cause = this.sequence.cause;
    if (this.sequence.report == null && cause != null) {
      const abandoned = this.monitors.abandon();
      const report = this.sequence.end(now, cause, abandoned);
      this.outbox.finished(report);
      const level = report.overdue ? Level.Error : Level.Info;
      const how = report.overdue ? "overdue" : "complete";
      this.outbox.log(
        level,
        `shutdown ${how} after ${report.took} ms`,
        "took",
        report.took.toString(),
      );
    }
    if (this.sequence.isStopAsked) this.close(now);
  }

  private close(now: u64): void {
    this.gathering.fail();
    this.outbox.closeServer();
    this.move(now, Trigger.Closed);
    this.timers.clearAll();
  }

  private signalled(now: u64, signal: Signal): void {
    const name = signalName(signal);
    switch (this.signals.count(now, this.settings.policies[signal])) {
      case SignalEffect.Drain:
        if (this.phase == Phase.Created) this.earlyDrain = new Some<Signal>(signal);
        else this.begin(now, Trigger.Shutdown, new CauseSignal(signal));
        break;
      case SignalEffect.Notify:
        if (this.phase == Phase.Created) this.earlyNotify = new Some<Signal>(signal);
        else this.notify(new CauseSignal(signal));
        break;
      case SignalEffect.ReRaise:
        this.outbox.log(
          Level.Warning,
          `second signal, ${name}: ending the process`,
          "signal",
          name,
        );
        this.outbox.reRaise(signal);
        break;
      default:
        this.outbox.log(Level.Debug, `signal ${name} without effect`, "signal", name);
    }
  }

  private graceOver(now: u64): void {
    const cause = this.sequence.cause;
    if (cause == null || !this.sequence.wasTold(now)) return;
    const signal = (cause as CauseSignal).value;
    const name = signalName(signal);
    const message = `the grace of ${this.settings.graceMs} ms is over and the service has not stopped: ending the process`;
    this.outbox.log(Level.Error, message, "signal", name);
    this.outbox.reRaise(signal);
  }

  private gathered(ticket: u32, result: Result<Tuple2<Exposition, string>, string>): void {
    if (!this.gathering.isOf(ticket)) return;
    if (result.isOk) {
      const value = (result as Ok<Tuple2<Exposition, string>, string>).value;
      this.gathering.gathered(value.item0, value.item1);
    } else {
      const error = cut(
        (result as Err<Tuple2<Exposition, string>, string>).error,
        MOST_REASON_CHARACTERS,
      );
      this.outbox.log(Level.Warning, `the application's metrics failed: ${error}`, "error", error);
      this.gathering.fail();
    }
  }

  private refuseEvents(count: i32): void {
    const message = `${count} events in one step, ${MOST_EVENTS} are the limit: none was taken`;
    this.outbox.log(Level.Error, message, "events", count.toString());
  }

  private startupFailure(): Cause {
    let names = "";
    const all = this.monitors.all;
    for (let i = 0; i < all.length && names.length < MOST_REASON_CHARACTERS; i++) {
      if (!all[i].has(Role.Startup) || all[i].startupPassed) continue;
      names += names.length == 0 ? all[i].name : ", " + all[i].name;
    }
    const text = `not passed in ${this.settings.startupTimeoutMs} ms: ${names}`;
    return new CauseStartupFailed(cut(text, MOST_REASON_CHARACTERS));
  }
}
