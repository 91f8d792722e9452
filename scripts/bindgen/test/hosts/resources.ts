/** Objects that cross by handle. World `resources`; its WIT says what each function does. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Running } from "../hosts.js";
import type { Answer, Json } from "../session.js";
import { Store } from "./store.js";

const COUNTERS = "test:resources/counters@0.1.0#";
const READERS = "test:resources/readers@0.1.0#";
const KEEPER = "test:resources/keeper@0.1.0#";
const TWINS = "test:resources/twins@0.1.0#";

export function resourceTests(session: Running): void {
  let store = new Store();

  beforeEach(async () => {
    store = new Store();
    session().imports = (call) => store.answer(call);
    expect(await session().renew()).toStrictEqual({ returned: null });
  });

  /** What a call returns; anything else fails the test. */
  async function ask(name: string, ...args: Json[]): Promise<Json> {
    const answer = await session().call(name, ...args);
    expect(answer, `${name} of ${JSON.stringify(args)}`).toHaveProperty("returned");
    return (answer as { returned: Json }).returned;
  }
  const counters = (label: string, ...args: Json[]) => ask(COUNTERS + label, ...args);
  const keeper = (label: string, ...args: Json[]) => ask(KEEPER + label, ...args);
  const value = (id: number) => counters("[method]counter.value", id);
  const refused = (of: string) => ({ refused: expect.stringContaining(of) });

  async function expectGone(id: number): Promise<void> {
    expect(await session().call(`${COUNTERS}peek`, id)).toStrictEqual(refused(`${id}`));
    expect(await session().drop(id)).toStrictEqual(refused(`${id}`));
  }

  describe("objects of the component", () => {
    test("constructor, methods and static functions", async () => {
      expect(await counters("[constructor]counter", 5)).toBe(1);
      expect(await value(1)).toBe(5);
      expect(await counters("[method]counter.add", 1, 3)).toBe(8);
      expect(await counters("[static]counter.checked", 7)).toStrictEqual({ ok: 2 });
      expect(await counters("[static]counter.checked", 1_000_001)).toStrictEqual({
        err: "too large: 1000001",
      });
      expect(await counters("[static]counter.several", 3)).toStrictEqual([3, 4, 5]);
      expect(await counters("[static]counter.sum", [1, 2, 5])).toBe(17);
      expect(await counters("[static]counter.sum", [])).toBe(0);
      expect(await counters("[method]counter.plus", 1, 2)).toBe(15);
      expect(await counters("[method]counter.copy", 1)).toBe(6);
      expect(await value(6)).toBe(8);
    });

    test("one object may be lent twice in one call", async () => {
      const id = await counters("make", 4);
      expect(await counters("[method]counter.plus", id, id)).toBe(8);
      expect(await counters("peek-all", [id, id, id])).toStrictEqual([4, 4, 4]);
    });

    test("a constructor can fail", async () => {
      expect(await counters("[constructor]even", 3)).toStrictEqual({ err: "odd: 3" });
      expect(await counters("[constructor]even", 4)).toStrictEqual({ ok: 1 });
      expect(await counters("[method]even.half", 1)).toBe(2);
    });

    test("an object without functions is made, passed and dropped", async () => {
      expect(await counters("make-token")).toBe(1);
      expect(await counters("take-token", 1)).toBeNull();
      expect(await counters("make-token")).toBe(2);
      expect(await session().drop(2)).toStrictEqual({ returned: null });
      expect(await counters("live")).toBe(0);
      expect(await counters("disposed")).toBe(1);
    });

    test("what was passed on is gone for the caller", async () => {
      expect(await counters("[static]counter.several", 4)).toStrictEqual([1, 2, 3, 4]);
      expect(await counters("take", 2)).toBe(1);
      await expectGone(2);
      expect(await counters("[method]counter.absorb", 1, 3)).toBe(2);
      await expectGone(3);
      expect(await counters("take-all", [4, 1])).toStrictEqual([3, 2]);
      await expectGone(1);
      await expectGone(4);
      expect(await counters("live")).toBe(0);
      expect(await counters("disposed")).toBe(0);
    });

    test("what is dropped ends once", async () => {
      expect(await counters("[static]counter.several", 3)).toStrictEqual([1, 2, 3]);
      expect(await session().drop(2)).toStrictEqual({ returned: null });
      await expectGone(2);
      expect(await counters("live")).toBe(2);
      expect(await counters("disposed")).toBe(1);
      expect(await value(3)).toBe(2);
    });

    test("an object that comes back is one anew", async () => {
      const made = await counters("make", 7);
      expect(made).toBe(1);
      expect(await counters("pass", 1)).toBe(2);
      await expectGone(1);
      expect(await counters("pass-alias", 2)).toBe(3);
      expect(await counters("peek-alias", 3)).toBe(7);
      expect(await counters("live")).toBe(1);
    });

    test("handles in every position", async () => {
      expect(await counters("[static]counter.several", 3)).toStrictEqual([1, 2, 3]);
      expect(await counters("pass-all", [1, 2, 3])).toStrictEqual([4, 5, 6]);
      expect(await counters("peek-all", [4, 5, 6])).toStrictEqual([2, 1, 0]);
      expect(await counters("pass-all", [])).toStrictEqual([]);
      expect(await counters("pass-maybe", null)).toBeNull();
      expect(await counters("pass-maybe", 4)).toBe(7);
      expect(await counters("peek-maybe", 7)).toBe(2);
      expect(await counters("peek-maybe", null)).toBeNull();
      expect(await counters("swap", { first: 7, second: 5 })).toStrictEqual({
        first: 8,
        second: 9,
      });
      expect([await value(8), await value(9)]).toStrictEqual([1, 2]);
      expect(await counters("pass-holder", "none")).toBe("none");
      expect(await counters("pass-holder", { text: "a" })).toStrictEqual({ text: "a" });
      expect(await counters("pass-holder", { one: 8 })).toStrictEqual({ one: 10 });
      expect(await counters("pass-holder", { many: [10, 9] })).toStrictEqual({ many: [11, 12] });
      expect(await counters("pass-holder", { named: ["n", 11] })).toStrictEqual({
        named: ["n", 13],
      });
      expect(await counters("pass-holders", [{ one: 13 }, "none", { many: [12] }])).toStrictEqual([
        { one: 14 },
        "none",
        { many: [15] },
      ]);
      expect(await counters("pass-either", { ok: 14 })).toStrictEqual({ ok: 16 });
      expect(await counters("pass-either", { err: "no" })).toStrictEqual({ err: "no" });
      expect(await counters("wrap-either", { ok: 16 })).toStrictEqual([{ ok: 17 }]);
      expect(await counters("wrap-either", { err: "no" })).toStrictEqual([{ err: "no" }]);
      expect(await counters("[constructor]even", 4)).toStrictEqual({ ok: 18 });
      expect(await counters("pass-both", 17, 18)).toStrictEqual([19, 20]);
      expect(await counters("[method]even.value", 19)).toBe(4);
      const texts = ["a", "b", "c", "d", "e", "f", "g", "h"];
      expect(await counters("pass-spilled", ...texts, 20)).toBe(21);
      expect(await value(21)).toBe(9); // it counts the texts' characters
      expect(await counters("peek-labelled", { label: "x", of: 21 })).toBe("x: 9");
      expect(await counters("live")).toBe(4);
      expect(await counters("disposed")).toBe(0);
    });

    test("an object that the component keeps lives on there", async () => {
      const id = await counters("make", 9);
      expect(await counters("keep", id)).toBeNull();
      await expectGone(1);
      expect(await counters("live")).toBe(1);
      expect(await counters("give-back")).toBe(2);
      expect(await value(2)).toBe(9);
      expect(await counters("give-back")).toBeNull();
    });

    test("an object of one interface is used by another", async () => {
      expect(await ask(`${READERS}make`, 3)).toBe(1);
      expect(await ask(`${READERS}make`, 4)).toBe(2);
      expect(await ask(`${READERS}read`, 1)).toBe(3);
      expect(await ask(`${READERS}first`, { first: 1, second: 2 })).toBe(3);
      expect(await value(3)).toBe(3);
    });

    test("a refused call leaves its objects alone", async () => {
      expect(await counters("make", 1)).toBe(1);
      expect(await counters("[constructor]even", 2)).toStrictEqual({ ok: 2 });
      const attempts: [string, ...Json[]][] = [
        ["pass-both", 1, 99], // no such object
        ["pass-both", 1, 1], // of another type
        ["[method]counter.value", 2],
        ["swap", { first: 1, second: 1 }], // given twice
        ["[method]counter.absorb", 1, 1], // lent and given
        ["pass-all", [1, 99]],
        ["peek", "one"],
        ["peek", 1.5],
        ["peek", -1],
      ];
      for (const [label, ...args] of attempts) {
        const answer = await session().call(COUNTERS + label, ...args);
        expect(answer, label).toStrictEqual({ refused: expect.any(String) });
        expect(await value(1)).toBe(1);
        expect(await counters("[method]even.value", 2)).toBe(2);
      }
      expect(await counters("live")).toBe(2);
    });

    test("ten thousand come and go, and each ends once", { timeout: 60_000 }, async () => {
      const rounds = 10_000;
      for (let i = 1; i <= rounds; i++) {
        expect(await counters("make", i)).toBe(i);
        if (i % 2 === 0) expect(await session().drop(i)).toStrictEqual({ returned: null });
        else expect(await counters("take", i)).toBe(i);
      }
      expect(await counters("live")).toBe(0);
      expect(await counters("disposed")).toBe(rounds / 2);
    });
  });

  describe("objects of the host", () => {
    test("the component makes one and gives it", async () => {
      const made = (await keeper("make-item", "tea")) as number;
      expect(store.nameOf(made)).toBe("tea!");
      expect(store.dropped).toStrictEqual([]);
    });

    test("an error of the host's goes through", async () => {
      expect(await keeper("open-item", "")).toStrictEqual({ err: "no name" });
      const opened = (await keeper("open-item", "jam")) as { ok: number };
      expect(store.nameOf(opened.ok)).toBe("jam");
      expect(store.dropped).toStrictEqual([]);
    });

    test("what the component was given it drops, once", async () => {
      const id = store.make("tea");
      expect(await keeper("consume", id)).toBe("tea");
      expect(store.dropped).toStrictEqual([id]);
    });

    test("what the component was lent it does not drop", async () => {
      const [a, b] = [store.make("a"), store.make("b")];
      expect(await keeper("look", a)).toBe("a");
      expect(await keeper("look-all", [a, b, a])).toStrictEqual(["a", "b", "a"]);
      expect(await keeper("look-all", [])).toStrictEqual([]);
      expect(await keeper("look-maybe", b)).toBe("b");
      expect(await keeper("look-maybe", null)).toBeNull();
      expect(await keeper("compare", a, b)).toBe(false);
      expect(await keeper("compare", a, a)).toBe(true);
      expect(store.dropped).toStrictEqual([]);
    });

    test("what goes through the component is the same object", async () => {
      const id = store.make("a");
      expect(await keeper("pass-item", id)).toBe(id);
      expect(await keeper("pass-labelled", { label: "x", of: id })).toStrictEqual({
        label: "x",
        of: id,
      });
      expect(await keeper("put-labelled", { label: "y", of: id })).toStrictEqual({
        label: "y",
        of: id,
      });
      expect(store.dropped).toStrictEqual([]);
    });

    test("what the component gives back to the host it has no more", async () => {
      const [a, b, c] = [store.make("a"), store.make("b"), store.make("c")];
      expect(await keeper("put-all", [a, b])).toBe(2);
      expect(await keeper("put-one", c)).toBeNull();
      expect(store.shelf).toStrictEqual([a, b, c]);
      expect(await keeper("find-item", "b")).toBe(b);
      expect(await keeper("find-item", "z")).toBeNull();
      expect(store.dropped).toStrictEqual([]);
    });

    test("of several that the component takes it drops what it does not give", async () => {
      const first = (await keeper("take-first", 3)) as number;
      expect(store.made).toHaveLength(3);
      expect(store.made).toContain(first);
      expect(store.dropped.toSorted()).toStrictEqual(store.made.filter((id) => id !== first));
      expect(await keeper("take-first", 0)).toBeNull();
    });

    test("a copy that the component makes is dropped, the lent one is not", async () => {
      const id = store.make("a");
      expect(await keeper("copy-and-drop", id)).toBe("a");
      expect(store.dropped).toStrictEqual([id + 1]);
    });

    test("a thousand come and go, and each is dropped once", async () => {
      await keeper("churn", 1000);
      expect(store.made).toHaveLength(1000);
      expect(store.dropped.toSorted((a, b) => a - b)).toStrictEqual(store.made);
    });

    test("an object of the component holds one of the host", async () => {
      const id = store.make("a");
      expect(await keeper("[constructor]box", id)).toBe(1);
      expect(await keeper("[method]box.name", 1)).toBe("a");
      expect(await keeper("[method]box.ask", 1)).toBe("a");
      expect(await keeper("[method]box.empty", 1)).toStrictEqual({ ok: id });
      expect(await keeper("[method]box.empty", 1)).toStrictEqual({ err: "empty" });
      expect(await keeper("boxes")).toBe(1);
      expect(store.dropped).toStrictEqual([]);
      expect(await keeper("[constructor]box", id)).toBe(2);
      expect(await session().drop(1)).toStrictEqual({ returned: null });
      expect(store.dropped).toStrictEqual([]);
      expect(await session().drop(2)).toStrictEqual({ returned: null });
      expect(store.dropped).toStrictEqual([id]);
      expect(await keeper("boxes")).toBe(0);
    });

    test.each(["use-after-drop", "give-twice"])("%s is a trap", async (label) => {
      const answer: Answer = await session().call(KEEPER + label, store.make("a"));
      expect(answer).toStrictEqual({ trapped: expect.any(String) });
      expect(await session().call(`${KEEPER}boxes`)).toStrictEqual({
        trapped: expect.stringContaining("in an earlier call"),
      });
    });
  });

  describe("an interface on both sides", () => {
    test("its objects are two kinds, its other types one", async () => {
      expect(await ask(`${TWINS}[constructor]twin`, 5)).toBe(1);
      expect(await ask(`${TWINS}[constructor]twin`, 9)).toBe(2);
      expect(await ask(`${TWINS}[method]twin.value`, 1)).toBe(5);
      expect(await ask(`${TWINS}[static]twin.larger`, 1, 2)).toBe(9);
      expect(await session().drop(2)).toStrictEqual(refused("2"));
      expect(await ask(`${TWINS}turn`, 1)).toBe(3);
      expect(await ask(`${TWINS}turn-two`, { a: 3, n: 7 })).toStrictEqual({ a: 4, n: 7 });
      expect(await ask(`${TWINS}turn-all`, [4])).toStrictEqual([5]);
      expect(await ask(`${TWINS}turn-side`, "right")).toBe("right");
      expect(await ask(`${TWINS}[method]twin.value`, 5)).toBe(5);
      expect(await session().drop(5)).toStrictEqual({ returned: null });
      // each of the component's held one of the host's; the other was given back by `larger`
      expect(store.twins).toBe(2);
      expect(store.droppedTwins).toBe(1);
    });
  });

  describe("functions of the world itself", () => {
    test("they are called by their plain names, on both sides", async () => {
      expect(await ask("run", "first")).toBe("first 1");
      expect(await ask("run", "second")).toBe("second 2");
      expect(store.notes).toStrictEqual(["first 1", "second 2"]);
    });

    test("an object of the host is lent through the component", async () => {
      const [a, b] = [store.make("a"), store.make("bbb")];
      expect(await ask("best", [a, b])).toStrictEqual({ ok: 1 });
      expect(await ask("best", [])).toStrictEqual({ err: "nothing to choose from" });
    });
  });
}
