/** One running test app: started with its variables, listened to, signalled, and waited for. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, exchange } from "./wire.ts";

/** The test app's own variables, without their prefix `HAMS_TEST_`. */
export type Variables = Readonly<Record<string, string | number>>;

/** How a process ended: its exit status, or the signal that killed it. */
export type Ending = number | NodeJS.Signals;

const LISTENS_WITHIN_MS = 15_000;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class App {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  #out = "";
  #err = "";

  private constructor(language: string, port: number, variables: Variables) {
    const environment = Object.entries({ PORT: port, ...variables }).map(([name, value]) => [
      `HAMS_TEST_${name}`,
      String(value),
    ]);
    this.port = port;
    this.#child = spawn("scripts/test-app", [language], {
      env: { PATH: process.env.PATH, HAMS_TEST_BUILT: "yes", ...Object.fromEntries(environment) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.#child);
    this.#child.stdout?.on("data", (chunk) => {
      this.#out += chunk;
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.#err += chunk;
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (status, signal) => {
        running.delete(this.#child);
        resolve(signal ?? status ?? -1);
      });
    });
  }

  /** Started, and not waited for. */
  static async begin(language: string, variables: Variables = {}): Promise<App> {
    return new App(language, Number(variables.PORT ?? (await freePort())), variables);
  }

  /** Started, and its health port answers. */
  static async start(language: string, variables: Variables = {}): Promise<App> {
    const app = await App.begin(language, variables);
    const until = Date.now() + LISTENS_WITHIN_MS;
    while (!(await app.answers())) {
      if (app.hasEnded) throw new Error(`the test app ended at once:\n${app.output}`);
      if (Date.now() > until) throw new Error(`the test app does not listen:\n${app.output}`);
      await sleep(10);
    }
    return app;
  }

  async answers(): Promise<boolean> {
    return (await this.exchange("GET /hams/version")) !== undefined;
  }

  /** Waits until each probe has a result, so that what it tells no longer changes. */
  async settle(): Promise<void> {
    const until = Date.now() + LISTENS_WITHIN_MS;
    while (Date.now() < until) {
      const metrics = (await this.ask("GET /metrics")).body;
      const runs = new Map<string, number>();
      for (const [, probe = "", count] of metrics.matchAll(
        /^hams_probe_runs_total\{probe="([^"]*)",result="[^"]*"\} (\d+)$/gm,
      )) {
        runs.set(probe, (runs.get(probe) ?? 0) + Number(count));
      }
      if ([...runs.values()].every((count) => count > 0)) return;
      await sleep(50);
    }
    throw new Error("a probe never has a result");
  }

  /** Waits until readiness answers with this status. */
  async untilReadyIs(status: number): Promise<void> {
    const until = Date.now() + LISTENS_WITHIN_MS;
    while ((await this.ask("GET /hams/ready")).status !== status) {
      if (Date.now() > until) throw new Error(`readiness never is ${status}\n${this.output}`);
      await sleep(5);
    }
  }

  /** "GET /livez", with further header fields as whole lines. */
  async ask(request: string, fields: readonly string[] = [], forMs = 5000): Promise<Answer> {
    const answer = await this.exchange(request, fields, forMs);
    if (answer === undefined) throw new Error(`no answer to ${request}\n${this.output}`);
    return answer;
  }

  private async exchange(
    request: string,
    fields: readonly string[] = [],
    forMs = 5000,
  ): Promise<Answer | undefined> {
    const head = [`${request} HTTP/1.1`, "Host: test", "Connection: close", ...fields, "", ""];
    const heads = request.startsWith("HEAD ") ? [0] : [];
    const { answers } = await exchange(this.port, [head.join("\r\n")], {
      answers: 1,
      forMs,
      heads,
    });
    return answers[0];
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How it ended; an error if it has not within the time. */
  async end(withinMs: number): Promise<Ending> {
    const late = sleep(withinMs, "late" as const, { ref: false });
    const ending = await Promise.race([this.#ended, late]);
    if (ending === "late") {
      this.kill();
      throw new Error(`still running after ${withinMs} ms\n${this.output}`);
    }
    return ending;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** The lines of its standard output that are the test app's own: hooks and the report. */
  get lines(): string[] {
    return this.#out.split("\n").filter((line) => /^HAMS_TEST_HOOK |^\{.*"overdue":/.test(line));
  }

  get output(): string {
    return `${this.#out}${this.#err}`;
  }

  /** The memory it holds, in MiB. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
}

// Below the range from which the system takes the ports of outgoing connections.
let nextPort = 20_000 + (process.pid % 1000) * 10;

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.on("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
