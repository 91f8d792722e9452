import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import {
  type CheckResult,
  DuplicateNameError,
  type Health,
  InvalidError,
  RemovedError,
} from "hams";
import { expect, onTestFinished, test } from "vitest";
import { get, service, until } from "./service.js";

async function settled(health: Health, name: string) {
  const probe = () => health.snapshot().probes.find((probe) => probe.name === name);
  await until(() => probe()?.runs !== 0);
  return probe();
}

test.each<[string, () => unknown, string, string | undefined]>([
  ["nothing passes", () => undefined, "up", undefined],
  ["true passes", () => true, "up", undefined],
  ["false fails", () => false, "down", "failed"],
  ["a promise of false fails", async () => false, "down", "failed"],
  [
    "what is thrown fails",
    () => {
      throw new Error("no db");
    },
    "down",
    "no db",
  ],
  ["what is rejected fails", () => Promise.reject(new Error("no db")), "down", "no db"],
  [
    "a code stands for a missing message",
    () => Promise.reject(Object.assign(new Error(), { code: "EX" })),
    "down",
    "EX",
  ],
  [
    "what is no error fails",
    () => {
      throw null;
    },
    "down",
    "null",
  ],
  ["a report may pass", () => ({ status: "pass" }), "up", undefined],
  ["a report may warn", () => ({ status: "warn", message: "slow" }), "degraded", "slow"],
  ["a report may fail", () => ({ status: "fail", message: "full" }), "down", "full"],
  [
    "anything else fails",
    () => [{ rows: 1 }],
    "down",
    "the check returned neither nothing nor a boolean nor { status: pass, warn or fail }",
  ],
  [
    "a text fails",
    () => "PONG",
    "down",
    "the check returned neither nothing nor a boolean nor { status: pass, warn or fail }",
  ],
])("callback probe: %s", async (_, check, status, reason) => {
  const health = service();
  health.addProbe("db", { roles: ["ready"] }, check as () => CheckResult);
  await health.start();
  expect(await settled(health, "db")).toMatchObject({ status, reason });
});

test("data stands beside the result", async () => {
  const health = service();
  health.addProbe("db", { roles: ["ready"] }, () => ({
    status: "pass",
    data: { pool: 4, primary: true, host: "a" },
  }));
  await health.start();
  await settled(health, "db");
  expect(JSON.parse((await get(health, "/health")).body).checks[0].data).toEqual({
    pool: "4",
    primary: "true",
    host: "a",
  });
});

test("data of a million characters does no harm", async () => {
  const health = service();
  health.addProbe("db", { roles: ["ready"] }, () => ({
    status: "fail",
    message: "x".repeat(3_000_000),
    data: { huge: "x".repeat(3_000_000) },
  }));
  await health.start();
  expect((await settled(health, "db"))?.reason).toBe("x".repeat(200));
});

test("a check that hangs is down at its timeout, and its signal is aborted", async () => {
  const health = service();
  let aborted = false;
  health.addProbe("db", { roles: ["ready"], intervalMs: 1_000, timeoutMs: 20 }, ({ signal }) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  await health.start();
  expect(await settled(health, "db")).toMatchObject({
    status: "down",
    reason: "no answer in 20 ms",
  });
  await until(() => aborted);
});

test("a check may call HaMS", async () => {
  const health = service();
  const other = health.addManualProbe("other", { roles: ["ready"] });
  health.addProbe("db", { roles: ["ready"] }, () => {
    other.report(true);
    health.addProbe("later", { roles: ["ready"] }, () => health.snapshot().phase === "running");
  });
  await health.start();
  expect(await settled(health, "later")).toMatchObject({ status: "up" });
  expect((await get(health, "/readyz")).status).toBe(200);
});

test("a manual probe is as reported", async () => {
  const health = service();
  const probe = health.addManualProbe("cache", { roles: ["ready"] });
  await health.start();
  expect((await get(health, "/readyz")).status).toBe(503);
  probe.report(true);
  expect((await get(health, "/readyz")).status).toBe(200);
  probe.report({ status: "fail", message: "cold" });
  expect(health.snapshot().probes[0]).toMatchObject({ status: "down", reason: "cold" });
});

test("a kick is handed over before the next answer", async () => {
  const health = service();
  const probe = health.addKickProbe("loop", { roles: ["ready"], limitMs: 60_000 });
  await health.start();
  expect((await get(health, "/readyz")).status).toBe(503);
  probe.kick();
  expect((await get(health, "/readyz")).status).toBe(200);
});

test("a kick probe goes down without kicks and comes back with one", async () => {
  const health = service();
  const probe = health.addKickProbe("loop", { roles: ["live"], limitMs: 100 });
  await health.start();
  probe.kick();
  expect(health.snapshot().live).toBe("up");
  await until(() => health.snapshot().live === "down");
  expect(health.snapshot().probes[0]?.reason).toBe("not kicked for 100 ms");
  probe.kick();
  expect(health.snapshot().live).toBe("up");
});

test("kicks of a removed probe go nowhere", async () => {
  const health = service();
  const gone = health.addKickProbe("gone", { roles: ["ready"], limitMs: 1_000 });
  gone.remove();
  const probe = health.addKickProbe("loop", { roles: ["ready"], limitMs: 1_000 });
  await health.start();
  gone.kick();
  expect(health.snapshot().probes).toMatchObject([{ name: "loop", status: "unknown" }]);
  probe.kick();
  expect(health.snapshot().probes).toMatchObject([{ name: "loop", status: "up" }]);
});

test("roles can be changed, names freed", async () => {
  const health = service();
  const probe = health.addManualProbe("a", { roles: ["ready"], initial: "down" });
  await health.start();
  expect(health.snapshot().ready).toBe("down");
  probe.setRoles(["live"]);
  expect(health.snapshot()).toMatchObject({ live: "down", ready: "up" });
  probe.remove();
  expect(health.snapshot().probes).toEqual([]);
  expect(() => probe.remove()).toThrow(RemovedError);
  health.addManualProbe("a", { roles: ["ready"] });
  expect(() => health.addManualProbe("a", { roles: ["ready"] })).toThrow(DuplicateNameError);
});

test("what does not fit is refused with every field", () => {
  const health = service();
  const add = () =>
    health.addHttpProbe("a b", { roles: [], url: "ftp://x", intervalMs: 10, timeoutMs: 20 });
  expect(add).toThrow(InvalidError);
  try {
    add();
  } catch (error) {
    const fields = (error as InvalidError).problems.map(({ field }) => field);
    expect(fields.sort()).toEqual(["check.schedule.timeout", "check.url", "name", "roles"]);
  }
  expect(() => health.addKickProbe("a", { roles: ["live"], limitMs: 99 })).toThrow(InvalidError);
  expect(() => health.addKickProbe("a", { roles: ["live"], limitMs: 1.5 })).toThrow(TypeError);
  expect(() => health.addManualProbe("a", { roles: ["lively" as "live"] })).toThrow(
    /^roles: "lively" is none of startup, live, ready$/,
  );
});

function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** `/200` answers 200, `/to?x` redirects to x, with the requests counted. */
async function target() {
  const seen: string[] = [];
  const port = await listening(
    createHttpServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? "", "http://x");
      seen.push(`${request.method} ${request.url} ${request.headers["x-token"] ?? ""}`.trim());
      if (pathname === "/to") response.writeHead(302, { location: search.slice(1) }).end();
      else response.writeHead(Number(pathname.slice(1))).end("body");
    }),
  );
  return { base: `http://127.0.0.1:${port}`, seen };
}

