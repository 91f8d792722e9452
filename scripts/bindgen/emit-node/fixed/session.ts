// A session: a component's functions called by name with arguments as JSON, in this
// process or by lines on the standard input. For tests and tools.
import { readSync, writeSync } from "node:fs";
import * as abi from "./abi.js";
import type { Codec, Json, Objects } from "./json.js";

/** A function by its name, and the way to it on the world's object. */
export interface Called {
  readonly name: string;
  readonly kind: "function" | "constructor" | "method";
  /** Members from the world's object on; of a method, its own name alone. */
  readonly path: readonly string[];
  /** Of the constructors and methods of the application's resources. */
  readonly resource?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a table of codecs of different types
  readonly parameters: readonly Codec<any>[];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result?: Codec<any>;
  /** The result is returned or thrown. */
  readonly fails?: boolean;
}

/** A resource of the application. */
export interface HostResource {
  readonly name: string;
  /** The name of what an object's end is asked by. */
  readonly drop: string;
  /** The way to its class; empty where it has none. */
  readonly path: readonly string[];
}

export interface Tables {
  readonly exports: readonly Called[];
  readonly imports: readonly Called[];
  readonly resources: readonly HostResource[];
}

/** What came of a request. */
export type Answer =
  | { readonly returned: Json }
  /** The component did wrong, or the instance is dead. */
  | { readonly trapped: string }
  /** What was asked does not fit; nothing has happened. */
  | { readonly refused: string };

/** Answers what the component calls: by `{"return": …}` or `{"throw": "why"}`. */
export type Answerer = (asked: { import: string; args: readonly Json[] }) => unknown;

/** What was asked does not fit. */
class Refused extends TypeError {}

type Members = Record<string, unknown>;

export class Session {
  readonly #make: (imports: object) => object;
  readonly #tables: Tables;
  readonly #answer: Answerer;
  readonly #imports: Members = {};
  readonly #classes = new Map<string, HostClass>();
  #exports: Members;
  /** The component's objects by id. */
  #objects = new Map<number, ComponentObject>();
  #lastId = 0;
  /** The ids that the arguments of the call under way give away. */
  #given: number[] = [];

  constructor(
    make: (imports: object) => object,
    tables: (objects: Objects) => Tables,
    answer: Answerer = nobody,
  ) {
    this.#make = make;
    this.#answer = answer;
    this.#tables = tables({
      own: (resource) => this.#ofComponent(resource, true) as Codec<never>,
      borrow: (resource) => this.#ofComponent(resource, false) as Codec<never>,
      host: (resource) => this.#ofHost(resource) as Codec<never>,
    });
    for (const { name, drop, path } of this.#tables.resources) {
      const made = this.#classOf(drop);
      this.#classes.set(name, made);
      if (path.length > 0) place(this.#imports, path, made);
    }
    for (const each of this.#tables.imports) this.#offer(each);
    this.#exports = make(this.#imports) as Members;
  }

  /** `{"new": true}`, `{"call": name, "args": […]}` or `{"drop": id}`. */
  request(asked: unknown): Answer {
    const { call, args, drop } = asked as { call?: unknown; args?: unknown; drop?: unknown };
    try {
      if ((asked as { new?: unknown }).new === true) return this.#renew();
      if (typeof call === "string") {
        return this.#call(call, Array.isArray(args) ? args : []);
      }
      return this.#drop(drop as number);
    } catch (error) {
      if (error instanceof abi.TrapError) return { trapped: error.message };
      if (error instanceof abi.ComponentError) throw error;
      return { refused: (error as Error).message };
    }
  }

  #renew(): Answer {
    this.#objects = new Map();
    this.#lastId = 0;
    this.#exports = this.#make(this.#imports) as Members;
    return { returned: null };
  }

  #drop(id: number): Answer {
    this.#held(id, "drop").object.close();
    this.#objects.delete(id);
    return { returned: null };
  }

  #call(name: string, args: readonly unknown[]): Answer {
    const called = this.#tables.exports.find((each) => each.name === name);
    if (called === undefined) throw new Refused(`${name} is not there`);
    const { parameters, result, fails } = called;
    if (args.length !== parameters.length) {
      throw new Refused(`${name} takes ${parameters.length} arguments, not ${args.length}`);
    }
    this.#given = [];
    const values = parameters.map((each, i) => each.fromJson(args[i], `args[${i}]`));
    const given = this.#given;
    let returned: unknown;
    try {
      const value = this.#run(called, values);
      returned = fails ? { tag: "ok", val: value } : value;
    } catch (error) {
      if (!(error instanceof abi.ComponentError)) throw error;
      returned = { tag: "err", val: error.payload };
    }
    for (const id of given) this.#objects.delete(id);
    return { returned: result === undefined ? null : result.toJson(returned) };
  }

  #run({ kind, path }: Called, values: readonly unknown[]): unknown {
    const label = path.at(-1) ?? "";
    if (kind === "method") {
      const [object, ...others] = values;
      const method = (object as Members)[label];
      if (typeof method !== "function") throw new Refused(`the object has no ${label}`);
      return method.apply(object, others);
    }
    const owner = find(this.#exports, path.slice(0, -1));
    const member = owner[label] as (...args: readonly unknown[]) => unknown;
    if (kind === "constructor") return Reflect.construct(member, values);
    return member.apply(owner, values as unknown[]);
  }

  // What the application implements: it asks whoever answers.

  #offer(each: Called): void {
    const { kind, path, resource = "" } = each;
    const session = this;
    if (kind === "function") {
      place(this.#imports, path, (...args: unknown[]) => session.#ask(each, args));
      return;
    }
    const made = this.#classes.get(resource) as HostClass;
    if (kind === "constructor") {
      made.make = (...args) => (session.#ask(each, args) as HostObject).id;
      return;
    }
    Object.defineProperty(made.prototype, path[0] ?? "", {
      value(this: HostObject, ...args: unknown[]) {
        return session.#ask(each, [this, ...args]);
      },
    });
  }

  #ask({ name, parameters, result, fails }: Called, args: readonly unknown[]): unknown {
    const value = this.#answered(
      name,
      parameters.map((each, i) => each.toJson(args[i])),
    );
    if (result === undefined) return undefined;
    const returned = result.fromJson(value, name);
    if (!fails) return returned;
    if (returned.tag === "err") throw new abi.ComponentError(returned.val);
    return returned.val;
  }

  #answered(name: string, args: readonly Json[]): unknown {
    const answer = this.#answer({ import: name, args }) as { return?: unknown; throw?: unknown };
    if (typeof answer.throw === "string") throw new Error(answer.throw);
    return answer.return;
  }

  #classOf(drop: string): HostClass {
    const session = this;
    const made = class extends HostObject {
      static make: (...args: readonly unknown[]) => number = withoutConstructor;

      constructor(...args: readonly unknown[]) {
        super(made.make(...args));
      }

      close(): void {
        session.#answered(drop, [this.id]);
      }
    };
    return made;
  }

  // Objects as JSON.

  #ofComponent(resource: string, owned: boolean): Codec<unknown> {
    return {
      toJson: (object) => {
        this.#lastId++;
        this.#objects.set(this.#lastId, { resource, object: object as { close(): void } });
        return this.#lastId;
      },
      fromJson: (json, path = "") => {
        const held = this.#held(json, path);
        if (held.resource !== resource) {
          throw new Refused(`${path}: object ${json} is one of ${held.resource}`);
        }
        if (owned) this.#given.push(json as number);
        return held.object;
      },
    };
  }

  #held(id: unknown, path: string): ComponentObject {
    const held = this.#objects.get(id as number);
    if (held === undefined) throw new Refused(`${path}: there is no object ${JSON.stringify(id)}`);
    return held;
  }

  #ofHost(resource: string): Codec<HostObject> {
    return {
      toJson: (object) => object.id,
      fromJson: (json, path) => {
        if (!Number.isSafeInteger(json)) {
          throw new Refused(`${path}: ${JSON.stringify(json)} is no object's id`);
        }
        // not by the class's own constructor, which asks for a new object
        return Reflect.construct(HostObject, [json], this.#classes.get(resource) as HostClass);
      },
    };
  }
}

