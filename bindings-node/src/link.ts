/** The application's way to its engine: in the same thread, or in a worker thread of its own. */
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { Engine } from "./engine.js";
import { CoreError, errorOf, type Failure, failureOf } from "./errors.js";
import type { Recorder } from "./recorder.js";
import type { Calls, EngineOptions, Happening, Link, Told } from "./seam.js";

/** How long the worker may take to answer, its own start included. It never waits for us. */
const ANSWER_MS = 10_000;

/** What the worker thread is given. */
export interface WorkerStart {
  readonly options: EngineOptions;
  /** For {@link Answer}s alone, so that one can be fetched without the event loop. */
  readonly answers: MessagePort;
  /** Counts the answers, for the caller to sleep on. */
  readonly answered: SharedArrayBuffer;
}

/** What the application's side sends. */
export type ToEngine =
  | { readonly tag: "call"; readonly name: keyof Calls; readonly args: readonly unknown[] }
  | Happening;

/** What comes back for a call. */
export type Answer = { readonly value: unknown } | { readonly failure: Failure };

/** Makes a call of the engine, its error as data. */
export function answer(engine: Calls, name: keyof Calls, args: readonly unknown[]): Answer {
  try {
    const method = engine[name] as (...args: readonly unknown[]) => unknown;
    return { value: method.apply(engine, args as unknown[]) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function valueIn<T>(answer: Answer): T {
  if ("failure" in answer) throw errorOf(answer.failure);
  return answer.value as T;
}

/** Engine and application in one thread. Throws where the settings are refused. */
export function localLink(
  options: EngineOptions,
  recorder: Recorder | undefined,
  tell: (told: Told) => void,
): Link {
  let engine: Engine;
  try {
    engine = new Engine(options, recorder, tell);
  } catch (error) {
    throw errorOf(failureOf(error));
  }
  return {
    call: (name, ...args) => valueIn(answer(engine, name, args)),
    send: (happening) => engine.take(happening),
    // A listening server holds the process by itself.
    hold() {},
    close() {},
  };
}

/**
 * The engine in a thread of its own. A call sleeps until that thread has answered, some 60 µs, so
 * that the API is the same in both modes.
 */
export function workerLink(options: EngineOptions, tell: (told: Told) => void): Link {
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { port1: answers, port2 } = new MessageChannel();
  const start: WorkerStart = { options, answers: port2, answered: answered.buffer };
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    name: "hams",
    workerData: start,
    transferList: [port2],
    // Loaders and inspectors of the application are not for this thread.
    execArgv: [],
  });
  let open = true;
  const fail = (message: string) => {
    if (open) tell({ tag: "failed", message: `the health thread ended: ${message}` });
    open = false;
  };
  worker.on("message", tell);
  worker.on("error", (error) => fail(error.message));
  worker.on("exit", (code) => fail(`exit code ${code}`));
  // Before `start` there is nothing to hold the process for. After the listeners: they hold it too.
  worker.unref();
  const post = (message: ToEngine) => worker.postMessage(message);

  const link: Link = {
    call(name, ...args) {
      if (!open) throw new CoreError("the health thread has ended");
      const before = Atomics.load(answered, 0);
      post({ tag: "call", name, args });
      if (Atomics.wait(answered, 0, before, ANSWER_MS) === "timed-out") {
        // Its answer may still come; it must not be taken for the next one's.
        fail(`it has not answered in ${ANSWER_MS} ms`);
        throw new CoreError(`the health thread has not answered in ${ANSWER_MS} ms`);
      }
      return valueIn(receiveMessageOnPort(answers)?.message as Answer);
    },
    send: post,
    hold: (held) => (held ? worker.ref() : worker.unref()),
    close() {
      open = false;
      answers.close();
      void worker.terminate();
    },
  };
  try {
    link.call("configured");
  } catch (error) {
    link.close();
    throw error;
  }
  return link;
}
