import {
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { COMMAND, type Ended, Program } from "./program.js";
import { until } from "./service.js";

const folder = mkdtempSync(join(tmpdir(), "hams-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs the command to its end; the folder is left out of what it prints. */
async function hams(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const ended = await new Program(COMMAND, args, env).ended;
  const errors = ended.errors.replaceAll(`${folder}/`, "");
  return { ...ended, errors, output: ended.output.replaceAll(`${folder}/`, "") };
}

const SAMPLE = fileURLToPath(new URL("../config/sample.yaml", import.meta.url));

test.each<[readonly string[], string]>([
  [["frob"], 'hams: no command "frob"; see hams --help\n'],
  [["start"], "hams: start takes --config FILE; see hams --help\n"],
  [["start", "--frob"], "hams: Unknown option '--frob'; see hams --help\n"],
  [["version", "--watch"], "hams: version takes no --watch; see hams --help\n"],
  [["probe"], "hams: probe takes URL, not nothing; see hams --help\n"],
  [["probe", "a", "b"], "hams: probe takes URL, not a b; see hams --help\n"],
  [["probe", "localhost:80"], 'hams: "localhost:80" is no http or https URL\n'],
  [["probe", "http://x", "--timeout", "1s"], 'hams: --timeout takes milliseconds, not "1s"\n'],
  [["status", "ftp://x"], 'hams: "ftp://x" is no http or https URL\n'],
  [["validate", join(folder, "none.yaml")], "none.yaml: cannot be read: ENOENT\n"],
  [["start", "--config", folder], expect.stringContaining(": cannot be read: EISDIR\n")],
  [["replay", join(folder, "none.json")], "none.json: cannot be read: ENOENT\n"],
  [["replay", SAMPLE], `${SAMPLE}: is neither a recording nor a file of test vectors\n`],
  [["start", "--config", SAMPLE, "--record", folder], expect.stringContaining("cannot be written")],
])("hams %j is refused with exit code 2", async (args, errors) => {
  expect(await hams(args)).toMatchObject({ code: 2, output: "", errors });
});

test("help and version", async () => {
  expect(await hams(["--help"])).toMatchObject({ code: 0, errors: "" });
  expect(await hams([])).toMatchObject({ code: 2, output: "" });
  for (const args of [["version"], ["--version"]]) {
    expect(await hams(args)).toMatchObject({ code: 0, output: "hams 0.1.0\n" });
  }
});

test("the sample is valid", async () => {
  expect(await hams(["validate", SAMPLE])).toMatchObject({ code: 0, output: `${SAMPLE}: valid\n` });
});

test("keys and types that do not fit are named with line and column, all at once", async () => {
  const path = file(
    "keys.yaml",
    `name: 5
prot: 80
detail: all
drainMs: -4
signals: { SIGUSR1: drain }
probes:
  - name: a
    roles: [reday]
    http: { url: http://x, expect: [200, [300], "x"] }
    tcp: { host: x, port: 0 }
  - roles: []
  - name: ok
    roles: [live]
    file: { path: x }
`,
  );
  expect(await hams(["validate", path])).toMatchObject({
    code: 2,
    errors: `keys.yaml:1:7: name: 5 is no string; quote it
keys.yaml:2:1: prot: unknown key; known are name, version, address, port, detail, startupTimeoutMs, drainMs, graceMs, signals, shutdownApi, probes, hooks
keys.yaml:3:9: detail: "all" is not one of none, names, reasons
keys.yaml:4:10: drainMs: -4 is not between 0 and 4294967295
keys.yaml:5:12: signals.SIGUSR1: unknown key; known are SIGTERM, SIGINT, SIGQUIT, SIGHUP
keys.yaml:7:5: probes[0]: has exactly one of http, tcp, file
keys.yaml:8:13: probes[0].roles[0]: "reday" is not one of startup, live, ready
keys.yaml:9:42: probes[0].http.expect[1]: has 1 items, not 2
keys.yaml:9:49: probes[0].http.expect[2]: "x" is no integer or array
keys.yaml:10:27: probes[0].tcp.port: 0 is not between 1 and 65535
keys.yaml:11:5: probes[1].name: is missing
keys.yaml:11:5: probes[1]: has exactly one of http, tcp, file
keys.yaml:14:11: probes[2].file.maxAgeMs: is missing
`,
  });
});

test("what the core refuses is named with line and column too", async () => {
  const path = file(
    "values.yaml",
    `name: ""
drainMs: 6000
graceMs: 5000
probes:
  - name: a b
    roles: []
    http: { url: "ftp://x" }
    timeoutMs: 20000
  - { name: b, roles: [live], tcp: { host: x, port: 5 } }
  - { name: b, roles: [live], tcp: { host: x, port: 5 } }
hooks:
  - { name: a, http: { url: "http://a b" } }
`,
  );
  const { code, errors } = await hams(["validate", path]);
  expect(code).toBe(2);
  expect(errors.split("\n").map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
    "values.yaml:1:7: name",
    "values.yaml:2:10: drainMs",
    "values.yaml:5:11: probes[0].name",
    "values.yaml:6:12: probes[0].roles",
    "values.yaml:7:18: probes[0].http.url",
    "values.yaml:8:16: probes[0].timeoutMs",
    "values.yaml:10:13: probes[2].name",
    "values.yaml:12:29: hooks[0].http.url",
    "",
  ]);
});

test.each([
  ["syntax.yaml", "name: [a\nb: 1\n", /^syntax\.yaml:2:1: /],
  ["twice.json", '{"name": "x",\n "name": "y"}', /^twice\.json:2:2: Map keys must be unique\n$/],
  ["empty.yaml", "", /^empty\.yaml:1:1: the file is empty\n$/],
  ["list.yaml", "- a\n", /^list\.yaml:1:1: the file: array is no object\n$/],
])("%s is refused", async (name, text, errors) => {
  expect(await hams(["validate", file(name, text)])).toMatchObject({
    code: 2,
    errors: expect.stringMatching(errors),
  });
});

test("a variable that does not fit is named", async () => {
  expect(await hams(["validate", SAMPLE], { HAMS_DRAIN_MS: "5s" })).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/^HAMS_DRAIN_MS: "5s" is [^\n]+\n$/),
  });
});