test.each([
  ["/200", {}, "up", undefined],
  ["/200", { head: true }, "up", undefined],
  ["/399", {}, "up", undefined],
  ["/404", {}, "down", "HTTP 404"],
  ["/404", { expect: [200, [400, 404]] as [number, [number, number]] }, "up", undefined],
  ["/to?/200", {}, "up", undefined],
  ["/to?/503", {}, "down", "HTTP 503"],
  ["/to?/200", { expect: [200] }, "down", "HTTP 302"],
  ["/to?http://127.0.0.2:1/", {}, "up", undefined],
  ["/to?/to?/to?/to?/to?/503", {}, "down", "HTTP 503"],
  ["/to?/to?/to?/to?/to?/to?/503", {}, "up", undefined],
])("http probe of %s with %j is %s", async (path, options, status, reason) => {
  const { base, seen } = await target();
  const health = service();
  health.addHttpProbe("web", {
    roles: ["ready"],
    url: base + path,
    headers: { "X-Token": "t" },
    ...options,
  });
  await health.start();
  expect(await settled(health, "web")).toMatchObject({ status, reason });
  const method = "head" in options ? "HEAD" : "GET";
  expect(seen.every((line) => line.startsWith(`${method} /`) && line.endsWith(" t"))).toBe(true);
});

test("http and tcp probes tell how the network failed", async () => {
  const silent = await listening(createTcpServer((socket) => socket.destroy()));
  const rude = await listening(createTcpServer((socket) => socket.end("SSH-2.0\r\n")));
  const closed = createTcpServer();
  const refused = await listening(closed);
  await new Promise((resolve) => closed.close(resolve));
  const records: unknown[] = [];
  const log = (fields: unknown, message: string) => records.push([message, fields]);
  const health = service({ logger: { debug() {}, info: log, warn: log, error: log } });
  const roles = ["ready"] as const;
  health.addHttpProbe("refused", { roles, url: `http://127.0.0.1:${refused}/` });
  health.addHttpProbe("name", { roles, url: "http://no-such-host.invalid/" });
  health.addHttpProbe("reset", { roles, url: `http://127.0.0.1:${silent}/` });
  health.addHttpProbe("ssh", { roles, url: `http://127.0.0.1:${rude}/` });
  health.addHttpProbe("tls", { roles, url: `https://127.0.0.1:${rude}/` });
  health.addTcpProbe("tcp", { roles, host: "127.0.0.1", port: refused });
  health.addTcpProbe("open", { roles, host: "localhost", port: rude });
  await health.start();
  await until(() => health.snapshot().probes.every(({ runs }) => runs === 1));
  const reasons = health.snapshot().probes.map(({ name, reason }) => [name, reason]);
  expect(Object.fromEntries(reasons)).toEqual({
    refused: "connection refused",
    name: "no such host",
    reset: "connection reset",
    ssh: "not HTTP",
    tls: "TLS failed",
    tcp: "connection refused",
    open: undefined,
  });
  const text = `ECONNREFUSED 127.0.0.1:${refused}`;
  expect(JSON.stringify(records)).toContain(text);
});
