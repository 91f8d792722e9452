/** Python: throughput, the start, memory, a busy application; a core and a kick in process. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { line } from "../lines.ts";
import { type Compared, median } from "../rounds.ts";
import { type Command, Server, startMs } from "../server.ts";
import { answerOf, throughput } from "../throughput.ts";
import { halfOpen } from "./half-open.ts";

const SOURCES = "bindings-python/src";
const ENVIRONMENT = readFileSync("bindings-python/build/environment", "utf8").trim();
const STARTS = 15;
const HALF_OPEN = 200;
/** For some ten seconds, in which each of those is cut and comes again. */
const ASKED = 400;

export async function bench(): Promise<void> {
  await throughput({
    service: (probes) => python("service.py", String(probes)),
    floors: [
      {
        what: "the bare server",
        server: (answer) => python("bare.py", answer),
        atLeast: 0.8,
      },
      {
        what: "h11 on asyncio",
        server: (answer) => python("h11_server.py", answer),
        atLeast: 0.8,
      },
    ],
    connections: 16,
  });
  await respond("fast", 30_000);
  await respond("public", 10_000);
  await kick();
  await starts();
  await memory();
  await busy();
}

async function respond(path: "fast" | "public", atLeast: number): Promise<void> {
  const command = python("in_process.py", "respond", path);
  const { one, many, ratio } = await figures<{ one: number; many: number; ratio: number }>(command);
  line(`respond in process by the ${path} path, 1 probe`, one, { atLeast }, " /s");
  const detail = `${Math.round(many)} a second`;
  line("the same, 1 000 probes against 1", ratio, { atLeast: 0.95 }, " x", detail);
}

async function kick(): Promise<void> {
  const { measured, floor, ratio } = await figures<Compared>(python("in_process.py", "kick"));
  const detail = `${measured.toFixed(1)} ns against ${floor.toFixed(1)} ns`;
  line("a kick against reading the clock and storing", ratio, { atMost: 1.3 }, " x", detail);
}

async function starts(): Promise<void> {
  const nothing = '{"status":200,"headers":{},"body":""}';
  const bare: number[] = [];
  const plain: number[] = [];
  const imports: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    bare.push(await startMs(python("bare.py", nothing)));
    plain.push(await startMs(python("service.py", "1")));
    imports.push((await figures<{ ms: number }>(python("in_process.py", "import"))).ms);
  }
  const floor = `the bare server takes ${Math.round(median(bare))} ms`;
  line("start to first 200", median(plain), { atMost: 500 }, " ms", floor);
  line("import hams, in a process that has begun", median(imports), undefined, " ms");
}

async function memory(): Promise<void> {
  const service = await Server.start(python("service.py", "1"));
  const bare = await Server.start(python("bare.py", await answerOf(service)));
  await bare.ask();
  const { mib } = await figures<{ mib: number }>(python("in_process.py", "nothing"));
  line(
    "resident memory over the bare server's",
    service.resident - bare.resident,
    undefined,
    " MiB",
    `${service.resident.toFixed(1)} against ${bare.resident.toFixed(1)}; an interpreter with asyncio and h11 alone ${mib.toFixed(1)}`,
  );
  for (const server of [service, bare]) await server.stop();
}

/** A thread of the application never lets go of the interpreter, and clients never end a head. */
async function busy(): Promise<void> {
  const service = await Server.start(python("service.py", "1", "spin"));
  const clients = await halfOpen(service.port, HALF_OPEN);
  // Behind all of those, which came at the same moment.
  const first = await service.ask();
  const took: number[] = [];
  for (let asked = 0; asked < ASKED; asked++) took.push(await service.ask());
  line(
    `answered within 1 s, ${HALF_OPEN} half-open connections, a thread spins`,
    took.filter((ms) => ms <= 1000).length,
    { atLeast: ASKED },
    "",
    `median ${median(took).toFixed(0)} ms, slowest ${Math.max(...took).toFixed(0)} ms; ${first.toFixed(0)} ms while they came`,
  );
  clients.end();
  await service.stop();
}

/** What the program prints: JSON. */
async function figures<T>([program = "", ...parameters]: Command): Promise<T> {
  const { stdout } = await promisify(execFile)(program, parameters);
  return JSON.parse(stdout);
}

/** The program stands beside this file. */
function python(program: string, ...parameters: string[]): Command {
  const path = fileURLToPath(new URL(program, import.meta.url));
  // env becomes the interpreter.
  return ["env", `PYTHONPATH=${SOURCES}`, `${ENVIRONMENT}/bin/python`, path, ...parameters];
}