interface Running {
  readonly program: Program;
  readonly base: string;
}

async function running(config: string, args: string[] = [], env = {}): Promise<Running> {
  const program = new Program(COMMAND, ["start", "--config", config, ...args], env);
  const [, port] = await program.line(/listening on http:\/\/\S*:(\d+)"/);
  return { program, base: `http://127.0.0.1:${port}` };
}

test("start serves a JSON file, logs JSON lines and ends by a signal with 0", async () => {
  const path = file("plain.json", '{"name": "plain", "port": 0, "drainMs": 10}');
  const { program, base } = await running(path);
  expect(await hams(["probe", `${base}/livez`])).toMatchObject({
    code: 0,
    output: "up: HTTP 200\n",
  });
  expect(await hams(["probe", `${base}/nope`])).toMatchObject({
    code: 1,
    output: "down: HTTP 404 not found\n",
  });
  program.kill("SIGTERM");
  const { code, output } = await program.ended;
  expect(code).toBe(0);
  const records = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records.map(({ message }) => message)).toContain("phase draining");
  expect(records[0]).toMatchObject({ level: "info", time: expect.stringMatching(/Z$/) });
});

test("start probes files by their age, and others by http and tcp", async () => {
  const touched = file("touched", "");
  const config = file(
    "sidecar.yaml",
    `
name: sidecar
port: 0
detail: reasons
probes:
  - { name: fresh, roles: [ready], file: { path: ${touched}, maxAgeMs: 60000 } }
  - { name: old, roles: [live], intervalMs: 200, file: { path: ${file("old", "")}, maxAgeMs: 60000 } }
  - { name: none, roles: [live], file: { path: ${folder}/none, maxAgeMs: 60000 } }
`,
  );
  utimesSync(join(folder, "old"), 1, 1);
  const { base } = await running(config);
  const status = async () => (await hams(["status", base])).output;
  await until(async () => (await status()).includes("DOWN"));
  expect(await hams(["status", base])).toMatchObject({
    code: 1,
    output: expect.stringMatching(
      /^sidecar unknown: started UP, live DOWN, ready UP\nPROBE +STATUS +ROLES +DATA\nfresh +UP +ready\nold +DOWN +live +reason=.*old is \d+ ms old, over 60000 ms\nnone +DOWN +live +reason=ENOENT.*\n$/,
    ),
  });
});

