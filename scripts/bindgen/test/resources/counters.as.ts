// Objects of the component, counted.
import * as t from "./generated/types";

let alive: u32 = 0;
let dropped: u32 = 0;
const kept: Counter[] = [];

export class Counter {
  constructor(private count: u32) {
    alive++;
  }

  static checked(start: u32): t.Result<Counter, string> {
    return start > 1_000_000
      ? new t.Err<Counter, string>(`too large: ${start}`)
      : new t.Ok<Counter, string>(new Counter(start));
  }

  static several(count: u32): Array<Counter> {
    const all: Counter[] = [];
    for (let i: u32 = 0; i < count; i++) all.push(new Counter(i));
    return all;
  }

  static sum(all: Array<Counter>): u32 {
    let sum: u32 = 0;
    for (let i = 0; i < all.length; i++) sum += all[i].count;
    return sum;
  }

  value(): u32 {
    return this.count;
  }

  add(n: u32): u32 {
    this.count += n;
    return this.count;
  }

  plus(other: Counter): u32 {
    return this.count + other.count;
  }

  absorb(other: Counter): u32 {
    return this.add(ended(other));
  }

  copy(): Counter {
    return new Counter(this.count);
  }

  dispose(): void {
    alive--;
    dropped++;
  }
}

export class Even {
  private constructor(private number: u32) {
    alive++;
  }

  static create(value: u32): t.Result<Even, string> {
    return value % 2 == 1
      ? new t.Err<Even, string>(`odd: ${value}`)
      : new t.Ok<Even, string>(new Even(value));
  }

  value(): u32 {
    return this.number;
  }

  half(): u32 {
    return this.number / 2;
  }

  dispose(): void {
    alive--;
    dropped++;
  }
}

export class Token {
  constructor() {
    alive++;
  }

  dispose(): void {
    alive--;
    dropped++;
  }
}

/** The value of an object that the component now has, and lets go. */
function ended(it: Counter): u32 {
  alive--;
  return it.value();
}

export function make(start: u32): Counter {
  return new Counter(start);
}

export function makeToken(): Token {
  return new Token();
}

export function take(it: Counter): u32 {
  return ended(it);
}

export function takeToken(it: Token): void {
  alive--;
}

export function peek(it: Counter): u32 {
  return it.value();
}

export function peekAlias(it: t.Tally): u32 {
  return it.value();
}

export function pass(it: Counter): Counter {
  return it;
}

export function passAlias(it: t.Tally): t.Tally {
  return it;
}

export function takeAll(all: Array<Counter>): Uint32Array {
  const values = new Uint32Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = ended(all[i]);
  return values;
}

export function passAll(all: Array<Counter>): Array<Counter> {
  return all.reverse();
}

export function peekAll(all: Array<Counter>): Uint32Array {
  const values = new Uint32Array(all.length);
  for (let i = 0; i < all.length; i++) values[i] = all[i].value();
  return values;
}

export function passMaybe(it: Counter | null): Counter | null {
  return it;
}

export function peekMaybe(it: Counter | null): t.Some<u32> | null {
  return it === null ? null : new t.Some<u32>(it.value());
}

export function swap(both: t.Pair): t.Pair {
  return new t.Pair(both.second, both.first);
}

export function peekLabelled(it: t.Labelled): string {
  return `${it.label}: ${it.of_.value()}`;
}

export function passHolder(it: t.Holder): t.Holder {
  return it;
}

export function passHolders(all: Array<t.Holder>): Array<t.Holder> {
  return all;
}

export function passEither(it: t.Result<Counter, string>): t.Result<Counter, string> {
  return it;
}

export function wrapEither(it: t.Result<Counter, string>): t.Tuple1<t.Result<Counter, string>> {
  return new t.Tuple1<t.Result<Counter, string>>(it);
}

export function passBoth(a: Counter, b: Even): t.Tuple2<Even, Counter> {
  return new t.Tuple2<Even, Counter>(b, a);
}

export function passSpilled(
  a: string,
  b: string,
  c: string,
  d: string,
  e: string,
  f: string,
  g: string,
  h: string,
  it: Counter,
): Counter {
  it.add(<u32>(a + b + c + d + e + f + g + h).length);
  return it;
}

export function keep(it: Counter): void {
  kept.push(it);
}

export function giveBack(): Counter | null {
  return kept.length == 0 ? null : kept.pop();
}

export function live(): u32 {
  return alive;
}

export function disposed(): u32 {
  return dropped;
}
