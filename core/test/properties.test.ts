// Random lives of a service against the promises in host.ts. The seed is printed with a failure; HAMS_SEED has it
// again, HAMS_FULL=1 makes a million steps of the hundred thousand.

import { setImmediate as breath } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type {
  Check,
  Event,
  Hams,
  Hook,
  Probe,
  Request,
  Roles,
  Settings,
  Verdict,
} from "../../bindings-node/generated/hams.js";
import { namesInWit } from "./cases.js";
import { newCore, newCoreWithMemory } from "./core.js";
import { Host, text } from "./host.js";
import { Random } from "./random.js";

const FULL = process.env.HAMS_FULL === "1";
const STEPS = FULL ? 1_000_000 : 100_000;
const SEED = Number(process.env.HAMS_SEED ?? 20_261_123);
/** Moves in one life, at most. */
const LIFE = 250;
const END_OF_TIME = 18_446_744_073_709_551_615n;

describe("random lives keep every promise", () => {
  test(`${STEPS} steps from seed ${SEED}`, { timeout: FULL ? 3_600_000 : 300_000 }, async () => {
    const random = new Random(SEED);
    const seen = new Set<string>();
    for (let steps = 0; steps < STEPS; ) {
      steps += live(random, newCore(), seen);
      await breath();
    }
    // A generator that grows lame would let every promise pass.
    expect([...seen].sort()).toEqual([...namesInWit("action"), ...namesInWit("phase")].sort());
  });

  test("a hundred lives at the end of time", { timeout: 120_000 }, async () => {
    // Near the end of 64 bits no time is left for a timer: it must not wrap round into the past.
    const random = new Random(SEED + 1);
    for (let lives = 0; lives < 100; lives++) {
      live(
        random,
        newCore(),
        new Set(),
        END_OF_TIME - BigInt(random.pick([0, 1, 999, 30_000, 2 ** 40 + 60_000])),
      );
      await breath();
    }
  });
});

describe("memory", () => {
  const rounds = FULL ? 1_000_000 : 100_000;
  test(`does not grow over the last half of ${rounds} steps`, {
    timeout: FULL ? 3_600_000 : 300_000,
  }, async () => {
    const { core, memory } = newCoreWithMemory();
    const health = core.health;
    health.configure({ name: "orders", binding: "test", gathersMetrics: false, environment: [] });
    for (let i = 0; i < 20; i++) health.addProbe(0n, callback(`p${i}`));
    health.start(0n);
    let now = 0n;
    let half = 0;
    for (let round = 0; round < rounds; round++) {
      if (round === rounds / 2) half = memory.buffer.byteLength;
      if (round % 1000 === 0) await breath();
      now += 250n;
      const events: Event[] = [];
      const { actions } = health.step(now, []);
      for (const action of actions)
        if (action.tag === "run-check")
          events.push({
            tag: "check-finished",
            val: [
              action.val.run,
              {
                verdict:
                  round % 3 === 0 ? { tag: "failed", val: `round ${round}` } : { tag: "passed" },
                data: [["round", `${round}`]],
              },
            ],
          });
      health.step(now, events);
      health.respond(
        now,
        get(
          ["/readyz?verbose", "/hams/metrics", "/health", "/", `/x${round}`, "/hams/alive"][
            round % 6
          ]!,
        ),
      );
      if (round % 100 === 0)
        health.removeProbe(now, health.addProbe(now, callback(`extra${round}`)));
    }
    expect(memory.buffer.byteLength).toBe(half);
  });
});

/** One life from `configure` to the end or `LIFE` moves. Returns the steps made; `seen` gets actions and phases. */
function live(random: Random, core: Hams, seen: Set<string>, begin?: bigint): number {
  const host = new Host(core, begin ?? BigInt(random.pick([0, 0, 1, 1_000_000])));
  let steps = 0;
  try {
    attempt(() => host.configure(randomSettings(random)));
    for (let move = 0; move < LIFE; move++) {
      steps += play(random, host);
      // What follows the end is tried for a while, not for a whole life.
      if (host.closed && random.oneIn(10)) break;
    }
    for (const one of host.seen) seen.add(one);
    return steps + 1;
  } catch (failure) {
    throw new Error(
      `seed ${SEED}, step ${steps} of this life: ${failure instanceof Error ? failure.message : String(failure)}\n${host.story()}`,
      { cause: failure },
    );
  }
}

