import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { ListenError } from "hams";
import { expect, onTestFinished, test } from "vitest";
import { get, raw, service } from "./service.js";

test("HEAD has the length of GET and no body", async () => {
  const health = service();
  await health.start();
  const { headers } = await get(health, "/hams/alive");
  const head = await get(health, "/hams/alive", { method: "HEAD" });
  expect(head.body).toBe("");
  expect(head.headers["content-length"]).toBe(headers["content-length"]);
});

test("every answer has the standard headers", async () => {
  const health = service();
  await health.start();
  for (const path of ["/livez", "/nope", "/", "/metrics"]) {
    expect((await get(health, path)).headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
  }
});

test("several Accept fields count as one list", async () => {
  const health = service();
  await health.start();
  const answer = await raw(
    health,
    "GET /health HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nAccept: application/health+json\r\nConnection: close\r\n\r\n",
  );
  expect(answer).toContain("application/health+json");
});

test.each([
  ["no Host", "GET /livez HTTP/1.1\r\n\r\n", 400],
  ["two Hosts", "GET /livez HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n", 400],
  ["two Hosts in 1.0", "GET /livez HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400],
  [
    "Transfer-Encoding in 1.0",
    "GET /livez HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  ["a byte above ASCII", Buffer.from("GET /liv\xe9z HTTP/1.1\r\nHost: a\r\n\r\n", "latin1"), 400],
  ["101 fields", `GET /livez HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(100)}\r\n`, 400],
  ["no HTTP", "SSH-2.0-OpenSSH\r\n\r\n", 400],
  ["a head over 16 KiB", `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(17_000)}\r\n\r\n`, 431],
  ["an expectation", "GET /livez HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417],
])("%s is refused, and the connection ends", async (_, request, status) => {
  const health = service();
  await health.start();
  const answer = await raw(health, request);
  expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test.each([
  ["a target over 8 KiB", `GET /${"a".repeat(8_192)} HTTP/1.1`, 414],
  ["the absolute form", "GET http://x/livez HTTP/1.1", 200],
  ["100 fields", `GET /livez HTTP/1.1\r\n${"X: y\r\n".repeat(98).trimEnd()}`, 200],
])("%s reaches the core", async (_, head, status) => {
  const health = service();
  await health.start();
  const answer = await raw(health, `${head}\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
});

test("HTTP/1.0 needs no Host", async () => {
  const health = service();
  await health.start();
  expect(await raw(health, "GET /livez HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ["a length", "Content-Length: 1000000\r\n\r\n"],
  ["chunks", "Transfer-Encoding: chunked\r\n\r\n"],
  ["100-continue", "Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"],
])("a request with a body (%s) is answered on its head alone", async (_, rest) => {
  const health = service();
  await health.start();
  const answer = await raw(health, `POST /livez HTTP/1.1\r\nHost: x\r\n${rest}`);
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(answer).toContain("Connection: close");
});

test("what follows a closing answer is not served", async () => {
  const health = service();
  await health.start();
  const answer = await raw(
    health,
    "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nabGET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
  );
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect((await get(health, "/metrics")).body).not.toContain('path="/livez",code="200"');
});

test("pipelined requests are answered in order", async () => {
  const health = service();
  await health.start();
  const request = (path: string, last = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${last}\r\n`;
  const answer = await raw(
    health,
    `${request("/livez")}${request("/nope")}${request("/hams/alive", "Connection: close\r\n")}`,
  );
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
});

test("a connection that floods is cut, others are served", async () => {
  const health = service();
  await health.start();
  const flood = connect({ host: "127.0.0.1", port: health.address?.port as number });
  const ended = new Promise((resolve) => flood.once("close", resolve));
  flood.on("error", () => {});
  flood.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50_000));
  expect((await get(health, "/livez")).status).toBe(200);
  flood.resume();
  await ended;
});

test("a port in use is named, and the start can be repeated", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  const health = service({ port });
  const error = await health.start().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({ code: "address-in-use", address: "127.0.0.1", port });
  expect(error).toMatchObject({ message: `port ${port} of 127.0.0.1 is in use` });
  await new Promise((resolve) => taken.close(resolve));
  await health.start();
  expect((await get(health, "/livez")).status).toBe(200);
});

test("an address of another machine cannot be listened on", async () => {
  const health = service({ address: "192.0.2.1" });
  await expect(health.start()).rejects.toMatchObject({
    code: "cannot-listen",
    systemCode: "EADDRNOTAVAIL",
  });
});

test("stop does not wait for idle and silent connections", async () => {
  const health = service();
  await health.start();
  const silent = connect({ host: "127.0.0.1", port: health.address?.port as number });
  await new Promise((resolve) => silent.once("connect", resolve));
  const half = connect({ host: "127.0.0.1", port: health.address?.port as number });
  half.write("GET /liv");
  half.on("error", () => {});
  await get(health, "/livez");
  const begin = performance.now();
  await health.stop();
  expect(performance.now() - begin).toBeLessThan(900);
  silent.destroy();
  half.destroy();
});

test("the shutdown API is answered when the shutdown has finished", async () => {
  const token = "0123456789abcdef";
  const health = service({ shutdownApi: { token } });
  health.addHook("last", {}, () => new Promise((resolve) => setTimeout(resolve, 20)));
  await health.start();
  expect((await get(health, "/hams/shutdown", { method: "POST" })).status).toBe(401);
  const headers = { Authorization: `Bearer ${token}` };
  const ask = () => get(health, "/hams/shutdown", { method: "POST", headers });
  const [one, two] = await Promise.all([ask(), ask()]);
  expect(one.status).toBe(200);
  expect(JSON.parse(one.body).hooks).toMatchObject([{ name: "last", outcome: "completed" }]);
  expect(two.body).toBe(one.body);
  expect((await health.finished()).cause).toEqual({ tag: "api" });
});

test("metrics of the application are added", async () => {
  const health = service({
    metrics: (form) =>
      form === "text"
        ? "# TYPE app_jobs_total counter\napp_jobs_total 3\n"
        : { form: "text", text: "" },
  });
  await health.start();
  expect((await get(health, "/metrics")).body).toContain("\napp_jobs_total 3\n");
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["returns no text", () => 5],
  ["names no form", () => ({ text: "a 1\n" })],
  ["returns more than may cross", () => "#".repeat(1_048_577)],
])("metrics of an application that %s are counted as an error", async (_, metrics) => {
  const health = service({ metrics: metrics as () => string });
  await health.start();
  const { status, body } = await get(health, "/metrics");
  expect(status).toBe(200);
  expect(body).toContain("\nhams_application_metrics_errors_total 1\n");
});

test("the handler answers in a server of the application's", async () => {
  const health = service({ listen: false, metrics: () => "# TYPE app gauge\napp 1\n" });
  health.addManualProbe("db", { roles: ["ready"], initial: "up" });
  const server = createServer(health.handler).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await fetch(`${base}/readyz`)).status).toBe(503);
  await health.start();
  expect(health.address).toBeUndefined();
  expect(await (await fetch(`${base}/readyz?verbose`)).text()).toBe(
    "[+]db ok\nreadyz check passed\n",
  );
  expect(await (await fetch(`${base}/metrics`)).text()).toContain("\napp 1\n");
});
