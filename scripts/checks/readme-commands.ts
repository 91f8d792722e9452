/**
 * The commands in the READMEs do what the page says. Marks before a fence of `sh`:
 *
 * - `<!-- runs -->`: runs in the page's folder and ends with 0.
 * - `<!-- serves URL -->`: runs until the page's end, and answers at URL before the page goes on.
 *   It is ended by SIGTERM and must then exit with 0.
 *
 * `<!-- prints -->` before any fence: what the command before it printed, without what follows "…".
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { conclude, repositoryFiles } from "./files.ts";

const SERVES_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 40_000;

const problems: string[] = [];
let commands = 0;
for (const page of repositoryFiles(/\.md$/)) {
  const text = readFileSync(page, "utf8");
  const servers: ChildProcess[] = [];
  let printed = "";
  for (const [, mark, url = "", body = ""] of text.matchAll(
    /^<!-- (runs|serves|prints)(?: (\S+))? -->\n+```[^\n]*\n([\s\S]*?)^```/gm,
  )) {
    if (mark === "prints") compare(page, body, printed);
    else {
      commands += 1;
      if (mark === "runs") printed = run(page, body);
      else servers.push(await serve(page, body, url));
    }
  }
  for (const server of servers) await end(page, server);
}
conclude(problems, `${commands} commands`);

function run(page: string, script: string): string {
  const ended = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
    cwd: dirname(page),
    encoding: "utf8",
  });
  if (ended.status !== 0) {
    problems.push(`${page}: ended with ${ended.status}:\n${script}${ended.stdout}${ended.stderr}`);
  }
  return ended.stdout;
}

function compare(page: string, wanted: string, printed: string): void {
  const [head = ""] = wanted.split("…");
  const same = wanted.includes("…") ? printed.startsWith(head) : printed.trim() === wanted.trim();
  if (!same) problems.push(`${page}: printed\n${printed}and not\n${wanted}`);
}

async function serve(page: string, script: string, url: string): Promise<ChildProcess> {
  const server = spawn("bash", ["-euo", "pipefail", "-c", `exec ${script.trim()}`], {
    cwd: dirname(page),
    stdio: "ignore",
  });
  const until = Date.now() + SERVES_WITHIN_MS;
  while (server.exitCode === null && Date.now() < until) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return server;
    await sleep(100);
  }
  problems.push(`${page}: ${url} never answered while this ran:\n${script}`);
  return server;
}

async function end(page: string, server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exit = once(server, "exit");
  server.kill("SIGTERM");
  const [status] = await Promise.race([exit, sleep(ENDS_WITHIN_MS, ["no exit"])]);
  if (status !== 0) problems.push(`${page}: what it serves ended with ${status} after SIGTERM`);
  server.kill("SIGKILL");
}
