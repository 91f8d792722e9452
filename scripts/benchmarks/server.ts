/** A server in a process of its own that prints its port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

/** A program and its parameters. */
export type Command = readonly string[];

export class Server {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start([program = "", ...parameters]: Command): Promise<Server> {
    const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
    const early = once(child, "exit").then(([status]) => {
      const command = [program, ...parameters].join(" ");
      throw new Error(`${command} ended with ${status} before it printed its port`);
    });
    early.catch(() => {}); // It ends after all, later.
    const [chunk] = await Promise.race([once(child.stdout, "data"), early]);
    return new Server(child, Number(String(chunk)));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hams/alive`;
  }

  /** Microseconds of CPU it has used, of all its threads. */
  get cpu(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    // After the name in brackets; a tick is 10 ms.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  /** MiB of memory that are its own or shared, and in RAM. */
  get resident(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  /**
   * Milliseconds until a new connection has its 200.
   *
   * @throws Error there is none
   */
  async ask(): Promise<number> {
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      const socket = connect(this.port, "127.0.0.1");
      socket.once("data", (chunk) => {
        if (String(chunk).startsWith("HTTP/1.1 200 ")) resolve();
        else reject(new Error(`not 200: ${chunk}`));
        socket.destroy();
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`${this.url}: closed without an answer`)));
      socket.write("GET /hams/alive HTTP/1.1\r\nHost: bench\r\n\r\n");
    });
    return performance.now() - began;
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }
}

/** Milliseconds from the start of a process to its first 200, asked from outside. */
export async function startMs(command: Command): Promise<number> {
  const began = performance.now();
  const server = await Server.start(command);
  await server.ask();
  const took = performance.now() - began;
  await server.stop();
  return took;
}
