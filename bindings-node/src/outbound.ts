/** The checks and hooks that HaMS makes itself: an HTTP request, a TCP connection. */
import { connect } from "node:net";
import type { Agent } from "undici";
import type { Check, HttpCall, LogRecord, Verdict } from "../generated/hams.js";
import { networkOf, textOf } from "./network.js";

/** The core says when a run has taken too long, whatever its timeout is. */
const NO_TIMEOUTS = { connect: { timeout: 0 }, headersTimeout: 0, bodyTimeout: 0 } as const;
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

type Outgoing = Extract<Check, { tag: "http" | "tcp" }>;

interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly follow: boolean;
}

export class Outbound {
  #agent: Agent | undefined;
  /** What was last logged of a probe, so that each failure is logged once and not at every run. */
  readonly #logged = new Map<number, string>();

  constructor(private readonly log: (record: LogRecord) => void) {}

  /** Never rejects; ends early when aborted. */
  async check(probe: number, name: string, check: Outgoing, signal: AbortSignal): Promise<Verdict> {
    try {
      const verdict = await (check.tag === "http"
        ? this.#request(
            {
              url: check.val.url,
              method: check.val.head ? "HEAD" : "GET",
              headers: check.val.headers,
              follow: check.val.expect.length === 0,
            },
            signal,
          )
        : open(check.val.host, check.val.port, signal));
      this.#logged.delete(probe);
      return verdict;
    } catch (error) {
      const text = textOf(error);
      if (!signal.aborted && this.#logged.get(probe) !== text) {
        this.#logged.set(probe, text);
        this.#say(`probe ${JSON.stringify(name)}: ${text}`, [
          ["probe", name],
          ["error", text],
        ]);
      }
      return { tag: "unreached", val: networkOf(error) };
    }
  }

  /** One attempt of an HTTP hook. Never rejects; ends early when aborted. */
  async call(name: string, call: HttpCall, signal: AbortSignal): Promise<Verdict> {
    try {
      const { url, method, headers } = call;
      // Another method may not be repeated elsewhere without the caller's knowledge.
      const follow = method === "GET" || method === "HEAD";
      return await this.#request({ url, method, headers, follow }, signal);
    } catch (error) {
      const text = textOf(error);
      if (!signal.aborted) {
        this.#say(`hook ${JSON.stringify(name)}: ${text}`, [
          ["hook", name],
          ["error", text],
        ]);
      }
      return { tag: "unreached", val: networkOf(error) };
    }
  }

  /** The probe is gone. */
  forget(probe: number): void {
    this.#logged.delete(probe);
  }

  /** Its calls have been aborted; how long their connections take to go concerns nobody. */
  close(): void {
    this.#agent?.destroy().catch(() => {});
  }

  async #request(call: Call, signal: AbortSignal): Promise<Verdict> {
    // Loaded when first needed: it would double the time to the first answer.
    const undici = await import("undici");
    this.#agent ??= new undici.Agent(NO_TIMEOUTS);
    let url = new URL(call.url);
    for (let redirects = 0; ; redirects++) {
      const { statusCode, headers, body } = await undici.request(url, {
        dispatcher: this.#agent,
        method: call.method as "GET",
        headers: call.headers.flat(),
        signal,
        // A connection of its own each time: that one can still be made is half of the check.
        reset: true,
      });
      // Nobody reads it; the connection is not used again.
      body.on("error", () => {}).destroy();
      const next =
        call.follow && redirects < MOST_REDIRECTS ? target(url, statusCode, headers) : undefined;
      if (next === undefined) return { tag: "answered", val: statusCode };
      url = next;
    }
  }

  #say(message: string, fields: [string, string][]): void {
    this.log({ level: "warning", message, fields });
  }
}

/** Where a redirect leads, if that is the same scheme, host and port. */
function target(
  from: URL,
  status: number,
  headers: Record<string, string | string[] | undefined>,
): URL | undefined {
  const { location } = headers;
  if (
    !REDIRECTS.has(status) ||
    typeof location !== "string" ||
    !URL.canParse(location, from.href)
  ) {
    return undefined;
  }
  const to = new URL(location, from);
  return to.origin === from.origin && to.username === "" && to.password === "" ? to : undefined;
}

function open(host: string, port: number, signal: AbortSignal): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ tag: "passed" });
    });
    // Stays: an error may follow the first one, and one without a listener ends the process.
    socket.on("error", reject);
  });
}
