// Every order of moves, to a stated depth, in the life of a small service: two probes and a hook. No random choice: what
// a sequence of DEPTH moves can reach is reached. At each place the core and its host are saved, and put back
// for the next move.

import { setImmediate as breath } from "node:timers/promises";
import { expect, test } from "vitest";
import { newCoreWithUndo } from "./core.js";
import { Host } from "./host.js";

const FULL = process.env.HAMS_FULL === "1";
/** Moves after the service was configured. */
const DEPTH = FULL ? 7 : 6;

interface Move {
  readonly name: string;
  readonly possible: (host: Host) => boolean;
  readonly play: (host: Host) => void;
}

const started = (host: Host): boolean => host.phase !== "created";
const refusable = (call: () => void): void => {
  try {
    call();
  } catch (refused) {
    if (!(refused instanceof Error && refused.name === "ComponentError")) throw refused;
  }
};
const call = (name: string, make: (host: Host) => void): Move => ({
  name,
  possible: () => true,
  play: (host) => {
    refusable(() => make(host));
    host.step();
  },
});
const finishCheck = (
  name: string,
  verdict: { tag: "passed" } | { tag: "failed"; val: string },
): Move => ({
  name,
  possible: (host) => host.checksInFlight.size > 0,
  play: (host) =>
    host.step([
      { tag: "check-finished", val: [first(host.checksInFlight), { verdict, data: [] }] },
    ]),
});

const MOVES: readonly Move[] = [
  call("start", (host) => host.start()),
  {
    name: "wake",
    possible: (host) => host.wakeAt !== undefined,
    play: (host) => host.step([], host.wakeAt),
  },
  finishCheck("pass", { tag: "passed" }),
  finishCheck("fail", { tag: "failed", val: "no" }),
  {
    name: "kick",
    possible: started,
    play: (host) => host.step([{ tag: "kicked", val: [2, host.now] }]),
  },
  {
    name: "signal",
    possible: () => true,
    play: (host) => host.step([{ tag: "signalled", val: "terminate" }]),
  },
  {
    name: "work",
    possible: started,
    play: (host) => host.step([{ tag: "working", val: host.now % 2n === 0n ? 1 : 0 }]),
  },
  {
    name: "finish hook",
    possible: (host) => host.hooksInFlight.size > 0,
    play: (host) =>
      host.step([{ tag: "hook-finished", val: [first(host.hooksInFlight), { tag: "passed" }] }]),
  },
  {
    name: "api",
    possible: (host) => host.owed.size === 0,
    play: (host) => {
      host.respond({
        method: "post",
        target: "/hams/shutdown",
        authorization: "Bearer 0123456789abcdef",
        loopback: true,
      });
      host.step();
    },
  },
  {
    name: "scrape",
    possible: (host) => host.owed.size === 0 && !host.closed,
    play: (host) => {
      host.respond({ method: "get", target: "/metrics", loopback: true });
      host.step();
    },
  },
  call("shutdown", (host) => host.health.shutdown(host.now, "walk")),
  call("stop", (host) => host.health.stop(host.now)),
  call("add", (host) => {
    host.addProbe({ ...CHECK, name: `probe${host.probes.size}` });
  }),
];

const CHECK = {
  name: "db",
  roles: { startup: true, live: false, ready: true },
  critical: true,
  shared: false,
  check: { tag: "callback", val: { interval: 1000, timeout: 400 } },
} as const;

test(`every order of ${DEPTH} moves`, { timeout: FULL ? 7_200_000 : 600_000 }, async () => {
  const { core, save } = newCoreWithUndo();
  const root = new Host(core, 0n);
  begin(root);
  let places = 0;

  const walk = async (here: Host, path: readonly string[]): Promise<void> => {
    const putBack = save(path.length);
    for (const move of MOVES.filter((one) => one.possible(here))) {
      const host = here.copy();
      try {
        move.play(host);
        host.recount();
      } catch (failure) {
        const message = failure instanceof Error ? failure.message : String(failure);
        throw new Error(`after ${[...path, move.name].join(", ")}: ${message}\n${host.story()}`);
      }
      places += 1;
      if (places % 5000 === 0) await breath();
      if (path.length + 1 < DEPTH) await walk(host, [...path, move.name]);
      putBack();
    }
  };
  await walk(root, []);
  console.info(`${places} places`);
  // Fewer than this are reached only where moves have become impossible.
  expect(places).toBeGreaterThan(7 ** DEPTH);
});

function begin(host: Host): void {
  host.configure({
    name: "orders",
    binding: "test",
    startupTimeout: 900,
    drain: 300,
    grace: 2000,
    shutdownApi: { token: "0123456789abcdef", allowGet: false, allowRemote: false },
    gathersMetrics: true,
    environment: [],
  });
  host.addProbe(CHECK);
  host.addProbe({
    ...CHECK,
    name: "loop",
    roles: { startup: false, live: true, ready: true },
    check: { tag: "kick", val: 700 },
  });
  host.addHook("close", { name: "close", timeout: 600, kind: { tag: "callback" } });
}

function first(of: ReadonlyMap<number, unknown>): number {
  return of.keys().next().value!;
}
