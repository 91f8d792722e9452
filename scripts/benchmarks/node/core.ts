/** The core in process: `respond`, and `step` as the number of probes grows. */
import { readFileSync } from "node:fs";
import {
  type Check,
  type Event,
  type Health,
  instantiate,
  type Outcome,
} from "../../../bindings-node/dist/generated/hams.js";
import { line } from "../lines.ts";
import { compare, median } from "../rounds.ts";

const ROUNDS = 9;
const module = new WebAssembly.Module(readFileSync("core/build/hams.core.wasm"));

export async function core(): Promise<void> {
  const health = service(1000, () => ({ tag: "manual", val: "up" }));
  health.step(0n, []);
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) rates.push(respond(health, 300_000));
  line(
    "respond in process, alive with 1 000 probes",
    median(rates.slice(1)),
    { atLeast: 500_000 },
    " /s",
  );

  for (const [what, steps] of [
    ["a step with a kick, 10 000 probes against 10", kicks],
    ["a step with a result and a run, 10 000 probes against 10", runs],
  ] as const) {
    const [few, many] = [steps(10), steps(10_000)];
    const { ratio, measured, floor } = await compare(ROUNDS, few, many);
    const detail = `${measured.toFixed(2)} us against ${floor.toFixed(2)} us`;
    line(what, ratio, { atMost: 10 }, " x", detail);
  }
}

/** Calls a second. */
function respond(health: Health, calls: number): number {
  const request = {
    method: "get",
    target: "/hams/alive",
    accept: undefined,
    authorization: undefined,
    loopback: true,
  } as const;
  const began = performance.now();
  for (let call = 0; call < calls; call++) {
    const reply = health.respond(10n, request);
    if (reply.tag !== "now" || reply.val.status !== 200) throw new Error("not 200");
  }
  return (calls / (performance.now() - began)) * 1000;
}

const STEPS = 20_000;

/** Microseconds a step, each a millisecond later, that tells a kick of the next probe. */
function kicks(probes: number): () => number {
  const health = service(probes, () => ({ tag: "kick", val: 100_000 }));
  health.step(10n, []);
  let now = 10;
  return () =>
    micros(() => {
      now += 1;
      health.step(BigInt(now), [{ tag: "kicked", val: [1 + (now % probes), BigInt(now)] }]);
    });
}

/** The same where each step tells the results of the runs that the one before it began. */
function runs(probes: number): () => number {
  // One run a millisecond, however many probes there are.
  const schedule = { interval: probes, timeout: Math.ceil(probes / 2) };
  const health = service(probes, () => ({ tag: "callback", val: schedule }));
  let now = 10;
  let events: Event[] = [];
  const step = () => {
    now += 1;
    events = results(health.step(BigInt(now), events));
  };
  // The first runs come all at once; 1 024 events are the most a step takes.
  const first = results(health.step(10n, []));
  while (first.length > 0) health.step(10n, first.splice(0, 1024));
  while (now < 2 * probes + 10) step();
  return () => {
    let told = 0;
    const took = micros(() => {
      step();
      told += events.length;
    });
    // Otherwise it would measure something else.
    if (told < STEPS * 0.9) throw new Error(`${told} runs in ${STEPS} steps`);
    return took;
  };
}

/** All runs that the step began have passed. */
function results({ actions }: Outcome): Event[] {
  return actions
    .filter((action) => action.tag === "run-check")
    .map(({ val }) => ({
      tag: "check-finished",
      val: [val.run, { verdict: { tag: "passed" }, data: [] }],
    }));
}

function micros(step: () => void): number {
  const began = performance.now();
  for (let count = 0; count < STEPS; count++) step();
  return ((performance.now() - began) / STEPS) * 1000;
}

function service(probes: number, check: (probe: number) => Check): Health {
  const { health } = instantiate(module);
  health.configure({
    name: "bench",
    version: undefined,
    binding: "bench",
    address: undefined,
    port: undefined,
    detail: undefined,
    startupTimeout: undefined,
    drain: undefined,
    grace: undefined,
    terminate: undefined,
    interrupt: undefined,
    quit: undefined,
    hangup: undefined,
    shutdownApi: undefined,
    gathersMetrics: false,
    environment: [],
  });
  for (let probe = 0; probe < probes; probe++) {
    health.addProbe(0n, {
      name: `probe-${probe}`,
      label: undefined,
      roles: { startup: false, live: true, ready: false },
      critical: true,
      shared: false,
      failureThreshold: undefined,
      successThreshold: undefined,
      check: check(probe),
    });
  }
  health.start(0n);
  return health;
}
