/** What every host must do, whatever its language: the same tests over its session. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Encoding,
  echoGuest,
  goldenGuest,
  malformedGuest,
  relayGuest,
  resourcesGuest,
  type TestGuest,
} from "./guests.js";
import { echoTests, relayTests } from "./hosts/echoes.js";
import { failureTests } from "./hosts/failures.js";
import { goldenTests } from "./hosts/golden.js";
import { malformedTests } from "./hosts/malformed.js";
import { resourceTests } from "./hosts/resources.js";
import { hamsGuest, vectorTests } from "./hosts/vectors.js";
import { Session } from "./session.js";

export interface Host {
  /** In the tests' titles. */
  readonly name: string;
  /** What it runs: the core module itself, or the component by an engine. */
  readonly runs: "core" | "component";
  /**
   * Generates the bindings of the guest's world, with `--json` and for its encoding,
   * and builds the runner. Gives the command to which the path of the wasm is added.
   * It is asked once for each world and, of hosts of core modules, encoding.
   */
  build(guest: TestGuest): Promise<readonly string[]>;
}

/** Gives the session of a group of tests; it runs from before them until they are over. */
export type Running = () => Session;

const ENCODINGS: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];
/** A compiler may be slow on a machine of two cores that is busy. */
const BUILD_MS = 600_000;

export function hostTests(host: Host): void {
  const built = new Map<string, Promise<readonly string[]>>();
  const running = (guest: () => Promise<TestGuest>): Running => {
    let session: Session | undefined;
    beforeAll(async () => {
      const made = await guest();
      const key = `${made.world} ${host.runs === "core" ? made.encoding : ""}`;
      const building = built.get(key) ?? host.build(made);
      built.set(key, building);
      session = new Session([...(await building), made[host.runs]]);
      expect(await session.renew()).toStrictEqual({ returned: null });
    }, BUILD_MS);
    afterAll(async () => {
      // an input that ends is how a runner is told to end
      if (session !== undefined) expect(await session.close()).toBe(0);
    });
    return () => session as Session;
  };

  describe(`${host.name}: calls`, () => {
    const session = running(echoGuest);
    echoTests(session);
    failureTests(session);
  });
  describe.each(ENCODINGS)(`${host.name}: imports, in %s`, (encoding) => {
    relayTests(running(() => relayGuest(encoding)));
  });
  describe(`${host.name}: resources`, () => {
    resourceTests(running(resourcesGuest));
  });
  describe.each(ENCODINGS)(`${host.name}: wrong data, in %s`, (encoding) => {
    malformedTests(
      running(() => malformedGuest(encoding)),
      encoding,
    );
  });
  describe.each(ENCODINGS)(`${host.name}: golden values, in %s`, (encoding) => {
    goldenTests(
      running(() => goldenGuest(encoding)),
      encoding,
    );
  });
  describe(`${host.name}: HaMS`, () => {
    vectorTests(running(hamsGuest));
  });
  test(`${host.name}: a runner ends with 2 at what is no request`, {
    timeout: BUILD_MS,
  }, async () => {
    const guest = await echoGuest();
    const command = await host.build(guest);
    for (const line of ["no JSON", '{"bogus":1}']) {
      const session = new Session([...command, guest[host.runs]]);
      session.write(line);
      expect(await session.close(), line).toBe(2);
    }
  });
}
