/** Watches the application's event loop from the health thread: a timer that kicks a live probe. */
import type { KickProbe, KickProbeOptions } from "./probes.js";
import type { WorkerOptions } from "./settings.js";

const PROBE = "event-loop";
const LIMIT_MS = 5_000;
/** One late kick is not to look like a blocked loop. */
const KICKS_A_LIMIT = 5;

export class Heartbeat {
  readonly #probe: KickProbe;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { probe = PROBE, limitMs = LIMIT_MS }: WorkerOptions,
    add: (name: string, options: KickProbeOptions) => KickProbe,
  ) {
    this.#probe = add(probe, { roles: ["live"], limitMs });
    this.#intervalMs = limitMs / KICKS_A_LIMIT;
  }

  start(): void {
    this.#probe.kick();
    // Unreferenced: a watched loop that has nothing left to do may end.
    this.#timer = setInterval(() => this.#probe.kick(), this.#intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
