// A twin of the component holds one of the host, and does what that does.
import * as host from "./generated/twins";
import * as t from "./generated/types";

export class Twin {
  private other: t.ImportedTwin;

  constructor(value: u32) {
    this.other = new host.Twin(value);
  }

  static larger(a: Twin, b: Twin): u32 {
    return host.Twin.larger(a.other, b.other);
  }

  value(): u32 {
    return this.other.value();
  }

  /** There and back through the host. */
  turn(): void {
    this.other = host.turn(this.other);
  }

  turnTwo(n: u32): u32 {
    const two = host.turnTwo(new t.ImportedTwo(this.other, n));
    this.other = two.a;
    return two.n;
  }

  static turnAll(all: Array<Twin>): void {
    const others: t.ImportedTwin[] = [];
    for (let i = 0; i < all.length; i++) others.push(all[i].other);
    const turned = host.turnAll(others);
    for (let i = 0; i < all.length; i++) all[i].other = turned[i];
  }

  dispose(): void {
    this.other.drop();
  }
}

export function turn(it: Twin): Twin {
  it.turn();
  return it;
}

export function turnTwo(it: t.Two): t.Two {
  return new t.Two(it.a, it.a.turnTwo(it.n));
}

export function turnAll(all: Array<Twin>): Array<Twin> {
  Twin.turnAll(all);
  return all;
}

export function turnSide(it: t.Side): t.Side {
  return host.turnSide(it);
}
