// Uses the counters of another interface.
import { Counter, take } from "./counters";
import * as t from "./generated/types";

export function read(it: Counter): u32 {
  return it.value();
}

/** The other of the two is let go. */
export function first(both: t.Pair): Counter {
  take(both.second);
  return both.first;
}

export function make(start: u32): Counter {
  return new Counter(start);
}
