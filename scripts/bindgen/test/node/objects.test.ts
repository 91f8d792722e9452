/** Imports and objects as a TypeScript program has them, beside jco with the same implementation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { generate } from "../../generate.js";
import { lowerCamel } from "../../names.js";
import { resolveWorld } from "../../wit.js";
import { echoImplementation, Host, Item } from "../guest-host.js";
import { CACHE, relayGuest, resourcesGuest, type TestGuest } from "../guests.js";
import { jcoInstance } from "../jco.js";
import { liftedByJco } from "../jco-faults.js";
import { seeded, Values } from "../values.js";
import { transpile } from "./runner.js";

const CALLS_OF_EACH = process.env.HAMS_FULL ? 500 : 50;

// biome-ignore lint/suspicious/noExplicitAny: the glue is generated while the test runs
async function glueOf(guest: TestGuest): Promise<any> {
  const folder = join(CACHE, "node/objects", guest.world);
  const { wit, world } = guest;
  transpile(folder, await generate({ wit, world, target: "node", json: false }));
  return import(pathToFileURL(join(folder, `${world}.js`)).href);
}

function moduleOf({ core }: TestGuest): WebAssembly.Module {
  return new WebAssembly.Module(new Uint8Array(readFileSync(core)));
}

test("every shape goes through an import as it does in jco", { timeout: 120_000 }, async () => {
  const guest = await relayGuest();
  const { ComponentError, instantiate } = await glueOf(guest);
  const world = await resolveWorld(guest.wit, guest.world);
  const component = new Uint8Array(readFileSync(guest.component));
  const oracle = await jcoInstance(component, join(CACHE, "node/objects/jco"));
  // jco throws what an error carries by itself
  const theirs = oracle({
    "test:echo/echo": echoImplementation(world, (payload) => ({ payload })),
  }).echo;
  const implementation = echoImplementation(world, (payload) => new ComponentError(payload));
  const ours = instantiate(moduleOf(guest), { echo: implementation }).echo;
  const outcome = (call: () => unknown) => {
    try {
      return { returned: present(call()) };
    } catch (error) {
      if (error instanceof ComponentError) return { thrown: present(Object(error).payload) };
      if (error instanceof Error && !("payload" in error)) throw error;
      return { thrown: present(Object(error).payload ?? error) };
    }
  };
  const values = new Values(seeded(8));
  for (const func of world.exports[0]?.functions ?? []) {
    const name = lowerCamel(func.name);
    for (let i = 0; i < CALLS_OF_EACH; i++) {
      const sent = func.parameters.map((p) =>
        p.name === "count" ? values.below(50) : liftedByJco(values.of(p.type)),
      );
      const answer = outcome(() => ours[name](...sent));
      expect(answer, name).toStrictEqual(outcome(() => theirs?.[name]?.(...sent)));
    }
  }
});

/** Without members that are undefined. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const members = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(members.map(([k, v]) => [k, present(v)]));
}

describe("objects", { timeout: 60_000 }, async () => {
  const guest = await resourcesGuest();
  const glue = await glueOf(guest);
  const module = moduleOf(guest);
  const { ComponentError, ReentryError, TrapError } = glue;
  let host: Host;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let it: any;
  const make = (own: Host, changed: object = {}) =>
    glue.instantiate(module, {
      ...{ store: own.store, twins: own.twinFunctions },
      ...{ next: own.next, note: own.note, choose: own.choose, ...changed },
    });

  beforeEach(() => {
    host = new Host((payload) => new ComponentError(payload));
    it = make(host);
  });

  test("of the component are of its class, and end once", () => {
    const counter = new it.counters.Counter(5);
    expect(counter).toBeInstanceOf(it.counters.Counter);
    expect(it.counters.make(1)).toBeInstanceOf(it.counters.Counter);
    expect(counter.add(3)).toBe(8);
    counter.close();
    counter.close();
    counter[Symbol.dispose]();
    expect([it.counters.live(), it.counters.disposed()]).toStrictEqual([1, 1]);
    expect(() => counter.value()).toThrow(TypeError);
    expect(() => counter.value()).toThrow("this: this counter is closed or given away");
  });

  test.each([
    ["given away before", () => gone(it.counters.make(1)), "it: this counter is closed or given"],
    ["of another instance", () => make(host).counters.make(1), "it: an object is not a counter of"],
    ["of another resource", () => new it.counters.Even(2), "it: an object is not a counter of"],
    ["like one", () => ({ value: () => 1 }), "it: an object is not a counter of this instance"],
    ["nothing", () => undefined, "it: undefined is not a counter of this instance"],
  ])("%s are refused, by path", (_, made, message) => {
    expect(() => it.counters.take(made())).toThrow(TypeError);
    expect(() => it.counters.take(made())).toThrow(message);
  });

  function gone<T>(counter: T): T {
    it.counters.take(counter);
    return counter;
  }

  test("twice in one call are refused where one is given away", () => {
    const counter = it.counters.make(1);
    expect(() => it.counters.swap({ first: counter, second: counter })).toThrow(
      "both.second: this counter is given in the same call",
    );
    expect(() => counter.absorb(counter)).toThrow("other: this counter is lent in the same call");
    expect(() => it.counters.takeAll([counter, 5])).toThrow("all[1]: 5 is not a counter");
    expect(counter.value()).toBe(1);
  });

  test("whose constructor fails are not made", () => {
    expect(() => new it.counters.Even(3)).toThrow(ComponentError);
    expect(() => new it.counters.Even(3)).toThrow("odd: 3");
    expect(it.counters.live()).toBe(0);
  });

  test("of the application are the same when they come back", () => {
    const item = new Item("a");
    expect(it.keeper.passItem(item)).toBe(item);
    expect(host.dropped).toStrictEqual([]);
    expect(it.keeper.consume(item)).toBe("a");
    expect(host.dropped).toStrictEqual(["a"]);
  });

  test("of the application must be objects", () => {
    expect(() => it.keeper.consume(5)).toThrow("it: 5 is not an object");
    expect(() => it.keeper.lookAll([new Item("a"), null])).toThrow("all[1]: null is not an object");
  });

  test("of a dead instance close without a word", () => {
    const counter = it.counters.make(1);
    expect(() => it.keeper.useAfterDrop(new Item("a"))).toThrow(TrapError);
    counter.close();
    expect(() => counter.value()).toThrow("the component trapped in an earlier call");
  });

  describe("an import", () => {
    test("throws a ComponentError, which is the error of its result", () => {
      expect(() => it.keeper.openItem("")).toThrow(ComponentError);
      expect(() => it.keeper.openItem("")).toThrow("no name");
      expect(it.keeper.openItem("a").name()).toBe("a");
    });

    test("that throws anything else is a trap with its cause", () => {
      const cause = new RangeError("out of ink");
      const dying = make(host, {
        note: () => {
          throw cause;
        },
      });
      const error = caught(() => dying.run("a"));
      expect(error).toBeInstanceOf(TrapError);
      expect(error).toMatchObject({ message: "the component trapped: out of ink", cause });
      expect(() => dying.run("a")).toThrow("the component trapped in an earlier call");
    });

    test("that throws a ComponentError without a result in the WIT is a trap", () => {
      const dying = make(host, {
        note: () => {
          throw new ComponentError("no");
        },
      });
      expect(() => dying.run("a")).toThrow(TrapError);
    });

    test.each([
      ["what it returns", { next: () => -1 }, "next(): -1 is not an integer from 0 to 4294967295"],
      [
        "what it throws",
        {
          choose: () => {
            throw new ComponentError(5);
          },
        },
        "choose().val: 5 is not a string",
      ],
    ])("is held to its type: %s", (_, changed, message) => {
      const dying = make(host, changed);
      const error = caught(() => ("next" in changed ? dying.run("a") : dying.best([])));
      expect(error).toBeInstanceOf(TrapError);
      expect((error as Error).message).toContain(message);
    });

    test("may not call the component that waits for it", () => {
      const seen: unknown[] = [];
      const counter = () => it.counters.make(1);
      it = make(host, { note: () => seen.push(caught(counter)) });
      expect(it.run("a")).toBe("a 1");
      expect(seen).toStrictEqual([expect.any(ReentryError)]);
      expect(counter().value()).toBe(1);
    });
  });

  function caught(call: () => unknown): unknown {
    try {
      call();
    } catch (error) {
      return error;
    }
    throw new Error("nothing was thrown");
  }
});
