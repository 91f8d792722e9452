// Finds what comes twice, by its hash.

/** Looking further than this for a free slot means that hashes were made to collide. */
const MOST_PROBES: i32 = 64;

/**
 * Gathers places with their hashes, then goes through pairs of the same hash:
 * `search`, then `next` until it is false. Takes linear time whatever the
 * hashes; where very many are the same, pairs are missed.
 */
@final
export class Repeats {
  /** The pair that `next` found: the place that came first, and a later one of its hash. */
  first: i32 = 0;
  later: i32 = 0;
  private readonly places: Array<i32>;
  private readonly hashes: Array<u32>;
  /** A hash table with open addressing: one more than an index into `places`; 0 is free. */
  private slots: StaticArray<i32> = new StaticArray<i32>(0);
  private mask: i32 = 0;
  private index: i32 = 0;
  private probe: i32 = 0;

  /** With room for `count` places; more may come. */
  constructor(count: i32 = 0) {
    this.places = new Array<i32>(count);
    this.hashes = new Array<u32>(count);
    this.clear();
  }

  clear(): void {
    this.places.length = 0;
    this.hashes.length = 0;
  }

  add(place: i32, hash: u32): void {
    this.places.push(place);
    this.hashes.push(hash);
  }

  search(): void {
    const count = this.places.length;
    this.mask = (2 << (31 - clz(count + (count >> 1) + 1))) - 1; // at most two thirds are taken
    if (this.slots.length <= this.mask) this.slots = new StaticArray<i32>(this.mask + 1);
    else this.slots.fill(0, 0, this.mask + 1);
    this.index = 0;
    this.probe = 0;
  }

  next(): bool {
    while (this.index < this.places.length) {
      const hash = this.hashes[this.index];
      while (this.probe < MOST_PROBES) {
        const slot = (<i32>hash + this.probe++) & this.mask;
        const taken = this.slots[slot];
        if (taken == 0) {
          this.slots[slot] = this.index + 1;
          break;
        }
        if (this.hashes[taken - 1] == hash) {
          this.first = this.places[taken - 1];
          this.later = this.places[this.index];
          return true;
        }
      }
      this.settle();
    }
    return false;
  }

  /** The pair is a repeat indeed: `next` goes on with another later place. */
  settle(): void {
    this.index++;
    this.probe = 0;
  }
}
