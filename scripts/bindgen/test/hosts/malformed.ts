/** Wrong data from the component. World `malformed`; the cases are in its folder. */
import { beforeEach, expect, test } from "vitest";
import type { Encoding } from "../guests.js";
import type { Running } from "../hosts.js";
import {
  MALFORMED_CASES,
  MALFORMED_IMPORTS,
  MALFORMED_INTERFACE,
  type WrongCall,
} from "../malformed/cases.js";
import type { Answer, Json, Session } from "../session.js";

export function malformedTests(session: Running, encoding: Encoding): void {
  beforeEach(async () => {
    session().imports = ({ name }) => {
      const json = MALFORMED_IMPORTS[name];
      if (json === undefined) throw new Error(`no answer is known to ${name}`);
      return { return: json as Json };
    };
    expect(await session().renew()).toStrictEqual({ returned: null });
  });

  const cases = MALFORMED_CASES.filter((each) => each.encodings.includes(encoding));
  const wrong = cases.filter((each) => each.returned === undefined);
  const right = cases.filter((each) => each.returned !== undefined);

  test.each(wrong)("$title is a trap", async ({ before, call }) => {
    for (const each of before) {
      expect(await ask(session(), each)).toHaveProperty("returned");
    }
    const [label] = call;
    expect(await ask(session(), call), label).toStrictEqual({ trapped: expect.any(String) });
    expect(await ask(session(), ["truth", 1])).toStrictEqual({
      trapped: expect.stringContaining("in an earlier call"),
    });
    expect(await session().renew()).toStrictEqual({ returned: null });
    expect(await ask(session(), ["truth", 1])).toStrictEqual({ returned: true });
  });

  test.each(right)("$title is accepted", async ({ before, call, returned }) => {
    for (const each of before) expect(await ask(session(), each)).toHaveProperty("returned");
    expect(await ask(session(), call)).toStrictEqual({ returned: returned?.json });
    expect(await ask(session(), ["truth", 1])).toStrictEqual({ returned: true });
  });
}

function ask(session: Session, [label, ...args]: WrongCall): Promise<Answer> {
  return session.call(`${MALFORMED_INTERFACE}#${label}`, ...(args as Json[]));
}