test("variables override the file", async () => {
  const config = file("override.yaml", "name: o\nport: 1\naddress: 192.0.2.1\ndetail: none\n");
  const { program } = await running(config, [], {
    HAMS_LISTEN: "127.0.0.1:0",
    HAMS_DETAIL: "reasons",
    HAMS_DRAIN_MS: "0",
  });
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 0 });
});

test("a port in use has exit code 3", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  const config = file("taken.yaml", `name: taken\naddress: 127.0.0.1\nport: ${port}\n`);
  expect(await hams(["start", "--config", config])).toMatchObject({
    code: 3,
    errors: `hams: port ${port} of 127.0.0.1 is in use\n`,
  });
});

test("an overdue shutdown has exit code 1", async () => {
  const silent = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await new Promise((resolve) => silent.once("listening", resolve));
  const { port } = silent.address() as { port: number };
  const token = "0123456789abcdef";
  const { program, base } = await running(
    file(
      "overdue.yaml",
      `name: o
port: 0
graceMs: 100
hooks:
  - { name: a, http: { url: "http://127.0.0.1:${port}/" } }
`,
    ),
    [],
    { HAMS_SHUTDOWN_TOKEN: token },
  );
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${base}/hams/shutdown`, { method: "POST", headers });
  expect(await answer.json()).toMatchObject({ overdue: true });
  expect(await program.ended).toMatchObject({ code: 1, signal: null });
});

test("probe and status say when nobody is there", async () => {
  const closed = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as { port: number };
  expect(await hams(["probe", `http://127.0.0.1:${port}/`, "--timeout", "100"])).toMatchObject({
    code: 1,
    output: "down: no answer in 100 ms\n",
  });
  await new Promise((resolve) => closed.close(resolve));
  const text = `connect ECONNREFUSED 127.0.0.1:${port}\n`;
  expect(await hams(["probe", `http://127.0.0.1:${port}/`])).toMatchObject({
    code: 1,
    output: `down: ${text}`,
  });
  expect(await hams(["status", `http://127.0.0.1:${port}/`])).toMatchObject({
    code: 1,
    output: `http://127.0.0.1:${port}: ${text}`,
  });
});

test("a recording runs again the same, even of a process that was killed", async () => {
  const config = file(
    "recorded.yaml",
    "name: recorded\nport: 0\nprobes:\n  - { name: a, roles: [ready], tcp: { host: 127.0.0.1, port: 1 } }\n",
  );
  const path = join(folder, "recording.json");
  const { program, base } = await running(config, ["--record", path]);
  for (const target of ["/livez", "/readyz?verbose", "/metrics"]) await fetch(base + target);
  program.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 0 });
  expect(await hams(["replay", path])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^recording\.json: 1 cases, \d+ steps: all the same\n$/),
  });
  const text = readFileSync(path, "utf8");
  truncateSync(path, text.length - 200);
  expect(await hams(["replay", path])).toMatchObject({ code: 0 });
  writeFileSync(
    path,
    text
      .replace('"readyz check failed', '"readyz check passed')
      .replace('"status":200', '"status":204'),
  );
  expect(await hams(["replay", path])).toMatchObject({
    code: 1,
    output: expect.stringMatching(
      /^recording\/1: step \d+ at \d+ ms differs in reply\.now\.status\n {2}expected 204\n {2}came {5}200\n$/,
    ),
  });
});

test("replay runs test vectors", async () => {
  const vectors = fileURLToPath(new URL("../../core/conformance/drain.json", import.meta.url));
  expect(await hams(["replay", vectors])).toMatchObject({ code: 0 });
});
