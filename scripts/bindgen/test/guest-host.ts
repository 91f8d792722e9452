/** What the relay and the resources guest import, implemented in TypeScript and counted. */
import type { Func, World } from "../ir.js";
import { resolve } from "../ir.js";
import { lowerCamel } from "../names.js";

type Implementation = Readonly<Record<string, (...values: never[]) => unknown>>;

/** Gives back what it is given, as the echo guest does; `fail` makes what is thrown for an error. */
export function echoImplementation(
  world: World,
  fail: (error: unknown) => unknown,
): Implementation {
  const [echo] = world.imports;
  const functions = (echo?.functions ?? []).map((func) => {
    const special = NO_ECHOES[func.name];
    return [lowerCamel(func.name), special ?? echoOf(func, fail)] as const;
  });
  return Object.fromEntries(functions);
}

function echoOf(func: Func, fail: (error: unknown) => unknown) {
  const kind = func.result ? resolve(func.result).kind : undefined;
  return (...values: unknown[]): unknown => {
    if (kind === "tuple") return values;
    if (kind !== "result") return values[0];
    const { tag, val } = values[0] as { tag: string; val: unknown };
    if (tag === "err") throw fail(val);
    return val;
  };
}

const NO_ECHOES: Implementation = {
  sixteen: (...numbers: number[]) => numbers.reduce((a, b) => a + b),
  seventeen: (...values: unknown[]) => {
    const numbers = values.slice(0, -1) as number[];
    return `${values.at(-1)}${numbers.reduce((a, b) => a + b)}`;
  },
  nothing: () => undefined,
  fill: (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`),
  length: (text: string) => text.length,
};

export class Item {
  static host: Host;

  constructor(public text: string) {
    Item.host.items++;
  }

  static open(name: string): Item {
    if (name === "") throw Item.host.fail("no name");
    return new Item(name);
  }

  name(): string {
    return this.text;
  }

  rename(name: string): void {
    this.text = name;
  }

  same(other: Item): boolean {
    return this.text === other.text;
  }

  copy(): Item {
    return new Item(this.text);
  }

  close(): void {
    Item.host.dropped.push(this.text);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

class Twin {
  constructor(readonly number: number) {
    Item.host.twins++;
  }

  static larger(a: Twin, b: Twin): number {
    return Math.max(a.number, b.number);
  }

  value(): number {
    return this.number;
  }

  close(): void {
    Item.host.twins--;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The host of world `resources`. The classes know the one that was made last. */
export class Host {
  items = 0;
  twins = 0;
  readonly dropped: string[] = [];
  readonly shelf: Item[] = [];
  readonly notes: string[] = [];
  readonly fail: (error: unknown) => unknown;

  constructor(fail: (error: unknown) => unknown) {
    this.fail = fail;
    Item.host = this;
  }

  readonly store = {
    Item,
    find: (name: string) => this.shelf.find((item) => item.text === name),
    put: (it: Item) => {
      this.shelf.push(it);
    },
    putAll: (all: Item[]) => this.shelf.push(...all),
    putLabelled: (it: unknown) => it,
    takeOut: (count: number) => Array.from({ length: count }, (_, i) => new Item(`item ${i}`)),
    nameOf: (it: Item) => it.text,
    namesOf: (all: Item[]) => all.map((item) => item.text),
  };

  readonly twinFunctions = {
    Twin,
    turn: (it: unknown) => it,
    turnTwo: (it: unknown) => it,
    turnAll: (all: unknown[]) => all,
    turnSide: (it: unknown) => it,
  };

  #number = 0;

  readonly next = (): number => ++this.#number;

  readonly note = (text: string): void => {
    this.notes.push(text);
  };

  readonly choose = (all: Item[]): number => {
    if (all.length === 0) throw this.fail("nothing to choose from");
    return all.length - 1;
  };
}
