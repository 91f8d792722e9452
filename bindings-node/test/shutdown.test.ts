import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { InvalidError, StateError } from "hams";
import { expect, onTestFinished, test } from "vitest";
import { get, service, until } from "./service.js";

test("hooks run last registered first, and the report names each", async () => {
  const health = service({ graceMs: 5_000 });
  const ran: string[] = [];
  health.addHook("first", {}, () => void ran.push("first"));
  health.addHook("failing", {}, () => {
    ran.push("failing");
    throw new Error("no");
  });
  health.addHook("hanging", { timeoutMs: 20 }, ({ signal, timeoutMs }) => {
    ran.push(`hanging ${timeoutMs}`);
    signal.addEventListener("abort", () => ran.push("aborted"));
    return new Promise(() => {});
  });
  await health.start();
  health.shutdown("enough");
  const report = await health.finished();
  expect(ran).toEqual(["hanging 20", "aborted", "failing", "first"]);
  expect(report).toMatchObject({
    cause: { tag: "requested", val: "enough" },
    overdue: false,
    working: 0,
    abandoned: [],
    hooks: [
      { name: "hanging", outcome: "timed-out", message: "no answer in 20 ms" },
      { name: "failing", outcome: "failed", message: "no" },
      { name: "first", outcome: "completed", message: undefined },
    ],
  });
  expect((await get(health, "/livez")).status).toBe(200);
  expect((await get(health, "/readyz")).status).toBe(503);
  await health.stop();
});

test("a draining service is alive and not ready, and waits for work", async () => {
  const health = service({ drainMs: 40 });
  await health.start();
  const work = health.work();
  const phases: string[] = [];
  health.onPhase((phase) => void phases.push(phase));
  health.shutdown("enough");
  expect((await get(health, "/readyz")).status).toBe(503);
  expect((await get(health, "/livez")).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(phases).toEqual(["draining"]);
  work.done();
  work.done();
  expect((await health.finished()).drainedMs).toBeGreaterThanOrEqual(0);
  expect(phases).toEqual(["draining", "stopping"]);
});

test("run marks work until its promise has settled", async () => {
  const health = service();
  await health.start();
  let release = () => {};
  const running = health.run(
    () =>
      new Promise<string>((resolve) => {
        release = () => resolve("result");
      }),
  );
  await expect(health.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  health.shutdown("enough");
  let finished = false;
  health.finished().then(() => {
    finished = true;
  });
  await get(health, "/livez");
  expect(finished).toBe(false);
  release();
  expect(await running).toBe("result");
  expect((await health.finished()).working).toBe(0);
});

test("callbacks are told of the beginning, whatever they do", async () => {
  const records: string[] = [];
  const log = (_: unknown, message: string) => void records.push(message);
  const health = service({ logger: { debug: log, info: log, warn: log, error: log } });
  const causes: unknown[] = [];
  health.onShutdown(() => {
    throw new Error("one");
  });
  health.onShutdown(() => Promise.reject(new Error("two")));
  health.onShutdown((cause) => {
    causes.push(cause);
    health.shutdown("again");
    expect(health.snapshot().phase).not.toBe("running");
  });
  await health.start();
  health.shutdown("enough");
  await health.finished();
  expect(causes).toEqual([{ tag: "requested", val: "enough" }]);
  expect(records).toContain("onShutdown callback failed: one");
  await until(() => records.includes("onShutdown callback failed: two"));
});

test("an http hook is sent, and again after a failure", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["x-token"]}`);
    response.writeHead(seen.length === 1 ? 500 : 204).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const health = service();
  health.addHttpHook("leave", {
    url: `http://127.0.0.1:${port}/leave`,
    method: "PUT",
    headers: { "X-Token": "t" },
    pauseMs: 10,
  });
  await health.start();
  health.shutdown("enough");
  expect((await health.finished()).hooks).toMatchObject([{ name: "leave", outcome: "completed" }]);
  expect(seen).toEqual(["PUT /leave t", "PUT /leave t"]);
});

test("hooks can be removed until the shutdown", async () => {
  const health = service();
  const ran: string[] = [];
  const gone = health.addHook("gone", {}, () => void ran.push("gone"));
  const kept = health.addHook("kept", {}, () => void ran.push("kept"));
  gone.remove();
  await health.start();
  health.shutdown("enough");
  await health.finished();
  expect(ran).toEqual(["kept"]);
  expect(() => kept.remove()).toThrow(StateError);
  expect(() => health.addHook("late", {}, () => {})).toThrow(
    expect.objectContaining({ code: "shutting-down" }),
  );
});

test("stop runs the hooks and closes the server", async () => {
  const health = service({ drainMs: 10_000 });
  let ran = false;
  health.addHook("last", {}, () => {
    ran = true;
  });
  await health.start();
  await health.stop();
  expect(ran).toBe(true);
  expect((await health.finished()).cause).toEqual({ tag: "stop" });
  await expect(get(health, "/livez")).rejects.toThrow("ECONNREFUSED");
});

test("calls that the phase does not allow throw", async () => {
  const health = service();
  expect(() => health.shutdown("early")).toThrow(StateError);
  await expect(health.stop()).rejects.toMatchObject({ code: "not-running" });
  await health.start();
  await expect(health.start()).rejects.toMatchObject({ code: "already-running" });
  await Promise.all([health.stop(), health.stop()]);
  await expect(health.stop()).rejects.toMatchObject({ code: "not-running" });
  expect(() => health.shutdown("late")).toThrow(StateError);
  expect(() => health.snapshot()).toThrow(StateError);
});

test("aborting the signal of start begins the shutdown", async () => {
  const health = service();
  const abort = new AbortController();
  await health.start({ signal: abort.signal });
  abort.abort();
  expect((await health.finished()).cause).toEqual({ tag: "requested", val: "aborted" });
  const never = service();
  await expect(never.start({ signal: abort.signal })).rejects.toThrow("aborted");
});

test("disposal ends a service in any phase", async () => {
  const { address } = await (async () => {
    await using health = service();
    await health.start();
    return health;
  })();
  expect(address).toBeDefined();
  await using created = service();
  expect(created.address).toBeUndefined();
});

test("settings that contradict are refused at once", () => {
  expect(() => service({ name: "", drainMs: 6_000, graceMs: 5_000 })).toThrow(InvalidError);
  expect(() => service({ port: 70_000 })).toThrow(TypeError);
  expect(() => service({ name: "x".repeat(2_000_000) })).toThrow(RangeError);
});

test("the settings in effect can be read", () => {
  const health = service({ drainMs: 10, signals: { SIGHUP: "drain" } });
  expect(health.settings).toEqual({
    address: "127.0.0.1",
    port: 0,
    detail: "names",
    startupTimeoutMs: undefined,
    drainMs: 10,
    graceMs: 25_000,
    signals: { SIGTERM: "drain", SIGINT: "drain", SIGQUIT: "drain", SIGHUP: "drain" },
    shutdownApi: false,
  });
});

test("two services share nothing", async () => {
  const [one, two] = [service({ name: "one" }), service({ name: "two" })];
  one.addManualProbe("a", { roles: ["ready"], initial: "down" });
  await Promise.all([one.start(), two.start()]);
  expect((await get(one, "/readyz")).status).toBe(503);
  expect((await get(two, "/readyz")).status).toBe(200);
  await one.stop();
  expect((await get(two, "/livez")).status).toBe(200);
});
