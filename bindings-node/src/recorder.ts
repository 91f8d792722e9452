/**
 * The flight recorder: writes what the core is fed and what it answers, as a test vector that
 * `hams replay` runs again. One step a line, written at once, so that it survives a kill; its end may
 * then be missing. A disk that fails ends the recording, never the service.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { ComponentError, type Hams } from "../generated/hams.js";
import { healthError } from "../generated/hams.json.js";
import { FUNCTIONS, type Json, type Method, methodOf, resultOf } from "./vectors/functions.js";

/** Under what name the whole result stands; for the others it is `ok`. */
const RESULTS: Readonly<Record<string, string>> = { step: "outcome", respond: "reply" };

export class Recorder {
  #file: number | undefined;
  #cases = 0;
  #steps = 0;
  #now = 0n;

  /** Throws what `open` throws. The file may hold a token: it is for its owner alone. */
  constructor(file: string) {
    this.#file = openSync(file, "w", 0o600);
    this.#write('{ "$schema": "./schema.json", "cases": [');
  }

  /** The same core, recorded; a case of its own. */
  record(hams: Hams): Hams {
    const name = `recording/${++this.#cases}`;
    this.#write(
      `${this.#cases === 1 ? "" : "]},"}\n{"name":"${name}","description":"a recorded run","settings":null,"steps":[`,
    );
    this.#steps = 0;
    const recorded: { health: Record<string, Method>; propagation: Record<string, Method> } = {
      health: {},
      propagation: {},
    };
    for (const [name, called] of Object.entries(FUNCTIONS)) {
      const method = methodOf(hams, called);
      recorded[called.of][called.method] = (...values) => {
        const args = called.takesNow ? values.slice(1) : values;
        if (called.takesNow) this.#now = values[0] as bigint;
        try {
          const result = method(...values);
          this.#step(name, args, () => ({ [RESULTS[name] ?? "ok"]: resultOf(called, result) }));
          return result;
        } catch (error) {
          this.#step(name, args, () =>
            error instanceof ComponentError
              ? { err: healthError.toJson(error.payload) }
              : { trap: String(error) },
          );
          throw error;
        }
      };
    }
    return recorded as unknown as Hams;
  }

  /** Writes the end. */
  close(): void {
    if (this.#file === undefined) return;
    this.#write(`${this.#cases === 0 ? "" : "\n]}"}\n]}\n`);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #step(name: string, values: readonly unknown[], expect: () => Json): void {
    if (this.#file === undefined) return;
    try {
      const codecs = Object.entries(FUNCTIONS[name]?.parameters ?? {});
      const args = Object.fromEntries(
        codecs.map(([key, { toJson }], i) => [key, toJson(values[i])]),
      );
      const step = { now: Number(this.#now), call: name, args, expect: expect() };
      this.#write(`${this.#steps++ === 0 ? "" : ","}\n${JSON.stringify(step)}`);
    } catch {
      this.#file = undefined;
    }
  }

  #write(text: string): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, text);
    } catch {
      this.#file = undefined;
    }
  }
}
