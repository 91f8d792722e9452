/** One HTTP request of the command's. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { textOf } from "../network.js";
import { Refusal } from "./refusal.js";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A health endpoint's answer is far smaller; what is longer is cut. */
const LONGEST_BODY = 4_194_304;

/** Throws {@link Refusal} for what is no http or https URL. */
export function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new Refusal([`hams: ${JSON.stringify(text)} is no http or https URL`]);
  }
  return url;
}

/** Rejects with an Error of one line when there is no answer in time. */
export function get(url: URL, timeoutMs: number): Promise<Answer> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(url, { signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        if (length < LONGEST_BODY) chunks.push(chunk);
        length += chunk.length;
      });
      response.on("error", fail);
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    request.on("error", fail).end();
    function fail(error: Error): void {
      const text = signal.aborted ? `no answer in ${timeoutMs} ms` : textOf(error);
      reject(new Error(text));
    }
  });
}
