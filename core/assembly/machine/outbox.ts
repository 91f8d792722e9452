/**
 * What the host has to do, collected until the next `step` hands it over.
 *
 * The order of classes is part of the contract: a host that carries actions out
 * one by one changes the phase before it notifies, and answers before it closes.
 */

import {
  Action,
  ActionAnswer,
  ActionCancelCheck,
  ActionCancelHook,
  ActionCloseServer,
  ActionFinished,
  ActionGatherMetrics,
  ActionLog,
  ActionNotifyShutdown,
  ActionPhaseChanged,
  ActionReRaise,
  ActionRunCheck,
  ActionRunHook,
  Cause,
  CheckRun,
  Exposition,
  HookRun,
  Level,
  LogRecord,
  Phase,
  Response,
  ShutdownReport,
  Signal,
  Tuple2,
} from "../generated/types";
import { escapeControls } from "../text/characters";

/** The classes of actions in the order in which they are handed over. */
enum Class {
  Log,
  PhaseChanged,
  NotifyShutdown,
  CancelCheck,
  CancelHook,
  RunCheck,
  RunHook,
  GatherMetrics,
  Finished,
  Answer,
  CloseServer,
  ReRaise,
}

const CLASSES: i32 = 12;
// Twice what one step over all probes can say. A host that never calls `step` must not fill the memory.
const MOST_LOGS: i32 = 20_000;

/** Names and values of a log record. */
export type Fields = Array<Tuple2<string, string>>;

/** Actions on their way to the host. */
export class Outbox {
  private waiting: StaticArray<Array<Action>> = new StaticArray<Array<Action>>(CLASSES);
  private count: i32 = 0;

  constructor() {
    for (let i = 0; i < CLASSES; i++) this.waiting[i] = [];
  }

  /** A log record of one line; `name` and `value` are its one field. */
  log(level: Level, message: string, name: string, value: string): void {
    if (this.waiting[Class.Log].length >= MOST_LOGS) return;
    const fields: Fields = [new Tuple2<string, string>(name, value)];
    const record = new LogRecord(level, escapeControls(message), fields);
    this.add(Class.Log, new ActionLog(record));
  }

  phaseChanged(phase: Phase): void {
    this.add(Class.PhaseChanged, new ActionPhaseChanged(phase));
  }

  notifyShutdown(cause: Cause): void {
    this.add(Class.NotifyShutdown, new ActionNotifyShutdown(cause));
  }

  cancelCheck(run: u32): void {
    this.add(Class.CancelCheck, new ActionCancelCheck(run));
  }

  cancelHook(run: u32): void {
    this.add(Class.CancelHook, new ActionCancelHook(run));
  }

  runCheck(run: u32, probe: u32, timeoutMs: u32): void {
    this.add(Class.RunCheck, new ActionRunCheck(new CheckRun(run, probe, timeoutMs)));
  }

  runHook(run: u32, hook: u32, timeoutMs: u32): void {
    this.add(Class.RunHook, new ActionRunHook(new HookRun(run, hook, timeoutMs)));
  }

  gatherMetrics(ticket: u32, form: Exposition): void {
    this.add(
      Class.GatherMetrics,
      new ActionGatherMetrics(new Tuple2<u32, Exposition>(ticket, form)),
    );
  }

  finished(report: ShutdownReport): void {
    this.add(Class.Finished, new ActionFinished(report));
  }

  answer(ticket: u32, response: Response): void {
    this.add(Class.Answer, new ActionAnswer(new Tuple2<u32, Response>(ticket, response)));
  }

  closeServer(): void {
    this.add(Class.CloseServer, new ActionCloseServer());
  }

  reRaise(signal: Signal): void {
    this.add(Class.ReRaise, new ActionReRaise(signal));
  }

  /** Takes back the runs of checks that the host has not been told of. */
  withdrawChecks(): Array<Action> {
    const withdrawn = this.waiting[Class.RunCheck];
    this.waiting[Class.RunCheck] = [];
    this.count -= withdrawn.length;
    return withdrawn;
  }

  /** Everything that waits, in the order of the classes; nothing waits afterwards. */
  take(): Array<Action> {
    const all: Action[] = [];
    if (this.count == 0) return all;
    for (let i = 0; i < CLASSES; i++) {
      const some = this.waiting[i];
      for (let j = 0; j < some.length; j++) all.push(some[j]);
      if (some.length > 0) this.waiting[i] = [];
    }
    this.count = 0;
    return all;
  }

  private add(kind: Class, action: Action): void {
    this.waiting[kind].push(action);
    this.count++;
  }
}
