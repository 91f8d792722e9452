/**
 * What the application changes too often to send: kicks and the count of work in flight. Both sides
 * see the same memory, in one thread or in two, so that a kick is a plain store and nothing more.
 */

// Indices of `flags`.
const KICKED = 0; // 1: some kick is newer than the last collection
const WORKING = 1; // work of the application in flight
const URGENT = 2; // 1: every change of WORKING is to be told at once
const FLAGS = 4;

const SLOTS = 10_001; // the most probes there can be, and slot 0
const KICKS_AT = FLAGS * Int32Array.BYTES_PER_ELEMENT;

/** Takes the kicks of probes that are gone. */
export const NO_SLOT = 0;

export class Board {
  readonly flags: Int32Array;
  /** Moments of `performance.now()` in the application's thread, by slot. */
  readonly kicks: Float64Array;
  readonly #free: number[] = [];
  #used = NO_SLOT;

  constructor(
    readonly buffer = new SharedArrayBuffer(KICKS_AT + SLOTS * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.flags = new Int32Array(buffer, 0, FLAGS);
    this.kicks = new Float64Array(buffer, KICKS_AT);
  }

  /** A place for a probe's kicks; only the application's side hands them out. */
  takeSlot(): number {
    const slot = this.#free.pop() ?? ++this.#used;
    this.kicks[slot] = 0;
    return slot;
  }

  freeSlot(slot: number): void {
    this.#free.push(slot);
  }

  /**
   * What kicks the probe at this place. Plain stores: an atomic one costs more than reading the clock
   * does. Seen late, a kick is collected when the engine looks again, which it does before any limit
   * is judged.
   */
  kicker(place: { readonly slot: number }): () => void {
    const { kicks, flags } = this;
    return () => {
      kicks[place.slot] = performance.now();
      flags[KICKED] = 1;
    };
  }

  get kicked(): boolean {
    return this.flags[KICKED] !== 0;
  }

  clearKicked(): void {
    Atomics.store(this.flags, KICKED, 0);
  }

  get working(): number {
    return this.flags[WORKING] as number;
  }

  /** Returns whether the change must be told at once. */
  changeWorking(by: 1 | -1): boolean {
    Atomics.add(this.flags, WORKING, by);
    // Atomic as setUrgent is: whoever comes second sees what the other has done.
    return Atomics.load(this.flags, URGENT) !== 0;
  }

  setUrgent(): void {
    Atomics.store(this.flags, URGENT, 1);
  }
}
