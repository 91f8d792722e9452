/**
 * Which signal begins the shutdown, which one ends the process.
 *
 * Signals are counted from the first whose policy is `drain`, whatever began the
 * sequence: a preStop call followed by the kubelet's SIGTERM is the normal course.
 * The first never kills. The next does, unless it comes so soon after the first
 * that it is the same one sent twice, as a terminal and a package runner do with
 * one Ctrl-C.
 */

import { Signal, SignalPolicy } from "../generated/types";

/** A signal that comes sooner after the first one is its echo. */
const ECHO_MS: u64 = 200;

/** What a signal asks for. */
export enum SignalEffect {
  Nothing,
  /** Raise `notify-shutdown` and no more. */
  Notify,
  /** Begin the shutdown. */
  Drain,
  /** End the process. */
  ReRaise,
}

/** Counts the signals of one machine. */
export class SignalCount {
  private hasDrained: bool = false;
  private drainedAt: u64 = 0;
  private hasNotified: bool = false;
  private notifiedAt: u64 = 0;

  /** Counts a signal and tells what it asks for. */
  count(now: u64, policy: SignalPolicy): SignalEffect {
    if (policy != SignalPolicy.Drain && policy != SignalPolicy.Notify) return SignalEffect.Nothing;
    if (this.hasDrained) return effectAfter(now, this.drainedAt);
    if (policy == SignalPolicy.Drain) {
      this.hasDrained = true;
      this.drainedAt = now;
      return SignalEffect.Drain;
    }
    if (this.hasNotified) return effectAfter(now, this.notifiedAt);
    this.hasNotified = true;
    this.notifiedAt = now;
    return SignalEffect.Notify;
  }
}

/** The WIT's name of a signal. */
export function signalName(signal: Signal): string {
  switch (signal) {
    case Signal.Terminate:
      return "terminate";
    case Signal.Interrupt:
      return "interrupt";
    case Signal.Quit:
      return "quit";
    default:
      return "hangup";
  }
}

function effectAfter(now: u64, first: u64): SignalEffect {
  return now - first >= ECHO_MS ? SignalEffect.ReRaise : SignalEffect.Nothing;
}
