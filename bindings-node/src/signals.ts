/**
 * Signals. A listener of ours stands beside those of the application, which still run, in their
 * order: Node calls every listener of a signal. What a listener changes is the default action: with
 * one, the signal no longer ends the process, so the policies decide from then on. `release` takes
 * ours off; where no other is left, Node restores the default action.
 */
import { constants } from "node:os";
import type { Configured, Signal } from "../generated/hams.js";

const NAMES = {
  terminate: "SIGTERM",
  interrupt: "SIGINT",
  quit: "SIGQUIT",
  hangup: "SIGHUP",
} as const;

const KNOWN = Object.keys(NAMES) as Signal[];

/** How long a process may live on after the default action of a signal (PID 1 ignores it). */
const LAST_MS = 50;

export class Signals {
  readonly #installed: [NodeJS.Signals, () => void][] = [];

  /** `unsupported` is told of a signal that this system does not have. */
  install(
    policies: Pick<Configured, Signal>,
    signalled: (signal: Signal) => void,
    unsupported: (name: NodeJS.Signals) => void,
  ): void {
    for (const signal of KNOWN) {
      if (policies[signal] === "leave") continue;
      const name = NAMES[signal];
      const listener = () => signalled(signal);
      try {
        process.on(name, listener);
        this.#installed.push([name, listener]);
      } catch {
        unsupported(name);
      }
    }
  }

  release(): void {
    for (const [name, listener] of this.#installed.splice(0)) process.off(name, listener);
  }
}

/**
 * Takes the signal's default action, whoever listens; if the process survives that, ends it with
 * 128 + the signal's number. No exit handlers: whatever wedged the shutdown may be one of them.
 */
export function reRaise(signal: Signal): never {
  const name = NAMES[signal];
  process.removeAllListeners(name);
  process.kill(process.pid, name);
  // Asleep rather than on a timer, so that nothing else of a wedged process runs meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_MS);
  const { reallyExit } = process as unknown as { reallyExit(code: number): never };
  return reallyExit.call(process, 128 + constants.signals[name]);
}

/** From a thread beside a main thread that no longer answers: only this cannot be caught there. */
export function kill(): void {
  process.kill(process.pid, "SIGKILL");
}