/** One move. Returns the steps made. */
function play(random: Random, host: Host): number {
  switch (random.below(20)) {
    case 0:
    case 1:
      attempt(() => host.addProbe(randomProbe(random)));
      break;
    case 2:
      if (random.oneIn(2)) attempt(() => host.removeProbe(someKey(random, host.probes)));
      break;
    case 3: {
      const name = randomName(random);
      attempt(() => host.addHook(name, randomHook(random, name)));
      break;
    }
    case 4:
      if (random.oneIn(3)) attempt(() => host.removeHook(someKey(random, host.hooks)));
      break;
    case 5: {
      const id = someKey(random, host.probes);
      attempt(() => host.setRoles(id, randomRoles(random)));
      break;
    }
    case 6: {
      const id = someKey(random, host.probes);
      const observation = { verdict: randomVerdict(random), data: randomPairs(random) };
      attempt(() => host.reportStatus(id, observation));
      break;
    }
    case 7:
      attempt(() => host.start());
      break;
    case 8:
      if (random.oneIn(4)) {
        host.note("shutdown", {});
        attempt(() => host.health.shutdown(host.now, randomText(random)));
      }
      break;
    case 9:
      if (random.oneIn(8)) {
        host.note("stop", {});
        attempt(() => host.health.stop(host.now));
      }
      break;
    case 10:
    case 11:
      // `respond` may not be asked before what is due was stepped.
      host.step();
      host.respond(randomRequest(random));
      break;
    case 12:
      host.step();
      host.recount();
      if (random.oneIn(4)) timeGoesBack(random, host);
      if (random.oneIn(4)) strangersChangeNothing(random, host);
      return 2;
    case 13:
      host.note("carry", {});
      host.health.standardHeaders();
      break;
    default: {
      const at = later(random, host);
      host.step(randomEvents(random, host, at), at);
      return 1;
    }
  }
  host.step();
  return 1;
}

function timeGoesBack(random: Random, host: Host): void {
  const before = text(host.health.observe(host.now));
  const wakeAt = host.wakeAt;
  const older =
    host.now - BigInt(random.below(Number(host.now > 100_000n ? 100_000n : host.now) + 1));
  const { actions } = host.step([], older);
  if (actions.length > 0) throw new Error(`broken: an older time brings ${text(actions)}`);
  if (host.wakeAt !== wakeAt) throw new Error("broken: an older time moves wake-at");
  if (text(host.health.observe(older)) !== before)
    throw new Error("broken: an older time changes the snapshot");
}

function strangersChangeNothing(random: Random, host: Host): void {
  const before = text(host.health.observe(host.now));
  const wakeAt = host.wakeAt;
  const stranger = random.pick([0, 4_000_000, 4_294_967_295]);
  const { actions } = host.step([
    { tag: "kicked", val: [stranger, host.now] },
    {
      tag: "check-finished",
      val: [stranger, { verdict: { tag: "failed", val: "stranger" }, data: [] }],
    },
    { tag: "hook-finished", val: [stranger, { tag: "passed" }] },
    { tag: "metrics-gathered", val: [stranger, { tag: "ok", val: ["text", "x 1\n"] }] },
  ]);
  if (actions.length > 0) throw new Error(`broken: unknown ids bring ${text(actions)}`);
  if (host.wakeAt !== wakeAt) throw new Error("broken: unknown ids move wake-at");
  if (text(host.health.observe(host.now)) !== before)
    throw new Error("broken: unknown ids change the snapshot");
}

/** A refusal is a fine answer; anything else the core throws is not. */
function attempt(call: () => unknown): void {
  try {
    call();
  } catch (refused) {
    if (!(refused instanceof Error && refused.name === "ComponentError")) throw refused;
  }
}

/** Now, a little later, at wake-at, just before it, or far beyond. */
function later(random: Random, host: Host): bigint {
  const at = (() => {
    switch (random.below(8)) {
      case 0:
        return host.now;
      case 1:
      case 2:
      case 3:
        return host.wakeAt ?? host.now + 1n;
      case 4:
        return host.wakeAt === undefined ? host.now : host.wakeAt - 1n;
      case 5:
        return host.now + BigInt(random.below(200));
      case 6:
        return host.now + BigInt(random.below(30_000));
      default:
        return random.oneIn(20) ? host.now + BigInt(random.below(4_294_967_295)) : host.now + 1n;
    }
  })();
  if (at < host.now) return host.now;
  return at > END_OF_TIME ? END_OF_TIME : at;
}

