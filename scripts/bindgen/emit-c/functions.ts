/**
 * The functions of the source that exist once a type (to check, to lower, to
 * lift): named and printed when they are first asked for, so that each stands
 * after those that it calls.
 */
import { identity, resolve, type Type } from "../ir.js";
import { Scope } from "../names.js";
import type { CoreNames } from "./core.js";
import type { Names } from "./names.js";
import { Printer } from "./print.js";

export class Source {
  readonly names: Names;
  readonly core: CoreNames;
  readonly out = new Printer();
  readonly #scope = new Scope(new Set());
  readonly #made = new Map<string, string>();

  constructor(names: Names, core: CoreNames) {
    this.names = names;
    this.core = core;
  }

  /** `int32_t`'s first parameter in every function. */
  get self(): string {
    return `${this.names.prefix}_t *self`;
  }

  /** A name of the source's own. */
  claim(wanted: string): string {
    return this.#scope.claim(wanted);
  }

  /** The name of the type's function; `body` prints what it does, at first use. */
  function(
    verb: string,
    type: Type,
    result: string,
    parameters: readonly string[],
    body: (out: Printer) => void,
  ): string {
    const it = resolve(type);
    const key = `${verb} ${identity(it)}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const name = this.claim(`${verb}_${this.names.base(it)}`);
    this.#made.set(key, name);
    const own = new Printer();
    own.line();
    own.list(`static ${result} ${name}(`, parameters, ") {");
    own.indent(() => body(own));
    own.line("}");
    this.out.append(own);
    return name;
  }
}

/** A part of a value: `v.x`, or `v->x` where the value is `*v`. */
export function member(value: string, name: string): string {
  return value.startsWith("*") ? `${value.slice(1)}->${name}` : `${value}.${name}`;
}

/** The address of a value. */
export function address(value: string): string {
  return value.startsWith("*") ? value.slice(1) : `&${value}`;
}
