/** The thread that serves health while the application's event loop is blocked. */
import { parentPort, workerData } from "node:worker_threads";
import { Engine } from "./engine.js";
import { failureOf } from "./errors.js";
import { type Answer, answer, type ToEngine, type WorkerStart } from "./link.js";
import type { Told } from "./seam.js";
import { kill } from "./signals.js";

/** How long the main thread has to die by its own hand before this one ends the process. */
const LAST_MS = 100;

const { options, answers, answered } = workerData as WorkerStart;
const count = new Int32Array(answered);
const port = parentPort as NonNullable<typeof parentPort>;

function tell(told: Told): void {
  port.postMessage(told);
  // A main thread that is blocked hears neither us nor the signal.
  if (told.tag === "re-raise") setTimeout(kill, LAST_MS);
}

function give(result: Answer): void {
  answers.postMessage(result);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
}

let engine: Engine | undefined;
let refused: Answer | undefined;
try {
  engine = new Engine(options, undefined, tell);
} catch (error) {
  refused = { failure: failureOf(error) };
}

port.on("message", (message: ToEngine) => {
  if (message.tag !== "call") {
    engine?.take(message);
  } else if (engine === undefined) {
    give(refused as Answer);
  } else {
    give(answer(engine, message.name, message.args));
  }
});
