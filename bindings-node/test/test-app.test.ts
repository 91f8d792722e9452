import { expect, test } from "vitest";
import { Program } from "./program.js";
import { freePort, until } from "./service.js";

const APP = "../dist/lib/test-app.js";

/** The variables say nothing of port 0, so one is taken from the log. */
async function app(env: Record<string, string>) {
  const program = new Program(APP, [], { HAMS_TEST_PORT: "0", HAMS_TEST_DRAIN_MS: "0", ...env });
  await program.line(/hams: phase running/);
  return program;
}

test.each([
  ["normal", { outcome: "completed", lines: ["quick"] }],
  ["slow-hook", { outcome: "completed", lines: ["slow", "quick"] }],
  ["hanging-hook", { outcome: "timed-out", lines: ["quick"] }],
  ["failing-hook", { outcome: "failed", lines: ["quick"] }],
])("%s ends with 0 and its report", async (scenario, { outcome, lines }) => {
  const program = await app({
    HAMS_TEST_SCENARIO: scenario,
    HAMS_TEST_HOOK_MS: "20",
    HAMS_TEST_DEADLINE_MS: "400",
  });
  program.kill("SIGTERM");
  const { code, output } = await program.ended;
  expect(code).toBe(0);
  expect(output.match(/HAMS_TEST_HOOK \w+ ran/g)).toEqual(
    lines.map((line) => `HAMS_TEST_HOOK ${line} ran`),
  );
  const report = JSON.parse(/^\{.*\}$/m.exec(output)?.[0] ?? "");
  expect(report.hooks[0].outcome).toBe(outcome);
  expect(report.overdue).toBe(false);
});

test("a blocked loop ends by its signal", async () => {
  const program = await app({
    HAMS_TEST_SCENARIO: "blocked-loop",
    HAMS_TEST_BLOCK_AFTER_MS: "1",
    HAMS_TEST_DEADLINE_MS: "200",
  });
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: null, signal: "SIGTERM" });
});

test("a name that HaMS refuses ends it with 2", async () => {
  const program = new Program(APP, [], { HAMS_TEST_PROBES: "ready:a%20b:up" });
  expect(await program.ended).toMatchObject({ code: 2, errors: expect.stringMatching(/"a b"/) });
});

test("work in flight is let finish", async () => {
  const port = await freePort();
  const program = await app({ HAMS_TEST_APP_PORT: String(port) });
  let body = "";
  const work = fetch(`http://127.0.0.1:${port}/work?ms=200`).then(async (answer) => {
    body = await answer.text();
  });
  await until(() => fetch(`http://127.0.0.1:${port}/work?ms=0`).then(() => true));
  program.kill("SIGTERM");
  await work;
  expect(body).toBe("done");
  const { code, output } = await program.ended;
  expect(code).toBe(0);
  expect(JSON.parse(/^\{.*\}$/m.exec(output)?.[0] ?? "").working).toBe(0);
});