function randomEvents(random: Random, host: Host, at: bigint): Event[] {
  const events: Event[] = [];
  const runs = [...host.checksInFlight.keys()];
  const hooks = [...host.hooksInFlight.keys()];
  for (let left = random.below(4); left > 0; left--) {
    switch (random.below(7)) {
      case 0:
      case 1:
      case 2:
        if (runs.length > 0)
          events.push({
            tag: "check-finished",
            val: [
              runs.splice(random.below(runs.length), 1)[0]!,
              { verdict: randomVerdict(random), data: randomPairs(random) },
            ],
          });
        break;
      case 3:
        if (hooks.length > 0)
          events.push({
            tag: "hook-finished",
            val: [hooks.splice(random.below(hooks.length), 1)[0]!, randomVerdict(random)],
          });
        break;
      case 4:
        events.push({
          tag: "kicked",
          val: [
            someKey(random, host.probes),
            random.pick([at, at, 0n, at + 5n > END_OF_TIME ? at : at + 5n, END_OF_TIME]),
          ],
        });
        break;
      case 5:
        if (random.oneIn(6))
          events.push({
            tag: "signalled",
            val: random.pick(["terminate", "interrupt", "quit", "hangup"]),
          });
        else events.push({ tag: "working", val: random.pick([0, 0, 1, 3, 4_294_967_295]) });
        break;
      default: {
        const ticket = host.gathering ?? random.below(10);
        events.push({
          tag: "metrics-gathered",
          val: [
            ticket,
            random.oneIn(4)
              ? { tag: "err", val: randomText(random) }
              : {
                  tag: "ok",
                  val: [
                    random.pick(["text", "openmetrics"]),
                    random.pick([
                      "",
                      "a 1\n",
                      "a 1\n# EOF\n",
                      "# TYPE a counter\na_total 1\n",
                      randomText(random),
                    ]),
                  ],
                },
          ],
        });
      }
    }
  }
  return events;
}

function randomSettings(random: Random): Settings {
  const maybe = <T>(value: T): T | undefined => (random.oneIn(2) ? value : undefined);
  return {
    name: random.oneIn(8) ? randomText(random) : "orders",
    binding: "test",
    version: maybe(random.oneIn(8) ? randomText(random) : "1"),
    detail: maybe(random.pick(["none", "names", "reasons"])),
    startupTimeout: maybe(random.pick([1, 1000, 4_294_967_295])),
    drain: maybe(random.pick([0, 1, 1000, 5000])),
    grace: maybe(random.pick([0, 1, 5000, 25_000, 4_294_967_295])),
    terminate: maybe(random.pick(["leave", "ignore", "drain"])),
    interrupt: maybe("drain"),
    hangup: maybe(random.pick(["leave", "ignore", "drain"])),
    shutdownApi: maybe({
      token: "0123456789abcdef",
      allowGet: random.oneIn(2),
      allowRemote: random.oneIn(2),
    }),
    gathersMetrics: random.oneIn(2),
    environment: random.oneIn(4)
      ? [
          [
            random.pick(["HAMS_LISTEN", "HAMS_DRAIN_MS", "KUBERNETES_SERVICE_HOST", "HAMS_DETAIL"]),
            random.pick(["1", "names", randomText(random)]),
          ],
        ]
      : [],
  };
}

function randomProbe(random: Random): Probe {
  const runs = {
    interval: random.pick([undefined, 1, 10, 1000, 4_294_967_295]),
    timeout: random.oneIn(3) ? random.pick([1, 10, 500]) : undefined,
  };
  const check: Check = (() => {
    switch (random.below(6)) {
      case 0:
        return { tag: "manual", val: random.pick(["unknown", "up", "degraded", "down"]) };
      case 1:
        return { tag: "kick", val: random.pick([100, 1000, 4_294_967_295, 99]) };
      case 2:
        return {
          tag: "http",
          val: {
            url: random.oneIn(6) ? randomText(random) : "http://db/",
            head: false,
            headers: randomPairs(random),
            expect: random.oneIn(2) ? [] : [[random.below(600), random.below(600)]],
            schedule: runs,
          },
        };
      case 3:
        return {
          tag: "tcp",
          val: { host: "db", port: random.pick([1, 5432, 65_535]), schedule: runs },
        };
      default:
        return { tag: "callback", val: runs };
    }
  })();
  const threshold =
    check.tag === "manual" || check.tag === "kick"
      ? undefined
      : random.pick([undefined, 1, 2, 4_294_967_295]);
  return {
    name: randomName(random),
    label: random.oneIn(4) ? randomText(random) : undefined,
    roles: randomRoles(random),
    critical: !random.oneIn(4),
    shared: random.oneIn(6),
    failureThreshold: threshold,
    successThreshold: threshold,
    check,
  };
}

