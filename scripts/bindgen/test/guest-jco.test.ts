/** The AssemblyScript guests in jco: what they import, and objects of both sides. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { lowerCamel } from "../names.js";
import { resolveWorld } from "../wit.js";
import { echoImplementation, Host, Item } from "./guest-host.js";
import { CACHE, relayGuest, resourcesGuest, type TestGuest } from "./guests.js";
import { jcoInstance } from "./jco.js";
import { liftedByJco } from "./jco-faults.js";
import { seeded, Values } from "./values.js";

const CALLS_OF_EACH = process.env.HAMS_FULL ? 500 : 50;

function oracle(guest: TestGuest, name: string) {
  return jcoInstance(new Uint8Array(readFileSync(guest.component)), join(CACHE, name));
}

/** jco throws what an error carries by itself. */
const thrownAsItIs = (payload: unknown) => ({ payload });

test("every shape goes through an import and comes back as it was sent", {
  timeout: 120_000,
}, async () => {
  const guest = await relayGuest();
  const instantiate = await oracle(guest, "guest-jco/relay");
  const world = await resolveWorld(guest.wit, guest.world);
  const implementation = echoImplementation(world, thrownAsItIs);
  const { echo } = instantiate({ "test:echo/echo": implementation });
  const values = new Values(seeded(7));
  const outcome = (call: () => unknown) => {
    try {
      return { returned: call() };
    } catch (error) {
      if (error instanceof Error) throw error;
      const wrapped = typeof error === "object" && error !== null && "payload" in error;
      return { thrown: wrapped ? error.payload : error };
    }
  };
  let compared = 0;
  for (const func of world.exports[0]?.functions ?? []) {
    const name = lowerCamel(func.name);
    for (let i = 0; i < CALLS_OF_EACH; i++) {
      const sent = func.parameters.map((p) =>
        p.name === "count" ? values.below(50) : liftedByJco(values.of(p.type)),
      );
      const answer = outcome(() => echo?.[name]?.(...sent));
      const direct = outcome(() => implementation[name]?.(...(sent as never[])));
      expect(withoutAbsent(answer), name).toStrictEqual(withoutAbsent(direct));
      compared++;
    }
  }
  expect(compared).toBe(CALLS_OF_EACH * 41);
});

/** An absent member and one that is undefined are the same. */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(members.map(([k, v]) => [k, withoutAbsent(v)]));
}

