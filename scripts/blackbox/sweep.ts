/** A SIGTERM at every moment of the life: the exit status and the report are right every time. */
import { setTimeout as sleep } from "node:timers/promises";
import { App, type Variables } from "./app.ts";
import { atOnce, expect, judge, type Result, type Suite } from "./result.ts";

const TOKEN = "a-token-of-more-than-16";
const VARIABLES: Variables = { SCENARIO: "slow-hook", HOOK_MS: 100, DRAIN_MS: 100, TOKEN };
const HOOKS = ["HAMS_TEST_HOOK slow ran", "HAMS_TEST_HOOK quick ran"];
const REPORT = { overdue: false, hooks: [{ outcome: "completed" }, { outcome: "completed" }] };
const ENDS_WITHIN_MS = 10_000;

/** Delays in ms from 0 to the last, finer with HAMS_FULL. */
function moments(last: number): number[] {
  const step = process.env.HAMS_FULL ? 3 : 15;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, at) => at * step);
}

export const sweep: Suite = async (language) => {
  // Over the runtime's own start, which is slower for some.
  const start = await App.begin(language, VARIABLES);
  const began = performance.now();
  while (!(await start.answers())) await sleep(5);
  const startMs = performance.now() - began;
  start.kill();
  return [
    await over(moments(startMs * 1.5 + 100), "starting", (at) => early(language, VARIABLES, at)),
    await over(moments(startMs * 1.5 + 100), "starting without end", (at) =>
      early(language, { ...VARIABLES, PROBES: "startup:schema:hang" }, at),
    ),
    await over(moments(450), "a shutdown by the API", (at) => late(language, at)),
    await over(moments(750), "a shutdown by SIGTERM", (at) => second(language, at)),
  ];
};

async function over(
  delays: readonly number[],
  what: string,
  run: (delay: number) => Promise<void>,
): Promise<Result> {
  const results = await atOnce(2, delays, (delay) => judge(`${delay} ms`, () => run(delay)));
  return judge(`sweep/SIGTERM over ${what}`, async () => {
    const problems = results.filter(({ problem }) => problem !== undefined);
    expect(`of ${delays.length} moments`, problems.slice(0, 5), []);
  });
}

/** Before it answers, a signal may still take its default action; from then on never. */
async function early(language: string, variables: Variables, delay: number): Promise<void> {
  const app = await App.begin(language, variables);
  try {
    await sleep(delay);
    const served = await app.answers();
    app.signal("SIGTERM");
    const ending = await app.end(ENDS_WITHIN_MS);
    if (ending === "SIGTERM" && !served) expect("output", app.lines, []);
    else {
      expect(`ending (served: ${served}; ${app.output})`, ending, 0);
      expectReport(app, { ...REPORT, cause: { signal: "terminate" } });
    }
  } finally {
    app.kill();
  }
}

/** A signal after the shutdown API is the first that counts: it never kills before the report. */
async function late(language: string, delay: number): Promise<void> {
  const app = await App.start(language, VARIABLES);
  try {
    await app.untilReadyIs(200);
    const answer = app.ask("POST /hams/shutdown", [`Authorization: Bearer ${TOKEN}`]);
    answer.catch(() => {}); // Met below.
    await app.untilReadyIs(503);
    await sleep(delay);
    app.signal("SIGTERM");
    expect("status", (await answer).status, 200);
    const ending = await app.end(ENDS_WITHIN_MS);
    // `stop` puts the handlers back: between it and the exit the default action is right.
    if (ending !== "SIGTERM") expect(`ending (${app.output})`, ending, 0);
    expectReport(app, { ...REPORT, cause: "api" });
  } finally {
    app.kill();
  }
}

/** Within 200 ms it is the first one's echo; later it ends what is left. */
async function second(language: string, delay: number): Promise<void> {
  // The drain and the hook take 300 ms each.
  const app = await App.start(language, { ...VARIABLES, DRAIN_MS: 300, HOOK_MS: 300 });
  try {
    await app.untilReadyIs(200);
    const first = performance.now();
    app.signal("SIGTERM");
    await sleep(delay);
    const apart = performance.now() - first;
    app.signal("SIGTERM");
    const ending = await app.end(ENDS_WITHIN_MS);
    // It is the moments of arrival that count, and this machine may be busy.
    if (apart < 80) expect(`ending of an echo after ${apart} ms`, ending, 0);
    if (apart > 280 && apart < 500) expect(`ending after ${apart} ms`, ending, "SIGTERM");
    if (ending === 0) expectReport(app, { ...REPORT, cause: { signal: "terminate" } });
    else expect(`ending (${app.output})`, ending, "SIGTERM");
  } finally {
    app.kill();
  }
}

function expectReport(app: App, report: object): void {
  const [slow, quick, line, ...more] = app.lines;
  expect("lines of hooks", [slow, quick], HOOKS);
  expect("further lines", more, []);
  expect("report", JSON.parse(line ?? "null"), report);
}
