/** What a caller does wrong is refused, and the next call works. World `echoes`. */
import { expect, test } from "vitest";
import type { Running } from "../hosts.js";
import type { Json } from "../session.js";

const ECHO = "test:echo/echo@1.2.3#";

/** What is wrong, the call, and what the refusal must name. */
const REFUSED: readonly (readonly [string, string, readonly Json[], string])[] = [
  ["an integer out of range", "byte", [256], "256"],
  ["a negative one", "signed-byte", [-129], "-129"],
  ["a fraction", "byte", [1.5], "1.5"],
  ["64 bits too many", "long", ["9223372036854775808"], "9223372036854775808"],
  ["64 bits too few", "long", ["-9223372036854775809"], "-9223372036854775809"],
  ["a decimal that is none", "long", ["1e3"], "1e3"],
  ["a text for a number", "single", ["wide"], "wide"],
  ["a number for a text", "text", [7], "7"],
  ["null for a text", "text", [null], "null"],
  ["a number for a bool", "truth", [1], "1"],
  ["a wrong label", "a-color", ["green"], "green"],
  ["two characters", "character", ["ab"], "ab"],
  ["no character", "character", [""], ""],
  ["a wrong case", "a-mixed", [{ no: 1 }], "no"],
  ["a case without its payload", "a-mixed", ["byte"], "byte"],
  ["a payload too many", "a-mixed", [{ none: 1 }], "none"],
  ["two cases", "a-mixed", [{ byte: 1, single: 1 }], "byte"],
  ["a payload out of range", "a-mixed", [{ byte: 300 }], "300"],
  ["an unknown flag", "a-few", [["a", "d"]], "d"],
  ["no record", "a-point", [5], "5"],
  ["a missing field", "a-point", [{ x: 1, y: 1 }], "color"],
  ["an unknown field", "a-point", [{ x: 1, y: 1, color: "red", z: 1 }], "z"],
  ["a field out of range", "a-point", [{ x: 200, y: 1, color: "red" }], "200"],
  ["an element", "texts", [["a", 5]], "5"],
  ["no list", "texts", ["a"], "a"],
  ["a tuple too short", "tables", [[[["a"]]]], "a"],
  ["no result", "either", [{ fine: 1 }], "fine"],
  ["an option's option without some", "nested", [true], "true"],
  ["bytes that are no base64 object", "bytes", [{ hex: "00" }], "hex"],
  ["an argument too few", "bools", [true], ""],
  ["an argument too many", "byte", [1, 2], ""],
  ["a function that is not there", "no-such", [], "no-such"],
];

export function failureTests(session: Running): void {
  test.each(REFUSED)("%s is refused, and named", async (_, label, args, named) => {
    const answer = await session().call(ECHO + label, ...args);
    expect(answer).toStrictEqual({ refused: expect.stringContaining(named) });
    expect(await session().call(`${ECHO}byte`, 7)).toStrictEqual({ returned: 7 });
  });

  test("the end of an object that is not there is refused", async () => {
    expect(await session().drop(1)).toStrictEqual({ refused: expect.stringContaining("1") });
  });

  test("an interface that is not there is refused", async () => {
    const answer = await session().call("test:echo/no-such@1.2.3#byte", 7);
    expect(answer).toStrictEqual({ refused: expect.stringContaining("no-such") });
  });

  test("a decimal string and a number stand for the same 64 bits", async () => {
    for (const long of [5, "5"]) {
      expect(await session().call(`${ECHO}long`, long)).toStrictEqual({ returned: 5 });
    }
    const edges = ["9223372036854775807", "-9223372036854775808", "9007199254740992"];
    for (const edge of edges) {
      expect(await session().call(`${ECHO}long`, edge)).toStrictEqual({ returned: edge });
    }
    const safe = 2 ** 53 - 1;
    expect(await session().call(`${ECHO}long`, `${safe}`)).toStrictEqual({ returned: safe });
  });

  test("bytes come as text or as base64", async () => {
    const bytes = `${ECHO}bytes`;
    expect(await session().call(bytes, { base64: "aMOp" })).toStrictEqual({ returned: "hé" });
    expect(await session().call(bytes, { base64: "/wA=" })).toStrictEqual({
      returned: { base64: "/wA=" },
    });
    expect(await session().call(bytes, "\ufeffh")).toStrictEqual({ returned: "\ufeffh" });
  });

  test("an absent option may be left out of a record or be null", async () => {
    const wide = {
      ...{ a: 1, b: 2, c: 3, d: "d", f: [], g: true, h: "h", j: ["a"], k: ["f31"], l: [1, 2] },
      ...{ m: 1.5, n: 1, o: ["f8"] },
    };
    const answer = { returned: wide };
    expect(await session().call(`${ECHO}a-wide`, wide)).toStrictEqual(answer);
    expect(await session().call(`${ECHO}a-wide`, { ...wide, e: null, i: null })).toStrictEqual(
      answer,
    );
  });

  test("a trap kills the instance, which says so, and a new one works", async () => {
    const trapped = await session().call(`${ECHO}fill`, 50_000_000);
    expect(trapped).toStrictEqual({ trapped: expect.any(String) });
    for (let i = 0; i < 2; i++) {
      expect(await session().call(`${ECHO}byte`, 7)).toStrictEqual({
        trapped: expect.stringContaining("in an earlier call"),
      });
    }
    expect(await session().renew()).toStrictEqual({ returned: null });
    expect(await session().call(`${ECHO}byte`, 7)).toStrictEqual({ returned: 7 });
  });
}
