/** Probes or hooks under ids that stay the same when the core, which numbers them too, is replaced. */
export class Registry<T> {
  readonly #entries = new Map<number, Entry<T>>();
  readonly #byCoreId = new Map<number, Entry<T>>();
  #last = 0;

  /** Returns the id that stays. */
  add(coreId: number, value: T): number {
    const entry = { id: ++this.#last, coreId, value };
    this.#entries.set(entry.id, entry);
    this.#byCoreId.set(coreId, entry);
    return entry.id;
  }

  get(id: number): Entry<T> | undefined {
    return this.#entries.get(id);
  }

  byCoreId(coreId: number): Entry<T> | undefined {
    return this.#byCoreId.get(coreId);
  }

  delete(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#byCoreId.delete(entry.coreId);
  }

  /** Gives every entry, in order of registration, the id it has in a new core. */
  renumber(register: (value: T) => number): void {
    this.#byCoreId.clear();
    for (const entry of this.#entries.values()) {
      entry.coreId = register(entry.value);
      this.#byCoreId.set(entry.coreId, entry);
    }
  }
}

export interface Entry<T> {
  readonly id: number;
  coreId: number;
  value: T;
}
