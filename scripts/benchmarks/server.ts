/** A server in a process of its own that prints its port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

export class Server {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** The program stands beside this file. */
  static async start(program: string, ...parameters: string[]): Promise<Server> {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const child = spawn(process.execPath, [path, ...parameters], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const early = once(child, "exit").then(([status]) => {
      throw new Error(`${program} ended with ${status} before it printed its port`);
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

  async stop(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }
}

/** Milliseconds from the start of a process to its first 200, asked from outside. */
export async function startMs(program: string, ...parameters: string[]): Promise<number> {
  const began = performance.now();
  const server = await Server.start(program, ...parameters);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    socket.once("data", (chunk) => {
      if (String(chunk).startsWith("HTTP/1.1 200 ")) resolve();
      else reject(new Error(`not 200: ${chunk}`));
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`${program} closed without an answer`)));
    socket.write("GET /hams/alive HTTP/1.1\r\nHost: bench\r\n\r\n");
  });
  const took = performance.now() - began;
  await server.stop();
  return took;
}