function randomHook(random: Random, name: string): Hook {
  return {
    name,
    timeout: random.pick([undefined, 1, 100, 5000, 4_294_967_295]),
    kind: random.oneIn(3)
      ? {
          tag: "http",
          val: {
            url: "http://lb/",
            method: random.pick(["POST", "DELETE", randomText(random)]),
            headers: [],
            attempts: random.pick([undefined, 1, 2, 4_294_967_295]),
            pause: random.pick([undefined, 0, 10, 4_294_967_295]),
          },
        }
      : { tag: "callback" },
  };
}

function randomRoles(random: Random): Roles {
  return { startup: random.oneIn(5), live: random.oneIn(3), ready: !random.oneIn(4) };
}

function randomVerdict(random: Random): Verdict {
  switch (random.below(7)) {
    case 0:
      return { tag: "warned", val: randomText(random) };
    case 1:
    case 2:
      return { tag: "failed", val: randomText(random) };
    case 3:
      return { tag: "answered", val: random.pick([0, 199, 200, 399, 400, 503, 65_535]) };
    case 4:
      return {
        tag: "unreached",
        val: random.pick([
          "refused",
          "unreachable",
          "no-such-host",
          "reset",
          "timed-out",
          "tls",
          "protocol",
        ]),
      };
    default:
      return { tag: "passed" };
  }
}

function randomPairs(random: Random): [string, string][] {
  return random.oneIn(3)
    ? Array.from({ length: random.pick([0, 1, 16, 17, 65]) }, (_, at): [string, string] => [
        `k${at}`,
        randomText(random),
      ])
    : [];
}

function randomName(random: Random): string {
  return random.oneIn(30)
    ? randomText(random)
    : random.pick(["db", "cache", "queue", "loop", "disk", "a/b", "z.9"]);
}

/** Short, empty, odd, hostile or huge. */
function randomText(random: Random): string {
  switch (random.below(12)) {
    case 0:
      return "";
    case 1:
      return "\ud800";
    case 2:
      return "\udc00\ud800x";
    case 3:
      return "\u0000\u0001\u001b[2J\r\n\u007f\u0085\u2028\u2029\ufeff";
    case 4:
      return "x".repeat(random.pick([199, 200, 201, 2048, 8193]));
    case 5:
      return "😀".repeat(random.pick([100, 200, 201]));
    case 6:
      return random.oneIn(20) ? "y".repeat(500_000) : '"\\</script>&<b>{}%zz%41';
    case 7:
      return String.fromCharCode(...Array.from({ length: 20 }, () => random.below(65_536)));
    default:
      return `text ${random.below(1000)}`;
  }
}

function randomRequest(random: Random): Request {
  const target = random.pick([
    "/hams/alive",
    "/hams/ready",
    "/hams/alive_verbose",
    "/hams/ready_verbose",
    "/hams/version",
    "/hams/metrics",
    "/metrics",
    "/hams/shutdown",
    "/livez",
    "/readyz",
    "/startupz",
    "/readyz/db",
    "/livez/a%2Fb",
    "/health",
    "/health/live",
    "/health/ready",
    "/health/started",
    "/",
    "/hams",
    "/nothing",
    "*",
    "",
    `/${randomText(random)}`,
    `http://host/${randomText(random)}`,
    "/%",
    "/%ff%fe",
    `/${"%41".repeat(2000)}`,
  ]);
  const query = random.pick([
    "",
    "",
    "?verbose",
    "?exclude=db",
    `?verbose&exclude=${randomText(random)}`,
    `?${"exclude=a&".repeat(500)}`,
    "?%zz=%",
    `?exclude=${"%F0%9F%98%80".repeat(50)}&verbose`,
  ]);
  return {
    method: random.oneIn(4) ? random.pick(["head", "post", "other"]) : "get",
    target: target + query,
    accept: random.oneIn(2)
      ? random.pick([
          "application/health+json",
          "application/openmetrics-text",
          "*/*",
          ",;q=,",
          randomText(random),
        ])
      : undefined,
    authorization: random.oneIn(2)
      ? random.pick(["Bearer 0123456789abcdef", "Bearer", randomText(random)])
      : undefined,
    loopback: random.oneIn(2),
  };
}

function someKey(random: Random, of: ReadonlyMap<number, unknown>): number {
  return of.size === 0 || random.oneIn(10)
    ? random.pick([0, 1, 7, 4_294_967_295])
    : random.pick([...of.keys()]);
}

function callback(name: string): Probe {
  return {
    name,
    roles: { startup: false, live: false, ready: true },
    critical: true,
    shared: false,
    check: { tag: "callback", val: { interval: 1000 } },
  };
}

function get(target: string): Request {
  return { method: "get", target, loopback: true };
}
