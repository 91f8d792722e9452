/** Requests a second and the 99th percentile over HTTP: wrk with kept connections. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { line } from "./lines.ts";
import { compare, median } from "./rounds.ts";
import { type Command, Server } from "./server.ts";

// Many and short: a shared machine changes its pace within seconds.
const ROUNDS = 21;
const SECONDS = 1;

/** A service with HaMS, and servers that know the answer already. */
export interface Contest {
  /** The service with so many live probes that pass. */
  readonly service: (probes: number) => Command;
  readonly floors: readonly Floor[];
  readonly connections: number;
}

/** A server to hold the service against. */
export interface Floor {
  /** What it is. */
  readonly what: string;
  /** It answers what `answerOf` told to every request. */
  readonly server: (answer: string) => Command;
  /** Requests a second, of this server's. */
  readonly atLeast: number;
  /** Of this server's 99th percentile; left out: it is reported alone. */
  readonly p99AtMost?: number;
}

interface Load {
  readonly rate: number;
  /** In microseconds. */
  readonly p99: number;
  /** Microseconds of CPU a request, which what else runs disturbs less. */
  readonly cpu: number;
}

/** Measures the service against each floor, and with many probes against one. */
export async function throughput({ service, floors, connections }: Contest): Promise<void> {
  const few = await Server.start(service(1));
  const answer = await answerOf(few);
  for (const floor of floors) {
    const server = await Server.start(floor.server(answer));
    await against(floor, server, few, connections);
    await server.stop();
  }
  const many = await Server.start(service(1000));
  const grown = await compare(
    ROUNDS,
    () => load(few, connections).then(rate),
    () => load(many, connections).then(rate),
  );
  line(
    "alive with 1 000 probes against 1",
    grown.ratio,
    { atLeast: 0.95 },
    " x",
    `${Math.round(grown.measured)} against ${Math.round(grown.floor)} a second`,
  );
  for (const server of [few, many]) await server.stop();
}

async function against(
  { what, atLeast, p99AtMost }: Floor,
  floor: Server,
  service: Server,
  connections: number,
): Promise<void> {
  const loads: [Load[], Load[]] = [[], []];
  const {
    measured,
    floor: bare,
    ratio,
  } = await compare(
    ROUNDS,
    () => load(floor, connections).then(keep(loads[0])),
    () => load(service, connections).then(keep(loads[1])),
  );
  // The first of each warms up.
  const [bareLoads, hamsLoads] = [loads[0].slice(1), loads[1].slice(1)];
  const cpu = (of: readonly Load[]) => median(of.map((load) => load.cpu)).toFixed(1);
  const p99 = (of: readonly Load[]) => Math.round(median(of.map((load) => load.p99)));
  line(
    `alive against ${what}, ${connections} connections`,
    ratio,
    { atLeast },
    " x",
    `${Math.round(measured)} against ${Math.round(bare)} a second, CPU ${cpu(hamsLoads)} us against ${cpu(bareLoads)} us`,
  );
  const ratios = bareLoads.map(({ p99 }, round) => (hamsLoads[round]?.p99 ?? 0) / p99);
  line(
    "the same, 99th percentile",
    median(ratios),
    p99AtMost === undefined ? undefined : { atMost: p99AtMost },
    " x",
    `${p99(hamsLoads)} us against ${p99(bareLoads)} us`,
  );
}

/** What a server answers: `{status, headers, body}` as JSON, without what HTTP itself adds. */
export async function answerOf(server: Server): Promise<string> {
  const answer = await fetch(server.url);
  const headers = Object.fromEntries(answer.headers);
  for (const own of ["date", "connection", "keep-alive"]) delete headers[own];
  return JSON.stringify({ status: answer.status, headers, body: await answer.text() });
}

function rate(load: Load): number {
  return load.rate;
}

function keep(loads: Load[]): (load: Load) => number {
  return (load) => {
    loads.push(load);
    return load.rate;
  };
}

async function load(server: Server, connections: number): Promise<Load> {
  const before = server.cpu;
  const { stdout } = await promisify(execFile)("wrk", [
    "-t1",
    `-c${connections}`,
    `-d${SECONDS}`,
    "--latency",
    server.url,
  ]);
  const perSecond = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  if (perSecond === undefined || p99 === undefined || /Non-2xx|Socket errors/.test(stdout)) {
    throw new Error(`wrk: ${stdout}`);
  }
  const micros = unit === "s" ? 1e6 : unit === "ms" ? 1e3 : 1;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const cpu = (server.cpu - before) / requests;
  return { rate: Number(perSecond), p99: Number(p99) * micros, cpu };
}