describe("objects", { timeout: 60_000 }, async () => {
  const instantiate = await oracle(await resourcesGuest(), "guest-jco/resources");
  let host: Host;
  // biome-ignore lint/suspicious/noExplicitAny: jco's instance has no types
  let it: any;

  beforeEach(() => {
    host = new Host(thrownAsItIs);
    it = instantiate({
      "test:resources/store": host.store,
      "test:resources/twins": host.twinFunctions,
      next: { default: host.next },
      note: { default: host.note },
      choose: { default: host.choose },
    });
  });

  const counts = () => [it.counters.live(), it.counters.disposed()];

  test("of the component have methods, and end once", () => {
    const counter = new it.counters.Counter(5);
    expect(counter.add(3)).toBe(8);
    expect(counter.plus(counter)).toBe(16);
    const copy = counter.copy();
    expect(counts()).toStrictEqual([2, 0]);
    counter[Symbol.dispose]();
    expect(counts()).toStrictEqual([1, 1]);
    expect(copy.value()).toBe(8);
  });

  test("of the component that come back to it do not end, and are the same", () => {
    const counter = new it.counters.Counter(5);
    const same = it.counters.pass(counter);
    expect(same.value()).toBe(5);
    expect(counts()).toStrictEqual([1, 0]);
    expect(it.counters.take(same)).toBe(5);
    expect(counts()).toStrictEqual([0, 0]);
  });

  test("can be kept in the component", () => {
    it.counters.keep(new it.counters.Counter(5));
    expect(counts()).toStrictEqual([1, 0]);
    expect(it.counters.giveBack().value()).toBe(5);
    expect(it.counters.giveBack()).toBeUndefined();
  });

  test("stand in lists, options, records, variants, results and tuples", () => {
    const { counters } = it;
    const make = (n: number) => counters.make(n);
    const values = (all: { value(): number }[]) => all.map((c) => c.value());
    expect(values(counters.passAll(counters.Counter.several(3)))).toStrictEqual([2, 1, 0]);
    expect([...counters.takeAll([make(1), make(2)])]).toStrictEqual([1, 2]);
    expect([...counters.peekAll([make(3), make(4)])]).toStrictEqual([3, 4]);
    expect(counters.Counter.sum([make(3), make(4)])).toBe(7);
    expect(counters.passMaybe(make(5)).value()).toBe(5);
    expect(counters.passMaybe(undefined)).toBeUndefined();
    expect(counters.peekMaybe(make(6))).toBe(6);
    const { first, second } = counters.swap({ first: make(1), second: make(2) });
    expect(values([first, second])).toStrictEqual([2, 1]);
    expect(counters.peekLabelled({ label: "seven", of: make(7) })).toBe("seven: 7");
    expect(counters.passHolder({ tag: "one", val: make(8) }).val.value()).toBe(8);
    expect(values(counters.passHolder({ tag: "many", val: [make(9)] }).val)).toStrictEqual([9]);
    const [name, named] = counters.passHolder({ tag: "named", val: ["ten", make(10)] }).val;
    expect([name, named.value()]).toStrictEqual(["ten", 10]);
    expect(counters.passEither({ tag: "ok", val: make(11) }).value()).toBe(11);
    const [even, other] = counters.passBoth(make(12), new counters.Even(2));
    expect([even.half(), other.value()]).toStrictEqual([1, 12]);
    const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];
    expect(counters.passSpilled(...letters, make(13)).value()).toBe(21);
    const before = counters.live();
    expect(it.readers.first({ first: make(14), second: make(15) }).value()).toBe(14);
    expect(counters.live()).toBe(before + 1);
  });

  test("whose constructor fails are not made", () => {
    expect(() => new it.counters.Even(3)).toThrow("odd: 3");
    expect(() => it.counters.Counter.checked(1_000_001)).toThrow("too large: 1000001");
    expect(counts()).toStrictEqual([0, 0]);
  });

  test("of the host are made, used and given away by the component", () => {
    expect(it.keeper.makeItem("a").name()).toBe("a!");
    expect(it.keeper.openItem("b").name()).toBe("b");
    expect(() => it.keeper.openItem("")).toThrow("no name");
    expect(it.keeper.putAll([new Item("c"), new Item("d")])).toBe(2);
    expect(it.keeper.putLabelled({ label: "e", of: new Item("f") }).of.name()).toBe("f");
    expect(it.keeper.findItem("c").name()).toBe("c");
    expect(it.keeper.findItem("z")).toBeUndefined();
    expect(host.dropped).toStrictEqual([]);
  });

  test("of the host that are lent stay the host's", () => {
    const item = new Item("a");
    expect(it.keeper.look(item)).toBe("a");
    expect(it.keeper.lookAll([item, new Item("b"), item])).toStrictEqual(["a", "b", "a"]);
    expect(it.keeper.lookMaybe(item)).toBe("a");
    expect(it.keeper.compare(item, item)).toBe(true);
    expect(it.best([item, item])).toBe(1);
    expect(() => it.best([])).toThrow("nothing to choose from");
    expect(host.dropped).toStrictEqual([]);
  });

  test("of the host that the component drops end once", () => {
    expect(it.keeper.consume(new Item("a"))).toBe("a");
    expect(it.keeper.copyAndDrop(new Item("b"))).toBe("b");
    expect(it.keeper.takeFirst(3).name()).toBe("item 0");
    expect(it.keeper.churn(100)).toBe(100);
    const churned = Array.from({ length: 100 }, (_, i) => `item ${i}`);
    expect(host.dropped).toStrictEqual(["a", "b", "item 1", "item 2", ...churned]);
  });

  test("of the component may hold one of the host's", () => {
    const box = new it.keeper.Box(new Item("a"));
    expect([box.name(), box.ask(), it.keeper.boxes()]).toStrictEqual(["a", "a", 1]);
    box[Symbol.dispose]();
    expect([host.dropped, it.keeper.boxes()]).toStrictEqual([["a"], 0]);
    const emptied = new it.keeper.Box(new Item("b"));
    expect(emptied.empty().name()).toBe("b");
    expect(() => emptied.empty()).toThrow("empty");
    emptied[Symbol.dispose]();
    expect(host.dropped).toStrictEqual(["a"]);
  });

  test("of one interface on both sides are two types", () => {
    const twin = new it.twins.Twin(4);
    expect(it.twins.turn(twin).value()).toBe(4);
    expect(it.twins.turnTwo({ a: new it.twins.Twin(5), n: 3 }).n).toBe(3);
    expect(it.twins.turnAll([new it.twins.Twin(6)])[0].value()).toBe(6);
    expect(it.twins.Twin.larger(new it.twins.Twin(7), new it.twins.Twin(8))).toBe(8);
    expect(it.twins.turnSide("right")).toBe("right");
  });

  test("that were dropped or given away are used in vain", () => {
    expect(() => it.keeper.useAfterDrop(new Item("a"))).toThrow("unreachable");
    expect(host.dropped).toStrictEqual(["a"]);
  });

  test("that were given away are not given twice", () => {
    expect(() => it.keeper.giveTwice(new Item("a"))).toThrow("unreachable");
    expect(host.shelf).toHaveLength(1);
  });

  test("functions of the world itself are called on both sides", () => {
    expect(it.run("note")).toBe("note 1");
    expect(it.run("note")).toBe("note 2");
    expect(host.notes).toStrictEqual(["note 1", "note 2"]);
  });
});
