/**
 * What is under way on either side: runs of checks and hooks, gatherings of metrics. Each has a
 * number that no other instance of the core uses again, so that what comes back late of a core that
 * is gone, or twice, finds nothing.
 */
export type Flight =
  | {
      readonly tag: "check" | "hook";
      /** The core's number of the run. */
      readonly coreRun: number;
      /** Absent: it runs on the application's side. */
      readonly abort: AbortController | undefined;
    }
  | { readonly tag: "gathering"; readonly ticket: number };

export class Flights {
  readonly #flights = new Map<number, Flight>();
  readonly #byCoreRun = new Map<number, number>();
  #last = 0;

  /** `cancelThere` asks the application's side to end a run. */
  constructor(private readonly cancelThere: (run: number) => void) {}

  takeOff(flight: Flight): number {
    const run = ++this.#last;
    this.#flights.set(run, flight);
    if (flight.tag !== "gathering") this.#byCoreRun.set(flight.coreRun, run);
    return run;
  }

  /** It has come back; `undefined` where nobody waits for it any more. */
  land(run: number): Flight | undefined {
    const flight = this.#flights.get(run);
    this.#flights.delete(run);
    if (flight !== undefined && flight.tag !== "gathering") this.#byCoreRun.delete(flight.coreRun);
    return flight;
  }

  /** Asks it to end; it still comes back. */
  cancel(coreRun: number): void {
    const run = this.#byCoreRun.get(coreRun);
    const flight = run === undefined ? undefined : this.#flights.get(run);
    if (run === undefined || flight === undefined || flight.tag === "gathering") return;
    if (flight.abort === undefined) this.cancelThere(run);
    else flight.abort.abort();
  }

  /** Asks all to end, and waits for none. */
  abandon(): void {
    for (const coreRun of [...this.#byCoreRun.keys()]) this.cancel(coreRun);
    this.#flights.clear();
    this.#byCoreRun.clear();
  }
}
