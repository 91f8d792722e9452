/** What the application does besides, by the name of a scenario. */
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Health } from "hams";

export interface Times {
  /** How long the slow hook takes. */
  readonly hookMs: number;
  /** When the loop blocks, after the health port listens. */
  readonly blockAfterMs: number;
  /** What the drain leaves of the grace. */
  readonly leftMs: number;
}

export interface Scenario {
  /** To be called when the health port listens. */
  started(): void;
  /** When the application has done its own work. */
  readonly ended: Promise<unknown>;
}

/** The longest a hook of ours that hangs may take. */
const HANGING_MS = 1_000;
const HEARTBEAT_LIMIT_MS = 1_000;

const ENDED: Scenario = { started() {}, ended: Promise.resolve() };

export function addScenario(health: Health, scenario: string, times: Times): Scenario {
  // Hooks run last registered first, so the quick one comes after what is added below.
  health.addHook("quick", {}, () => console.log("HAMS_TEST_HOOK quick ran"));
  // Leaves the quick hook its half.
  const timeoutMs = Math.max(1, Math.min(HANGING_MS, Math.floor(times.leftMs / 2)));
  switch (scenario) {
    case "normal":
      return ENDED;
    case "slow-hook":
      // Only the grace may cut it, and then its timer must not hold the process.
      health.addHook("slow", { timeoutMs: times.hookMs + 1_000 }, async ({ signal }) => {
        await delay(times.hookMs, undefined, { signal });
        console.log("HAMS_TEST_HOOK slow ran");
      });
      return ENDED;
    case "hanging-hook":
      health.addHook("hanging", { timeoutMs }, () => new Promise(() => {}));
      return ENDED;
    case "failing-hook":
      health.addHook("failing", {}, () => {
        throw new Error("HAMS_TEST_SECRET");
      });
      return ENDED;
    case "hanging-check":
      health.addProbe("hang", { roles: ["ready"] }, () => new Promise(() => {}));
      return ENDED;
    case "blocked-loop":
      return blockedLoop(health, times.blockAfterMs);
    default:
      throw new Error(`HAMS_TEST_SCENARIO: ${scenario} is no scenario`);
  }
}

/**
 * Node delivers signals to its main thread alone, so HaMS stays there, and the loop that blocks is
 * that of a worker. The application waits for it for ever.
 */
function blockedLoop(health: Health, blockAfterMs: number): Scenario {
  const heartbeat = health.addKickProbe("heartbeat", {
    roles: ["live"],
    limitMs: HEARTBEAT_LIMIT_MS,
  });
  return {
    started() {
      const loop = new Worker(
        `const { parentPort, workerData } = require("node:worker_threads");
         setInterval(() => parentPort.postMessage("kick"), 100);
         setTimeout(() => { for (;;); }, workerData);`,
        { eval: true, workerData: blockAfterMs },
      );
      loop.on("message", () => heartbeat.kick());
      loop.unref();
    },
    ended: new Promise(() => {}),
  };
}
