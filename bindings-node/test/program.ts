/** Runs one of the small programs in `programs/`, or the command, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export class Program {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  #output = "";
  #errors = "";
  readonly #waiting = new Set<() => void>();

  constructor(file: string, args: readonly string[] = [], env: Record<string, string> = {}) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#child = spawn(process.execPath, [path, ...args], { env: { ...process.env, ...env } });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      for (const look of this.#waiting) look();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        resolve({ code, signal, output: this.#output, errors: this.#errors });
        for (const look of this.#waiting) look();
      });
    });
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  /** Waits for a match in what it prints, and returns its groups. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.#output);
        if (found !== null) resolve(found);
        else if (this.#child.exitCode === null && this.#child.signalCode === null) return;
        else reject(new Error(`it ended without ${pattern}: ${this.#output}${this.#errors}`));
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

export const COMMAND = "../dist/lib/command.js";
