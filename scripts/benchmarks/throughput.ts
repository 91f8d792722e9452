/** Requests a second and the 99th percentile over HTTP: wrk with 64 kept connections. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { line } from "./lines.ts";
import { compare, median } from "./rounds.ts";
import { Server } from "./server.ts";

// Many and short: a shared machine changes its pace within seconds.
const ROUNDS = 21;
const SECONDS = 1;
const CONNECTIONS = 64;

interface Load {
  readonly rate: number;
  /** In microseconds. */
  readonly p99: number;
  /** Microseconds of CPU a request, which what else runs disturbs less. */
  readonly cpu: number;
}

export async function throughput(): Promise<void> {
  const few = await Server.start("service.mjs", "1");
  const answer = await fetch(few.url);
  const headers = Object.fromEntries(answer.headers);
  for (const own of ["date", "connection", "keep-alive"]) delete headers[own];
  const bytes = JSON.stringify({ status: answer.status, headers, body: await answer.text() });
  const bare = await Server.start("bare.mjs", bytes);
  const many = await Server.start("service.mjs", "1000");

  const loads: [Load[], Load[]] = [[], []];
  const against = await compare(
    ROUNDS,
    () => load(bare).then(keep(loads[0])),
    () => load(few).then(keep(loads[1])),
  );
  // The first of each warms up.
  const [bareLoads, hamsLoads] = [loads[0].slice(1), loads[1].slice(1)];
  const cpu = (of: readonly Load[]) => median(of.map((load) => load.cpu)).toFixed(1);
  const p99 = (of: readonly Load[]) => Math.round(median(of.map((load) => load.p99)));
  const detail = `${Math.round(against.measured)} against ${Math.round(against.floor)} a second, CPU ${cpu(hamsLoads)} us against ${cpu(bareLoads)} us`;
  line(
    "alive against a bare node:http, 64 connections",
    against.ratio,
    { atLeast: 0.9 },
    " x",
    detail,
  );
  const ratios = bareLoads.map(({ p99 }, round) => (hamsLoads[round]?.p99 ?? 0) / p99);
  line(
    "the same, 99th percentile",
    median(ratios),
    { atMost: 1.2 },
    " x",
    `${p99(hamsLoads)} us against ${p99(bareLoads)} us`,
  );

  const grown = await compare(
    ROUNDS,
    () => load(few).then(rate),
    () => load(many).then(rate),
  );
  line(
    "alive with 1 000 probes against 1",
    grown.ratio,
    { atLeast: 0.95 },
    " x",
    `${Math.round(grown.measured)} against ${Math.round(grown.floor)} a second`,
  );
  for (const server of [few, bare, many]) await server.stop();
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

async function load(server: Server): Promise<Load> {
  const before = server.cpu;
  const { stdout } = await promisify(execFile)("wrk", [
    "-t1",
    `-c${CONNECTIONS}`,
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
