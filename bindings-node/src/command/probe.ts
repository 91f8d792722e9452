/** `hams probe`: asks one health endpoint, as a container's HEALTHCHECK does. */
import { get, urlOf } from "./get.js";
import type { Options } from "./main.js";
import { EXIT, Refusal } from "./refusal.js";

const TIMEOUT_MS = 5_000;

/** Up is 200 to 399, as for an http probe. */
export async function probe(text: string, { timeout }: Options): Promise<number> {
  const url = urlOf(text);
  const timeoutMs = timeout === undefined ? TIMEOUT_MS : Number(timeout);
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1) {
    throw new Refusal([`hams: --timeout takes milliseconds, not ${JSON.stringify(timeout)}`]);
  }
  try {
    const { status, body } = await get(url, timeoutMs);
    const up = status >= 200 && status <= 399;
    console.log(`${up ? "up" : "down"}: HTTP ${status}${up ? "" : ` ${firstLine(body)}`}`);
    return up ? EXIT.ok : EXIT.no;
  } catch (error) {
    console.log(`down: ${(error as Error).message}`);
    return EXIT.no;
  }
}

function firstLine(body: string): string {
  return (body.split("\n")[0] ?? "").slice(0, 200);
}
