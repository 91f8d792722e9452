/** Measures calls into the echo world by the generated bindings and by hand, side by side. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generate } from "../../../bindgen/generate.js";
import { CACHE, echoGuest } from "../../../bindgen/test/guests.js";
import { transpile } from "../../../bindgen/test/node/runner.js";
import { median } from "../../rounds.ts";
import { Echo } from "./by-hand.ts";

const ROUNDS = 21;
const ROUND_MS = 25;

const { wit, world, core } = await echoGuest();
const folder = join(CACHE, "node/bench");
transpile(folder, await generate({ wit, world, target: "node", json: false }));
const { instantiate } = await import(pathToFileURL(join(folder, "echoes.js")).href);
const module = new WebAssembly.Module(new Uint8Array(readFileSync(core)));
const { echo } = instantiate(module);
const byHand = new Echo(module);

const text = "a line of text as a log has it, é and all, ".repeat(3).slice(0, 100);
const wides = Array.from({ length: 4 }, (_, i) => ({
  ...{ a: i, b: 2n ** 40n, c: 3, d: "a name", e: i, f: ["one", "two", "three"], g: true, h: "h" },
  ...{ i: "some text", j: { a: true }, k: { f3: true, f30: true }, l: [1, 2n] as const, m: 1.5 },
  ...{ n: -5n, o: { f8: true } },
}));

measure(
  "a scalar",
  () => echo.byte(7),
  () => byHand.byte(7),
);
measure(
  "a string",
  () => echo.text(text),
  () => byHand.text(text),
);
measure(
  "a list of records",
  () => echo.wides(wides),
  () => byHand.wides(wides),
);

/** Both sides in turn; the median of the rounds of each, the first of which warms up. */
function measure(what: string, generated: () => unknown, written: () => unknown): void {
  const calls = Math.ceil(ROUND_MS / (timed(generated, 1000) / 1000) / 2);
  const sides = { generated: [] as number[], byHand: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const first = round % 2 === 0;
    const one = timed(first ? generated : written, calls);
    const other = timed(first ? written : generated, calls);
    if (round === 0) continue;
    sides.generated.push(first ? one : other);
    sides.byHand.push(first ? other : one);
  }
  const ns = (ms: readonly number[]) => (median(ms) * 1e6) / calls;
  const found = { generated: ns(sides.generated), byHand: ns(sides.byHand) };
  console.log(JSON.stringify({ what: `node: ${what}`, ...found }));
}

/** Milliseconds of processor time. */
function timed(run: () => unknown, calls: number): number {
  const began = process.cpuUsage();
  for (let call = 0; call < calls; call++) run();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}
