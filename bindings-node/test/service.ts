/** A health object on a free port of this machine, and what one asks it. */
import { request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { Health, type HealthOptions } from "hams";
import { onTestFinished } from "vitest";

/** Not yet started; disposed of when the test is over. */
export function service(options: Partial<HealthOptions> = {}): Health {
  const health = new Health({
    name: "orders",
    version: "1.4.0",
    address: "127.0.0.1",
    port: 0,
    logger: false,
    // The test runner has a use for signals of its own.
    signals: { SIGTERM: "leave", SIGINT: "leave", SIGQUIT: "leave", SIGHUP: "leave" },
    ...options,
  });
  onTestFinished(() => health[Symbol.asyncDispose]());
  return health;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export function get(
  health: Health,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const sent = request(
      { host: "127.0.0.1", port: health.address?.port, path, agent: false, ...rest },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          body += text;
        });
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Sends bytes as they are and returns all that comes back until the other side closes. */
export function raw(health: Health, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: health.address?.port as number });
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (data: string) => {
      received += data;
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
    socket.write(text);
  });
}

/** Waits until it is so; the test's own time-out ends it otherwise. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
