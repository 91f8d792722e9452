/**
 * Everything that happens because time passes: rows in a heap, the earliest on top.
 *
 * A timer belongs to whoever made it and stands in the heap at most once; setting
 * it again moves it. All operations cost O(log n).
 */

/** What a timer is for, in the order in which timers of one moment fire. */
export enum TimerKind {
  StartupTimeout,
  DrainOver,
  WorkOver,
  GraceOver,
  HookTimeout,
  HookPauseOver,
  KickLimit,
  CheckTimeout,
  CheckDue,
  Stale,
  GatheringOver,
}

const UNSET: i32 = -1;

/** One moment to come. */
export class Timer {
  due: u64 = 0;
  /** Where it stands in the heap, or UNSET. */
  slot: i32 = UNSET;

  /** `id` is the probe's for timers of probes, and 0 otherwise. */
  constructor(
    readonly kind: TimerKind,
    readonly id: u32,
  ) {}
}

/** All timers of a machine. */
export class Timers {
  private heap: Array<Timer> = [];

  /** Sets or moves a timer. */
  set(timer: Timer, due: u64): void {
    timer.due = due;
    if (timer.slot == UNSET) {
      timer.slot = this.heap.length;
      this.heap.push(timer);
    }
    this.rise(timer);
    this.sink(timer);
  }

  /** Takes a timer out; without effect if it is not set. */
  clear(timer: Timer): void {
    const slot = timer.slot;
    if (slot == UNSET) return;
    timer.slot = UNSET;
    const last = this.heap.pop();
    if (last == timer) return;
    this.put(last, slot);
    this.rise(last);
    this.sink(last);
  }

  /** The earliest timer that is due by `now`, taken out; null when there is none. */
  takeDue(now: u64): Timer | null {
    if (this.heap.length == 0) return null;
    const first = this.heap[0];
    if (first.due > now) return null;
    this.clear(first);
    return first;
  }

  /** Whether any timer is set. */
  get isEmpty(): bool {
    return this.heap.length == 0;
  }

  /** When the earliest timer is due; only if there is one. */
  get earliest(): u64 {
    return this.heap[0].due;
  }

  /** Takes all timers out. */
  clearAll(): void {
    for (let i = 0; i < this.heap.length; i++) this.heap[i].slot = UNSET;
    this.heap = [];
  }

  private rise(timer: Timer): void {
    while (timer.slot > 0) {
      const parent = this.heap[(timer.slot - 1) >> 1];
      if (!isBefore(timer, parent)) return;
      const slot = parent.slot;
      this.put(parent, timer.slot);
      this.put(timer, slot);
    }
  }

  private sink(timer: Timer): void {
    const count = this.heap.length;
    for (;;) {
      let child = timer.slot * 2 + 1;
      if (child >= count) return;
      if (child + 1 < count && isBefore(this.heap[child + 1], this.heap[child])) child++;
      const lower = this.heap[child];
      if (!isBefore(lower, timer)) return;
      this.put(lower, timer.slot);
      this.put(timer, child);
    }
  }

  private put(timer: Timer, slot: i32): void {
    this.heap[slot] = timer;
    timer.slot = slot;
  }
}

function isBefore(a: Timer, b: Timer): bool {
  if (a.due != b.due) return a.due < b.due;
  if (a.kind != b.kind) return a.kind < b.kind;
  return a.id < b.id;
}
