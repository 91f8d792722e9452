/** Runs `lifecycle.ts`: real processes, real signals, judged by output and exit. */
import { setTimeout as sleep } from "node:timers/promises";
import { App, freePort } from "./app.ts";
import { LIVES, type Life, type Move, REFUSALS } from "./lifecycle.ts";
import { atOnce, expect, judge, type Suite } from "./result.ts";
import { exchange } from "./wire.ts";

const ENDS_WITHIN_MS = 12_000;

export const lifecycle: Suite = async (language) => [
  ...(await atOnce(3, LIVES, (life) =>
    judge(`lifecycle/${life.name}`, () => live(language, life)),
  )),
  ...(await atOnce(2, REFUSALS, ({ name, variables, says }) =>
    judge(`refused/${name}`, async () => {
      const app = await App.begin(language, variables);
      expect("exit", await app.end(ENDS_WITHIN_MS), 2);
      expect("output", app.output, says);
      expect("report", app.lines, []);
    }),
  )),
  await judge("refused/a port in use", () => startTwice(language)),
];

async function live(language: string, life: Life): Promise<string> {
  const applicationPort = await freePort();
  const variables = Object.fromEntries(
    Object.entries(life.variables).map(([name, value]) => [
      name,
      value === "free" ? applicationPort : value,
    ]),
  );
  const app = await App.start(language, variables);
  try {
    if (life.from !== "listening") await app.untilReadyIs(200);
    const later: Promise<void>[] = [];
    for (const move of life.moves) {
      await sleep(move.after ?? 0);
      if ("signal" in move) app.signal(move.signal);
      else {
        const asked = ask(app, move, applicationPort);
        // The rejection is met below; until then it must not end this process.
        asked.catch(() => {});
        if (move.later) later.push(asked);
        else await asked;
      }
    }
    const began = performance.now();
    const ending = await app.end(ENDS_WITHIN_MS);
    const took = performance.now() - began;
    await Promise.all(later);
    expect(
      `ended (it printed ${app.output})`,
      ending === 0 || life.ends !== "failure" ? ending : "failure",
      life.ends,
    );
    if (life.within) expect("ms to the end", took, life.within);
    const reports = app.lines.filter((line) => line.startsWith("{"));
    const hooks = app.lines.filter((line) => !line.startsWith("{"));
    if (life.hooks) expect("lines of hooks", hooks, life.hooks);
    if (life.report === null) expect("reports", reports.length, 0);
    else if (life.report !== undefined) {
      expect("reports", reports.length, 1);
      expect("report", JSON.parse(reports[0] ?? ""), life.report);
    }
    expect("the port still answers", await app.answers(), false);
    if (life.varies) return JSON.stringify(ending);
    return JSON.stringify([ending, hooks, reports.map(withoutTimes)]);
  } finally {
    app.kill();
  }
}

/** Starting over: a second service on the port says so, ends, and the first one does not notice. */
async function startTwice(language: string): Promise<void> {
  const first = await App.start(language, { DRAIN_MS: 0 });
  try {
    const second = await App.begin(language, { PORT: first.port });
    const ending = await second.end(ENDS_WITHIN_MS);
    if (ending === 0 || typeof ending === "string") throw new Error(`the second ended: ${ending}`);
    expect("output", second.output, new RegExp(`\\b${first.port}\\b`));
    expect("the first one's status", (await first.ask("GET /livez")).status, 200);
    first.signal("SIGTERM");
    expect("the first one's end", await first.end(ENDS_WITHIN_MS), 0);
  } finally {
    first.kill();
  }
}

async function ask(
  app: App,
  move: Exclude<Move, { signal: NodeJS.Signals }>,
  applicationPort: number,
): Promise<void> {
  const head = [
    `${move.ask} HTTP/1.1`,
    "Host: test",
    "Connection: close",
    ...(move.fields ?? []),
    "",
    "",
  ];
  const { answers } = await exchange(
    move.ofApplication ? applicationPort : app.port,
    [head.join("\r\n")],
    { answers: 1, forMs: 15_000 },
  );
  expect(`status of ${move.ask}`, answers[0]?.status ?? 0, move.status);
  if (move.body) expect(`body of ${move.ask}`, answers[0]?.body, move.body);
}

/** The report with its times, and what the runtime words itself, made alike. */
function withoutTimes(report: string): string {
  return report
    .replace(/"(drained|waited|took)":\d+/g, '"$1":0')
    .replace(/"message":"(?:[^"\\]|\\.)*"/g, '"message":""');
}
