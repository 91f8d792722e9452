/** Prints each figure that HaMS promises beside its target; ends with 1 if one is missed. */
import { statSync } from "node:fs";
import { core } from "./core.ts";
import { kick } from "./kick.ts";
import { line, missedLines } from "./lines.ts";
import { median } from "./rounds.ts";
import { startMs } from "./server.ts";
import { throughput } from "./throughput.ts";

const STARTS = 15;
const GLUE = ["hams.js", "abi.js"].map((file) => `bindings-node/dist/generated/${file}`);

await throughput();
await core();
await kick();
line("the component", size("core/build/hams.wasm"), { atMost: 150_000 }, " bytes");
line(
  "Node's glue",
  GLUE.map(size).reduce((sum, bytes) => sum + bytes),
  { atMost: 60_000 },
  " bytes",
);

const bare: number[] = [];
const plain: number[] = [];
const worker: number[] = [];
for (let round = 0; round < STARTS; round++) {
  bare.push(await startMs("bare.mjs", '{"status":200,"headers":{},"body":""}'));
  plain.push(await startMs("service.mjs", "1"));
  worker.push(await startMs("service.mjs", "1", "worker"));
}
const floor = `a bare node:http takes ${Math.round(median(bare))} ms`;
line("start to first 200", median(plain), { atMost: 150 }, " ms", floor);
line("start to first 200, in a worker", median(worker), { atMost: 350 }, " ms", floor);

process.exitCode = missedLines() === 0 ? 0 : 1;

function size(path: string): number {
  return statSync(path).size;
}
