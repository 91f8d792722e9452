/** Sessions under the sanitizers and valgrind: not a byte is lost or read out of place. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lowerCamel } from "../../names.js";
import { resolveWorld } from "../../wit.js";
import {
  type Encoding,
  malformedGuest,
  relayGuest,
  resourcesGuest,
  type TestGuest,
} from "../guests.js";
import { malformedTests } from "../hosts/malformed.js";
import { resourceTests } from "../hosts/resources.js";
import { Session } from "../session.js";
import { jsonOf, seeded, Values } from "../values.js";
import { buildRunner } from "./runner.js";
import { SANITIZED, VALGRIND } from "./toolchain.js";

const CALLS = process.env.HAMS_FULL ? 10_000 : 300;
const TIMEOUT_MS = 600_000;
const WIT = readFileSync(new URL("../echo/echo.wit", import.meta.url), "utf8");
const ENCODINGS: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];

/** A session that runs from before the tests until after them, and ends well. */
function running(guest: () => Promise<TestGuest>, kind: "sanitized" | "valgrind"): () => Session {
  let session: Session | undefined;
  beforeAll(async () => {
    const sanitized = kind === "sanitized";
    const flags = sanitized ? SANITIZED : ["-g", "-O1"];
    const program = await buildRunner(await guest(), kind, { flags });
    session = new Session(sanitized ? [program] : [...VALGRIND, program]);
    expect(await session.renew()).toStrictEqual({ returned: null });
  }, TIMEOUT_MS);
  afterAll(async () => {
    if (session !== undefined) expect(await session.close()).toBe(0);
  }, TIMEOUT_MS);
  return () => session as Session;
}

function randomTests(session: () => Session): void {
  test("values of every shape through an import", { timeout: TIMEOUT_MS }, async () => {
    const [echo] = (await resolveWorld(WIT, "relays")).exports.filter((i) => i.name === "echo");
    const functions = echo?.functions ?? [];
    const values = new Values(seeded(6), [], (text) => text.toWellFormed());
    for (let i = 0; i < CALLS; i++) {
      const func = functions[i % functions.length];
      if (func === undefined || lowerCamel(func.name) === "fill") continue;
      const args = func.parameters.map((p) => jsonOf(p.type, values.of(p.type)));
      const json = func.result ? jsonOf(func.result, values.of(func.result)) : null;
      session().imports = () => ({ return: json });
      const answer = await session().call(`${echo?.id}#${func.label}`, ...args);
      expect(JSON.stringify(answer), func.name).toBe(JSON.stringify({ returned: json }));
    }
  });
}

describe.each(["sanitized", "valgrind"] as const)("%s", (kind) => {
  describe.each(ENCODINGS)("values in %s", (encoding) => {
    randomTests(running(() => relayGuest(encoding), kind));
  });
  describe("objects", () => {
    resourceTests(running(resourcesGuest, kind));
  });
});

describe.each(ENCODINGS)("sanitized: wrong data in %s", (encoding) => {
  malformedTests(
    running(() => malformedGuest(encoding), "sanitized"),
    encoding,
  );
});
