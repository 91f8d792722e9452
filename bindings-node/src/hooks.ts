/** Hooks: work done while stopping, last registered first, one at a time. */
import type { Hook as HookRecord } from "../generated/hams.js";

/** What every hook has. */
export interface HookOptions {
  /** How long it (or one attempt) may take, in ms; default 5 000. */
  readonly timeoutMs?: number;
}

/** What a hook's function is given. */
export interface HookContext {
  /** Aborted when the time is up; the next hook runs then. */
  readonly signal: AbortSignal;
  /** How long it may take: its timeout, or what is left of the grace. */
  readonly timeoutMs: number;
}

/** Throwing is a failed hook; the next one runs all the same. */
export type HookCallback = (context: HookContext) => unknown;

/** A request made as a hook; 200 to 399 completes it. */
export interface HttpHookOptions extends HookOptions {
  /** http or https, without a user name. */
  readonly url: string;
  /** Default `POST`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 3. */
  readonly attempts?: number;
  /** Between two attempts, in ms; default 1 000. */
  readonly pauseMs?: number;
}

/** A hook that is registered. */
export class Hook {
  readonly #remove: () => void;

  /** Made by `health.add…Hook()`. */
  constructor(
    readonly name: string,
    remove: () => void,
  ) {
    this.#remove = remove;
  }

  /** Throws {@link RemovedError}, or {@link StateError} from draining on. */
  remove(): void {
    this.#remove();
  }
}

/** As the contract has it. */
export function hookRecord(name: string, options: HookOptions): HookRecord {
  return { name, timeout: options.timeoutMs, kind: { tag: "callback" } };
}

export function httpHookRecord(name: string, options: HttpHookOptions): HookRecord {
  return {
    name,
    timeout: options.timeoutMs,
    kind: {
      tag: "http",
      val: {
        url: options.url,
        method: options.method ?? "POST",
        headers: Object.entries(options.headers ?? {}),
        attempts: options.attempts,
        pause: options.pauseMs,
      },
    },
  };
}
