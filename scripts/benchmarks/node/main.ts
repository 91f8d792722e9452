/** Node: throughput, the core in process, a kick, sizes, the start. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { line } from "../lines.ts";
import { median } from "../rounds.ts";
import { type Command, startMs } from "../server.ts";
import { throughput } from "../throughput.ts";
import { core } from "./core.ts";
import { kick } from "./kick.ts";

const STARTS = 15;
const GLUE = ["hams.js", "abi.js"].map((file) => `bindings-node/dist/generated/${file}`);

export async function bench(): Promise<void> {
  await throughput({
    service: (probes) => node("service.mjs", String(probes)),
    floors: [
      {
        what: "a bare node:http",
        server: (answer) => node("bare.mjs", answer),
        atLeast: 0.9,
        p99AtMost: 1.2,
      },
    ],
    connections: 64,
  });
  await core();
  await kick();
  line("the component", size("core/build/hams.wasm"), { atMost: 150_000 }, " bytes");
  line(
    "Node's glue",
    GLUE.map(size).reduce((sum, bytes) => sum + bytes),
    { atMost: 60_000 },
    " bytes",
  );
  await starts();
}

async function starts(): Promise<void> {
  const bare: number[] = [];
  const plain: number[] = [];
  const worker: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    bare.push(await startMs(node("bare.mjs", '{"status":200,"headers":{},"body":""}')));
    plain.push(await startMs(node("service.mjs", "1")));
    worker.push(await startMs(node("service.mjs", "1", "worker")));
  }
  const floor = `a bare node:http takes ${Math.round(median(bare))} ms`;
  line("start to first 200", median(plain), { atMost: 150 }, " ms", floor);
  line("start to first 200, in a worker", median(worker), { atMost: 350 }, " ms", floor);
}

/** The program stands beside this file. */
function node(program: string, ...parameters: string[]): Command {
  return [process.execPath, fileURLToPath(new URL(program, import.meta.url)), ...parameters];
}

function size(path: string): number {
  return statSync(path).size;
}
