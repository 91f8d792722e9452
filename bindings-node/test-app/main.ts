/**
 * The program that black-box runs start: it uses HaMS as an application would, and the environment
 * (`HAMS_TEST_*`) tells it what to be. Ends by a signal or the shutdown API alone.
 */
import { Health, HealthError } from "hams";
import { serveWork } from "./application.js";
import { metricsCallback } from "./metrics.js";
import { addProbes } from "./probes.js";
import { reportLine } from "./report.js";
import { addScenario } from "./scenarios.js";
import { milliseconds, variable } from "./variables.js";

async function main(): Promise<number> {
  const token = variable("TOKEN");
  const metrics = metricsCallback(variable("METRICS"));
  const port = variable("PORT");
  const startupTimeout = variable("STARTUP_TIMEOUT_MS");
  const drainMs = milliseconds("DRAIN_MS", 1_000);
  const graceMs = milliseconds("DEADLINE_MS", 3_000);
  const health = new Health({
    name: "test-app",
    version: "1.0.0",
    address: "127.0.0.1",
    ...(port === undefined ? {} : { port: Number(port) }),
    detail: (variable("DETAIL") ?? "names") as "none" | "names" | "reasons",
    ...(startupTimeout === undefined ? {} : { startupTimeoutMs: Number(startupTimeout) }),
    drainMs,
    graceMs,
    signals: { SIGHUP: variable("SIGHUP") === "shutdown" ? "drain" : "ignore" },
    ...(token === undefined ? {} : { shutdownApi: { token, allowGet: true } }),
    ...(metrics === undefined ? {} : { metrics }),
  });
  try {
    addProbes(health, variable("PROBES"), Number(variable("MANY") ?? 0));
  } catch (error) {
    if (!(error instanceof HealthError)) throw error;
    console.error(error.message);
    return 2;
  }
  const scenario = addScenario(health, variable("SCENARIO") ?? "normal", {
    hookMs: milliseconds("HOOK_MS", 800),
    blockAfterMs: milliseconds("BLOCK_AFTER_MS", 500),
    leftMs: graceMs - drainMs,
  });
  const application = await serveWork(health, variable("APP_PORT"));
  await health.start();
  scenario.started();

  const report = await health.finished();
  console.log(reportLine(report));
  // Where the application's loop is blocked, this is as far as it gets.
  await scenario.ended;
  application.close();
  await health.stop();
  return report.overdue || report.cause.tag === "startup-failed" ? 1 : 0;
}

process.exitCode = await main();