/** An object of the component, and its resource. */
interface ComponentObject {
  readonly resource: string;
  readonly object: { close(): void };
}

/** An object that whoever answers has, by its id. */
class HostObject {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

interface HostClass {
  new (...args: readonly never[]): HostObject;
  /** Asks for a new object; its id. */
  make(...args: readonly unknown[]): number;
}

function withoutConstructor(): number {
  throw new Error("this resource has no constructor");
}

function find(from: Members, path: readonly string[]): Members {
  let at = from;
  for (const label of path) {
    const next = at[label];
    if (next === undefined) at[label] = {};
    at = at[label] as Members;
  }
  return at;
}

function place(into: Members, path: readonly string[], value: unknown): void {
  find(into, path.slice(0, -1))[path.at(-1) ?? ""] = value;
}

function nobody(asked: { import: string }): never {
  throw new Error(`nobody answers ${asked.import}`);
}

/**
 * Reads requests from the standard input, one a line, and writes the answers to
 * the standard output, until the input ends. What is no request ends the process
 * with 2.
 */
export function serve(open: (answer: Answerer) => Session): void {
  const session = open((asked) => {
    write(asked);
    for (;;) {
      const answer = requestOf(readLine() ?? "");
      if ("return" in answer || "throw" in answer) return answer;
      write(session.request(answer)); // an attempt to enter the component again
    }
  });
  for (let line = readLine(); line !== undefined; line = readLine()) {
    write(session.request(requestOf(line)));
  }
}

function requestOf(line: string): object {
  try {
    const asked: unknown = JSON.parse(line);
    const keys = ["new", "call", "drop", "return", "throw"];
    if (typeof asked === "object" && asked !== null && keys.some((key) => key in asked)) {
      return asked;
    }
  } catch {
    // told below
  }
  process.stderr.write(`this is no request: ${line.slice(0, 200)}\n`);
  process.exit(2);
}

function write(value: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

const chunk = Buffer.alloc(65_536);
/** What was read and is not yet given. */
let ahead = Buffer.alloc(0);

/** The next line of the standard input; it waits in the kernel, and so may a component's call. */
function readLine(): string | undefined {
  for (;;) {
    const end = ahead.indexOf(10);
    if (end >= 0) {
      const line = ahead.toString("utf8", 0, end);
      ahead = ahead.subarray(end + 1);
      return line;
    }
    const size = readSync(0, chunk);
    if (size === 0) return undefined;
    ahead = Buffer.concat([ahead, chunk.subarray(0, size)]);
  }
}
