/**
 * Talks to a host's runner: a program that has a component called as the JSON
 * lines on its input say, and answers a line each. README.md has the protocol.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Json } from "../emit-node/fixed/json.js";

export type { Json };

/** What came of a request. */
export type Answer =
  | { readonly returned: Json }
  /** The component did wrong or the instance is dead. */
  | { readonly trapped: string }
  /** What was asked does not fit; nothing has happened. */
  | { readonly refused: string };

/** The component calls what the host implements. */
export interface ImportCall {
  /** `test:echo/echo@1.2.3#text`. */
  readonly name: string;
  readonly args: readonly Json[];
  /** Tries to call the component while it waits for this call's answer. */
  reenter(name: string, ...args: Json[]): Promise<Answer>;
}

export type ImportAnswer = { readonly return: Json } | { readonly throw: string };

export type Imports = (call: ImportCall) => ImportAnswer | Promise<ImportAnswer>;

/** How long a runner may be silent when it is asked something. */
const PATIENCE_MS = 60_000;

type Message = Answer | { readonly import: string; readonly args: readonly Json[] };

interface Pending {
  readonly line: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class Session {
  /**
   * What answers the component's calls. With it a request waits for the answer to
   * the one before; without it requests are written ahead.
   */
  imports: Imports | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #pending: Pending[] = [];
  /** How many of the pending ones the runner has been sent. */
  #sent = 0;
  /** Who waits for the answers to calls made inside of an import, the innermost last. */
  readonly #nested: ((answer: Answer) => void)[] = [];
  readonly #ended: Promise<number>;
  #complaints = "";
  #patience: NodeJS.Timeout | undefined;

  constructor(command: readonly string[], imports?: Imports) {
    const [program = "", ...args] = command;
    this.imports = imports;
    this.#child = spawn(program, args);
    this.#child.stdin.on("error", () => {}); // a runner that ended is told of below
    this.#child.stderr.on("data", (text: Buffer) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    eachLine(this.#child.stdout, (line) => {
      this.#hear(line).catch((error) => this.#fail(error));
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        this.#fail(error);
        resolve(-1);
      });
      this.#child.on("close", (code, signal) => {
        this.#fail(new Error(`the runner ended with ${code ?? signal}: ${this.#complaints}`));
        resolve(code ?? -1);
      });
    });
  }

  /** Drops the instance and makes a new one. */
  renew(): Promise<Answer> {
    return this.send({ new: true });
  }

  /** Calls by name: `test:echo/echo@1.2.3#text`, the plain name for a function of the world. */
  call(name: string, ...args: Json[]): Promise<Answer> {
    return this.send({ call: name, args });
  }

  /** Ends an object of a resource that the component exports. */
  drop(id: number): Promise<Answer> {
    return this.send({ drop: id });
  }

  /** Sends a request as it is, right or wrong. */
  send(request: Json): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ line: JSON.stringify(request), resolve, reject });
      this.#sendMore();
    });
  }

  /** Writes a line that is no request. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends the input; the runner's exit status. */
  close(): Promise<number> {
    this.#child.stdin.end();
    return this.#ended;
  }

  #sendMore(): void {
    const ahead = this.imports === undefined ? this.#pending.length : 1;
    while (this.#sent < Math.min(ahead, this.#pending.length)) {
      this.write((this.#pending[this.#sent] as Pending).line);
      this.#sent++;
    }
    this.#wait();
  }

  /** Begins to be patient anew. */
  #wait(): void {
    clearTimeout(this.#patience);
    if (this.#pending.length === 0) return;
    this.#patience = setTimeout(() => {
      this.#child.kill("SIGKILL");
      this.#fail(new Error(`no answer in ${PATIENCE_MS} ms to ${this.#pending[0]?.line}`));
    }, PATIENCE_MS);
  }

  async #hear(line: string): Promise<void> {
    const message = parsed(line);
    if ("import" in message) {
      this.write(JSON.stringify(await this.#answerOf(message.import, message.args)));
      this.#wait();
      return;
    }
    const nested = this.#nested.pop();
    if (nested !== undefined) {
      nested(message);
      return;
    }
    const asked = this.#pending.shift();
    if (asked === undefined) throw new Error(`nothing was asked, and the runner says ${line}`);
    this.#sent--;
    asked.resolve(message);
    this.#sendMore();
  }

  #answerOf(name: string, args: readonly Json[]): ImportAnswer | Promise<ImportAnswer> {
    if (this.imports === undefined) throw new Error(`nobody answers the import ${name}`);
    return this.imports({
      name,
      args,
      reenter: (called, ...values) =>
        new Promise((resolve) => {
          this.#nested.push(resolve);
          this.write(JSON.stringify({ call: called, args: values }));
        }),
    });
  }

  #fail(error: Error): void {
    clearTimeout(this.#patience);
    this.#sent = 0;
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}

/** Not by `readline`, which also ends lines where JSON has U+2028. */
function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  const parts: string[] = [];
  stream.on("data", (chunk: Buffer) => {
    const [first = "", ...rest] = decoder.write(chunk).split("\n");
    parts.push(first);
    for (const next of rest) {
      take(parts.splice(0).join(""));
      parts.push(next);
    }
  });
}

function parsed(line: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch {
    throw new Error(`the runner wrote what is no JSON: ${line.slice(0, 500)}`);
  }
}
