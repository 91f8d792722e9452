/** What happens when the core traps: here its memory is overwritten, as no input could. */

import { CoreError } from "hams";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { get, service, until } from "./service.js";

const Real = WebAssembly.Instance;
let memories: WebAssembly.Memory[] = [];

beforeAll(() => {
  vi.stubGlobal("WebAssembly", {
    ...WebAssembly,
    Module: WebAssembly.Module,
    RuntimeError: WebAssembly.RuntimeError,
    Instance: class extends Real {
      constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
        super(module, imports);
        memories.push(this.exports.memory as WebAssembly.Memory);
      }
    },
  });
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  memories = [];
});

/** The next call of the newest core traps. */
function breakCore(): void {
  new Uint8Array((memories.at(-1) as WebAssembly.Memory).buffer).fill(0xff);
}

function logged() {
  const messages: string[] = [];
  const log = (_: unknown, message: string) => void messages.push(message);
  return { messages, logger: { debug: log, info: log, warn: log, error: log } };
}

test("a new core takes over, its results unknown again", async () => {
  const { messages, logger } = logged();
  const health = service({ logger });
  let runs = 0;
  health.addProbe("db", { roles: ["ready"] }, () => {
    runs++;
  });
  const gone = health.addManualProbe("gone", { roles: ["ready"] });
  const manual = health.addManualProbe("manual", { roles: ["live"] });
  const kicked = health.addKickProbe("loop", { roles: ["ready"], limitMs: 60_000 });
  manual.setRoles(["ready"]);
  manual.report(true);
  kicked.kick();
  gone.remove();
  await health.start();
  await until(() => health.snapshot().ready === "up");
  breakCore();
  expect((await get(health, "/readyz")).status).toBe(503);
  expect(messages.some((message) => message.includes("begins anew"))).toBe(true);
  await until(() => runs === 2);
  const { probes } = health.snapshot();
  expect(probes.map(({ name, status }) => [name, status])).toEqual([
    ["db", "up"],
    ["manual", "unknown"],
    ["loop", "up"],
  ]);
  // Handles point to the new ids.
  manual.report(true);
  expect((await get(health, "/readyz")).status).toBe(200);
  manual.remove();
  expect(health.snapshot().probes).toHaveLength(2);
});

test("results of the old core's runs are dropped", async () => {
  const health = service();
  const releases: (() => void)[] = [];
  const aborted: boolean[] = [];
  health.addProbe(
    "db",
    { roles: ["ready"], intervalMs: 60_000, timeoutMs: 60_000 },
    ({ signal }) => {
      const run = releases.length;
      signal.addEventListener("abort", () => {
        aborted[run] = true;
      });
      return new Promise((resolve) => releases.push(() => resolve(run === 1)));
    },
  );
  await health.start();
  await until(() => releases.length === 1);
  breakCore();
  await get(health, "/livez");
  await until(() => releases.length === 2);
  expect(aborted).toEqual([true]);
  releases[0]?.();
  await get(health, "/livez");
  expect(health.snapshot().probes[0]).toMatchObject({ status: "unknown", runs: 0 });
  releases[1]?.();
  await until(() => health.snapshot().ready === "up");
});

test("a shutdown under way goes on with the hooks that have not run", async () => {
  const health = service();
  const ran: string[] = [];
  health.addHook("last", {}, () => void ran.push("last"));
  health.addHook("breaking", {}, () => {
    ran.push("breaking");
    breakCore();
  });
  health.addHook("first", {}, () => void ran.push("first"));
  await health.start();
  health.shutdown("enough");
  const report = await health.finished();
  expect(ran).toEqual(["first", "breaking", "last"]);
  expect(report.cause).toEqual({ tag: "requested", val: "enough" });
  expect(report.hooks.map(({ name }) => name)).toEqual(["last"]);
  await health.stop();
});

test("answers that were owed are 503", async () => {
  const token = "0123456789abcdef";
  const health = service({ shutdownApi: { token } });
  health.addHook("breaking", {}, () => breakCore());
  await health.start();
  const answer = await get(health, "/hams/shutdown", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(503);
  expect((await health.finished()).cause.tag).toBe("requested");
});

test("a call that traps throws", async () => {
  const health = service();
  await health.start();
  breakCore();
  expect(() => health.addManualProbe("a", { roles: ["ready"] })).toThrow(CoreError);
  health.addManualProbe("a", { roles: ["ready"] });
  expect(health.snapshot().phase).toBe("running");
});

test("a second trap within a minute is final", async () => {
  const { messages, logger } = logged();
  const health = service({ logger });
  await health.start();
  breakCore();
  expect((await get(health, "/livez")).status).toBe(503);
  expect((await get(health, "/livez")).status).toBe(200);
  breakCore();
  for (const path of ["/livez", "/readyz", "/metrics", "/"]) {
    expect((await get(health, path)).status).toBe(503);
  }
  expect(messages.some((message) => message.includes("failed for good"))).toBe(true);
  await expect(health.finished()).rejects.toThrow(CoreError);
  expect(() => health.snapshot()).toThrow(CoreError);
  await health.stop();
  await expect(get(health, "/livez")).rejects.toThrow("ECONNREFUSED");
});
