import { expect, test } from "vitest";
import { Program } from "./program.js";

const SERVE = "programs/serve.js";

async function serving(policies: object = {}, oddity = ""): Promise<Program> {
  const program = new Program(SERVE, [JSON.stringify(policies), oddity]);
  await program.line(/listening/);
  return program;
}

test.each([
  ["SIGTERM", "terminate"],
  ["SIGINT", "interrupt"],
  ["SIGQUIT", "quit"],
] as const)("%s shuts down by default, and the process ends by itself", async (name, word) => {
  const program = await serving();
  program.kill(name);
  expect(await program.ended).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      new RegExp(`told ${word}\nhook\nfinished ${word}\nlisteners 0\nexit handlers ran\n$`),
    ),
  });
});

test("SIGHUP is ignored by default, and can be given a policy", async () => {
  const deaf = await serving();
  deaf.kill("SIGHUP");
  deaf.kill("SIGTERM");
  expect((await deaf.ended).output).toContain("finished terminate");
  const listening = await serving({ SIGHUP: "drain" });
  listening.kill("SIGHUP");
  expect((await listening.ended).output).toContain("finished hangup");
});

test("a signal under leave keeps its default action", async () => {
  const program = await serving({ SIGTERM: "leave" });
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: null, signal: "SIGTERM" });
});

test("a second signal 200 ms later ends the process by its default action", async () => {
  const program = await serving({}, "hanging");
  program.kill("SIGTERM");
  await program.line(/told/);
  await new Promise((resolve) => setTimeout(resolve, 220));
  program.kill("SIGINT");
  const { code, signal, output } = await program.ended;
  expect({ code, signal }).toEqual({ code: null, signal: "SIGINT" });
  expect(output).not.toContain("exit handlers ran");
});

test("a second signal at once is the same one sent twice", async () => {
  const program = await serving();
  program.kill("SIGINT");
  program.kill("SIGINT");
  expect(await program.ended).toMatchObject({ code: 0 });
});

test("under notify the first tells the application, the second ends the process", async () => {
  const program = await serving({ SIGTERM: "notify" });
  program.kill("SIGTERM");
  await program.line(/told terminate/);
  await new Promise((resolve) => setTimeout(resolve, 220));
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: null, signal: "SIGTERM" });
});

test("a process that does not stop dies by its signal when the grace is over", async () => {
  const program = await serving({}, "wedged");
  program.kill("SIGTERM");
  const { signal, output } = await program.ended;
  expect(signal).toBe("SIGTERM");
  expect(output).toContain("finished terminate");
});

test("listeners of the application still run", async () => {
  const program = await serving({}, "other");
  program.kill("SIGTERM");
  const { code, output } = await program.ended;
  expect(code).toBe(0);
  expect(output).toMatch(/the other listener\n[\s\S]*finished terminate\nlisteners 1\n/);
});

test("with the worker a signal does the same", async () => {
  const program = await serving({}, "worker");
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({
    code: 0,
    output: expect.stringMatching(/told terminate\nhook\nfinished terminate\nlisteners 0\n/),
  });
});

test.each(["", "worker"])("stop leaves nothing behind %s", async (mode) => {
  const program = new Program("programs/leave.js", [mode]);
  expect(await program.ended).toEqual({
    code: 0,
    signal: null,
    output: "no listener left\n",
    errors: "",
  });
});

test.each(["", "worker"])("what was never started holds nothing %s", async (mode) => {
  const program = new Program("programs/unstarted.js", [mode]);
  expect(await program.ended).toMatchObject({ code: 0, output: "made\n", errors: "" });
});
