import { DuplicateNameError, InvalidError, ListenError, StateError } from "hams";
import { expect, test } from "vitest";
import { Program } from "./program.js";
import { get, service, until } from "./service.js";

test("the API is the same with the worker", async () => {
  const health = service({ worker: true, drainMs: 20, metrics: () => "# TYPE app gauge\napp 1\n" });
  const loop = health.addKickProbe("loop", { roles: ["ready"], limitMs: 60_000 });
  const manual = health.addManualProbe("manual", { roles: ["ready"] });
  health.addProbe("db", { roles: ["startup"] }, () => ({ status: "pass", data: { pool: 4 } }));
  const ran: string[] = [];
  health.addHook("hook", {}, () => void ran.push("hook"));
  expect(() => health.addManualProbe("manual", { roles: ["ready"] })).toThrow(DuplicateNameError);
  expect(() => health.addManualProbe("a b", { roles: ["ready"] })).toThrow(InvalidError);
  expect(() => health.addKickProbe("x", { roles: ["ready"], limitMs: 1.5 })).toThrow(TypeError);
  expect(() => health.shutdown("early")).toThrow(StateError);
  await health.start();
  loop.kick();
  manual.report(true);
  await until(() => health.snapshot().phase === "running");
  expect((await get(health, "/readyz?verbose")).body).toBe(
    "[+]loop ok\n[+]manual ok\nreadyz check passed\n",
  );
  expect((await get(health, "/metrics")).body).toContain("\napp 1\n");
  expect(health.snapshot().probes.map(({ name, status }) => [name, status])).toEqual([
    ["event-loop", "up"],
    ["loop", "up"],
    ["manual", "up"],
    ["db", "up"],
  ]);
  const work = health.work();
  health.shutdown("enough");
  expect((await get(health, "/readyz")).status).toBe(503);
  work.done();
  expect((await health.finished()).hooks).toMatchObject([{ outcome: "completed" }]);
  expect(ran).toEqual(["hook"]);
  await health.stop();
});

test("errors come from the worker as they are", async () => {
  const first = service();
  await first.start();
  const second = service({ worker: true, port: first.address?.port as number });
  await expect(second.start()).rejects.toThrow(ListenError);
  expect(() => service({ worker: true, name: "" })).toThrow(InvalidError);
});

test("a mounted handler answers from the worker", async () => {
  const health = service({ worker: true, listen: false });
  const { createServer } = await import("node:http");
  const server = createServer(health.handler).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  await health.start();
  const { port } = server.address() as { port: number };
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  await health.stop();
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(503);
  server.close();
});

async function blocked(ms: number) {
  const program = new Program("programs/blocked.js", [String(ms)]);
  const [, port] = await program.line(/listening on (\d+)/);
  const base = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${base}/livez`)).status === 200);
  program.kill("SIGUSR2");
  await program.line(/blocking/);
  return { program, base };
}

test("a blocked loop shows in /livez, and so does its end", async () => {
  const { program, base } = await blocked(1_500);
  await until(async () => (await fetch(`${base}/livez`)).status === 503);
  expect(await (await fetch(`${base}/livez?verbose`)).text()).toContain(
    "[-]event-loop failed: reason withheld\n",
  );
  await program.line(/free again/);
  await until(async () => (await fetch(`${base}/livez`)).status === 200);
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 0 });
});

test("the shutdown API works beside a blocked loop", async () => {
  const { program, base } = await blocked(1_000);
  const answer = await fetch(`${base}/hams/shutdown`, {
    method: "POST",
    headers: { Authorization: "Bearer 0123456789abcdef" },
  });
  expect(answer.status).toBe(200);
  expect((await program.ended).output).toContain("free again\nstopped\n");
});
