/**
 * Runs the application's functions, on its own event loop. They may throw, never return, or call
 * HaMS; whatever they do ends in a result that goes back through the seam.
 */
import type { Exposition } from "../generated/hams.js";
import type { HookCallback } from "./hooks.js";
import { type CheckCallback, failedBecause, messageOf, observationOf } from "./probes.js";
import type { Gathered, Happening } from "./seam.js";
import type { MetricsCallback } from "./settings.js";

/** More than this is refused before it could reach the core. In UTF-16 code units. */
const LONGEST_METRICS = 1_048_576;

export class Callbacks {
  readonly #aborts = new Map<number, AbortController>();

  constructor(private readonly send: (happening: Happening) => void) {}

  /** `checkOf`: it may be told of a run before the call that registered the check has returned. */
  check(run: number, timeoutMs: number, checkOf: () => CheckCallback | undefined): void {
    this.#run(
      run,
      async (signal) => {
        const observation = observationOf(await checkOf()?.({ signal, timeoutMs }));
        return { tag: "checked", run, observation };
      },
      (error) => ({ tag: "checked", run, observation: failedBecause(error) }),
    );
  }

  hook(run: number, timeoutMs: number, hookOf: () => HookCallback | undefined): void {
    this.#run(
      run,
      async (signal) => {
        await hookOf()?.({ signal, timeoutMs });
        return { tag: "hooked", run, verdict: { tag: "passed" } };
      },
      (error) => ({ tag: "hooked", run, verdict: { tag: "failed", val: messageOf(error) } }),
    );
  }

  gather(run: number, wanted: Exposition, metrics: MetricsCallback | undefined): void {
    this.#run(
      run,
      async () => {
        const result = await metrics?.(wanted);
        return { tag: "gathered", run, metrics: gathered(wanted, result) };
      },
      (error) => ({ tag: "gathered", run, metrics: { tag: "err", val: messageOf(error) } }),
    );
  }

  cancel(run: number): void {
    this.#aborts.get(run)?.abort();
  }

  #run(
    run: number,
    work: (signal: AbortSignal) => Promise<Happening>,
    failed: (error: unknown) => Happening,
  ): void {
    const abort = new AbortController();
    this.#aborts.set(run, abort);
    // Not in the call that told us of it: that may be answering a request.
    queueMicrotask(() => {
      work(abort.signal)
        .catch(failed)
        .then((happening) => {
          this.#aborts.delete(run);
          this.send(happening);
        });
    });
  }
}

function gathered(wanted: Exposition, result: unknown): Gathered {
  const { form, text } =
    typeof result === "string" ? { form: wanted, text: result } : Object(result);
  if (typeof text !== "string" || (form !== "text" && form !== "openmetrics")) {
    return { tag: "err", val: "the metrics callback returned neither a text nor { form, text }" };
  }
  if (text.length > LONGEST_METRICS) {
    return {
      tag: "err",
      val: `the metrics have ${text.length} characters, over ${LONGEST_METRICS}`,
    };
  }
  return { tag: "ok", val: [form, text] };
}
