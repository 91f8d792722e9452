/** Marks work in flight, so that a shutdown waits for it. */
export class Work implements Disposable {
  #done: (() => void) | undefined;

  /** Made by `health.work()`. */
  constructor(done: () => void) {
    this.#done = done;
  }

  /** The work is done. A second call has no effect. */
  done(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }

  /** So that `using work = health.work()` ends with its block. */
  [Symbol.dispose](): void {
    this.done();
  }
}
