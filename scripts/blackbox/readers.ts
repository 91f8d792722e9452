/** What the programs of others make of HaMS's answers: kubelet, promtool, parsers, MicroProfile. */
import { execFile, execFileSync } from "node:child_process";
import { App, type Variables } from "./app.ts";
import { expect, judge, type Result, type Suite } from "./result.ts";

const SERVICES: Readonly<Record<string, Variables>> = {
  default: {},
  "without probes": { PROBES: "" },
  mixed: { PROBES: "live:loop:up;ready:db:up:version=15;ready:cache:warn;ready:queue:down" },
  starting: { PROBES: "startup:schema:down;live:loop:up" },
  "detail none": { PROBES: "live:loop:up;ready:queue:down", DETAIL: "none" },
  "metrics of its own": { METRICS: "good" },
  "metrics of its own, in text alone": { METRICS: "text" },
  "metrics that do not parse": { METRICS: "bad" },
};
const OPENMETRICS = "Accept: application/openmetrics-text; version=1.0.0";

export const readers: Suite = async (language) => {
  const tools = execFileSync("scripts/blackbox/tools", { encoding: "utf8" }).trim();
  const results: Result[] = [];
  for (const [name, variables] of Object.entries(SERVICES)) {
    const app = await App.start(language, variables);
    try {
      await app.settle();
      const say = (what: string, run: () => Promise<void>) =>
        judge(`readers/${what}: ${name}`, run).then((result) => results.push(result));
      await say("the kubelet's prober", () => kubelet(tools, app));
      await say("promtool check metrics", () => promtool(tools, app));
      await say("prometheus_client, text", () => parser(tools, app, "text"));
      await say("prometheus_client, OpenMetrics", () => parser(tools, app, "openmetrics"));
      await say("MicroProfile's rules", () => microProfile(app));
    } finally {
      app.kill();
    }
  }
  return results;
};

/** It says of each endpoint what its status says. */
async function kubelet(tools: string, app: App): Promise<void> {
  const paths = ["/livez", "/readyz", "/startupz", "/hams/alive", "/hams/ready", "/health/live"];
  const { output } = await run(
    `${tools}/kubelet-probe`,
    paths.map((path) => `http://127.0.0.1:${app.port}${path}`),
  );
  const said = output.split("\n").map((line) => line.split(" ")[0]);
  for (const [at, path] of paths.entries()) {
    const { status } = await app.ask(`GET ${path}`);
    expect(`${path} (${output})`, said[at], status === 200 ? "success" : "failure");
  }
}

async function promtool(tools: string, app: App): Promise<void> {
  const { body } = await app.ask("GET /metrics");
  expect("promtool", await run(`${tools}/promtool`, ["check", "metrics"], body), {
    status: 0,
    output: "",
  });
}

async function parser(tools: string, app: App, wanted: "text" | "openmetrics"): Promise<void> {
  const { body, fields } = await app.ask(
    "GET /metrics",
    wanted === "openmetrics" ? [OPENMETRICS] : [],
  );
  const form = fields["content-type"]?.startsWith("application/openmetrics-text")
    ? "openmetrics"
    : "text";
  const { status, output } = await run(
    `${tools}/python/bin/python3`,
    ["scripts/blackbox/parse-metrics.py", form],
    body,
  );
  expect(`status (${output})`, status, 0);
}

/** MicroProfile Health, "Response Codes and status mappings" and its JSON schema. */
async function microProfile(app: App): Promise<void> {
  for (const path of ["/health", "/health/live", "/health/ready", "/health/started"]) {
    const { status, body } = await app.ask(`GET ${path}`);
    const answer = JSON.parse(body);
    expect(`${path}'s keys`, Object.keys(answer), ["status", "checks"]);
    expect(`${path}'s status`, answer.status, status === 200 ? "UP" : "DOWN");
    if (status !== 200) expect(`${path}`, status, 503);
    for (const check of answer.checks) {
      expect(`${path}'s check`, check.name, /./);
      expect(`${path}'s check`, check.status, /^(UP|DOWN)$/);
      for (const value of Object.values(check.data ?? {})) {
        if (!["string", "number", "boolean"].includes(typeof value)) {
          throw new Error(`${path}: data ${JSON.stringify(value)}`);
        }
      }
      if (answer.status === "UP") expect(`${path}'s check`, check.status, "UP");
    }
  }
}

function run(
  program: string,
  parameters: readonly string[],
  input = "",
): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, parameters, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), output: out + err });
    });
    child.stdin?.end(input);
  });
}
