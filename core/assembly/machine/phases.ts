/**
 * Where the service is in its life, as a table.
 *
 * Rows are phases, columns are what may happen; an entry is the phase that comes
 * next. Whoever wants to know what the machine does begins here.
 */

import { Phase } from "../generated/types";

/** What moves the service from one phase to the next. */
export enum Trigger {
  /** The application calls `start`. */
  Start,
  /** Every startup probe has passed once. */
  StartupPassed,
  /** `startup-timeout` has passed. */
  StartupTimeout,
  /** A signal under `drain`, a call of `shutdown`, or the shutdown API. */
  Shutdown,
  /** The drain is over and no work is in flight, or waiting for it is over. */
  Drained,
  /** The application calls `stop`. */
  Stop,
  /** The hooks are through and `stop` was called. */
  Closed,
}

/** Refused, or without effect. */
export const STAY: i32 = -1;

const TRIGGERS: i32 = 7;

// One row a phase, one column a trigger, both in the order of their enums.
// biome-ignore format: a table is read by its columns
const NEXT: StaticArray<i32> = [
  //              Start           StartupPassed  StartupTimeout  Shutdown        Drained         Stop            Closed
  /* Created  */  Phase.Starting, STAY,          STAY,           STAY,           STAY,           STAY,           STAY,
  /* Starting */  STAY,           Phase.Running, Phase.Draining, Phase.Draining, STAY,           Phase.Stopping, STAY,
  /* Running  */  STAY,           STAY,          STAY,           Phase.Draining, STAY,           Phase.Stopping, STAY,
  /* Draining */  STAY,           STAY,          STAY,           STAY,           Phase.Stopping, Phase.Stopping, STAY, // one way
  /* Stopping */  STAY,           STAY,          STAY,           STAY,           STAY,           STAY,           Phase.Stopped,
  /* Stopped  */  STAY,           STAY,          STAY,           STAY,           STAY,           STAY,           STAY,
];

/** The phase that follows, or STAY. */
export function nextPhase(phase: Phase, trigger: Trigger): i32 {
  return NEXT[<i32>phase * TRIGGERS + <i32>trigger];
}

/** The WIT's name of a phase. */
export function phaseName(phase: Phase): string {
  switch (phase) {
    case Phase.Created:
      return "created";
    case Phase.Starting:
      return "starting";
    case Phase.Running:
      return "running";
    case Phase.Draining:
      return "draining";
    case Phase.Stopping:
      return "stopping";
    default:
      return "stopped";
  }
}
