// The limits that are too large to be written out as conformance cases.

import { beforeAll, describe, expect, test } from "vitest";
import {
  type Event,
  type Health,
  type Hook,
  type Probe,
  type Settings,
  TooLargeError,
} from "../../bindings-node/generated/hams.js";
import { newCore, newCoreWithMemory } from "./core.js";

const SETTINGS: Settings = {
  name: "orders",
  binding: "test",
  gathersMetrics: true,
  environment: [],
};

function running(): Health {
  const { health } = newCore();
  health.configure(SETTINGS);
  return health;
}

describe("10 000 probes", () => {
  const probe = (name: string): Probe => ({
    name,
    roles: { startup: false, live: true, ready: true },
    critical: true,
    shared: false,
    check: { tag: "callback", val: {} },
  });
  let health: Health;
  beforeAll(() => {
    health = running();
    for (let i = 1; i <= 10_000; i++) health.addProbe(0n, probe(`p${i}`));
  });

  test("one more is refused", () => {
    expect(() => health.addProbe(0n, probe("one-more"))).toThrow(
      expect.objectContaining({ payload: { tag: "invalid", val: [expect.anything()] } }),
    );
    expect(health.observe(0n).probes.length).toBe(10_000);
  });

  test("a removed one makes room", () => {
    health.removeProbe(0n, 1);
    expect(health.addProbe(0n, probe("in-its-place"))).toBe(10_001);
  });

  test("all run at once and are listed", () => {
    health.start(0n);
    const runs = health.step(0n, []).actions.filter((action) => action.tag === "run-check");
    expect(runs.length).toBe(10_000);
    for (let from = 0; from < runs.length; from += 1024)
      health.step(
        1n,
        runs.slice(from, from + 1024).map(
          (run): Event => ({
            tag: "check-finished",
            val: [run.val.run, { verdict: { tag: "passed" }, data: [] }],
          }),
        ),
      );
    for (const target of [
      "/readyz?verbose",
      "/hams/metrics",
      "/health",
      "/",
      "/hams/ready_verbose",
    ]) {
      const reply = health.respond(1n, { method: "get", target, loopback: true });
      expect(reply.tag === "later" || reply.val.status).not.toBe(503);
    }
    expect(health.observe(1n).ready).toBe("up");
  });
});

describe("1 000 hooks", () => {
  const hook = (name: string): Hook => ({ name, kind: { tag: "callback" } });

  test("one more is refused", () => {
    const health = running();
    for (let i = 1; i <= 1000; i++) expect(health.addHook(hook(`h${i}`))).toBe(i);
    expect(() => health.addHook(hook("one-more"))).toThrow(
      expect.objectContaining({ payload: { tag: "invalid", val: [expect.anything()] } }),
    );
  });
});

describe("1 024 events a step", () => {
  const kicks = (count: number): Event[] =>
    Array.from({ length: count }, (): Event => ({ tag: "signalled", val: "terminate" }));

  test("1 024 are taken", () => {
    const health = running();
    health.start(0n);
    health.step(0n, kicks(1024));
    expect(health.observe(0n).phase).toBe("stopping");
  });

  test("1 025 are refused as a whole, with a log record", () => {
    const health = running();
    health.start(0n);
    health.step(0n, []);
    const { actions } = health.step(0n, kicks(1025));
    expect(actions).toEqual([{ tag: "log", val: expect.objectContaining({ level: "error" }) }]);
    expect(health.observe(0n).phase).toBe("running");
  });

  test("timers fire even where the events are refused", () => {
    const health = running();
    health.addProbe(0n, {
      name: "loop",
      roles: { startup: false, live: true, ready: false },
      critical: true,
      shared: false,
      check: { tag: "kick", val: 1000 },
    });
    health.start(0n);
    health.step(0n, []);
    health.step(1000n, kicks(1025));
    expect(health.observe(1000n).live).toBe("down");
  });
});

describe("1 MiB of the application's metrics", () => {
  const line = "app_a 1\n";
  const scrape = (text: string): string => {
    const health = running();
    health.start(0n);
    health.step(0n, []);
    health.respond(1n, { method: "get", target: "/metrics", loopback: true });
    health.step(1n, []);
    const { actions } = health.step(2n, [
      { tag: "metrics-gathered", val: [1, { tag: "ok", val: ["text", text] }] },
    ]);
    const answer = actions.find((action) => action.tag === "answer");
    return new TextDecoder().decode(answer!.val[1].body);
  };
  /** A comment that fills up to `bytes` and a sample at the end. */
  const filled = (bytes: number): string => `# ${"x".repeat(bytes - line.length - 3)}\n${line}`;

  test("fit", () => {
    expect(filled(1_048_576).length).toBe(1_048_576);
    expect(scrape(filled(1_048_576)).includes(`\n${line}`)).toBe(true);
  });

  test("one character more never crosses, and nothing has happened", () => {
    expect(() => scrape(filled(1_048_577))).toThrow(TooLargeError);
  });
});

test("a hundred thousand removed probes leave no memory behind", { timeout: 60_000 }, () => {
  const { core, memory } = newCoreWithMemory();
  core.health.configure(SETTINGS);
  const turn = (): void => {
    for (let i = 0; i < 50_000; i++)
      core.health.removeProbe(
        0n,
        core.health.addProbe(0n, {
          name: "p",
          label: "x".repeat(200),
          roles: { startup: false, live: true, ready: true },
          critical: true,
          shared: false,
          check: { tag: "manual", val: "up" },
        }),
      );
  };
  turn();
  const once = memory.buffer.byteLength;
  turn();
  expect(memory.buffer.byteLength).toBe(once);
});
