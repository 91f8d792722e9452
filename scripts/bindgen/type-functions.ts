/**
 * The functions that generated code has for each type (to lift, to lower, to
 * check …): named once, printed once, in the order in which they are asked for.
 */
import { type DeclaredType, identity, resolve, type Type } from "./ir.js";
import { type Scope, upperCamel } from "./names.js";

export class TypeFunctions {
  readonly #scope: Scope;
  readonly #declared: (type: DeclaredType) => string;
  readonly #names = new Map<string, string>();
  readonly #pending: (() => void)[] = [];

  /** `declared` gives the name that a declared type has in the language. */
  constructor(scope: Scope, declared: (type: DeclaredType) => string) {
    this.#scope = scope;
    this.#declared = declared;
  }

  /** The name of the type's function; `print` is called once, by `flush`. */
  name(verb: string, type: Type, print: (name: string) => void): string {
    const key = `${verb} ${identity(type)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const made = this.#scope.claim(verb + this.#spelled(type));
    this.#names.set(key, made);
    this.#pending.push(() => print(made));
    return made;
  }

  /** Prints what was asked for, and what that asks for in turn. */
  flush(): void {
    for (let print = this.#pending.shift(); print; print = this.#pending.shift()) print();
  }

  /** A type's name as a part of a function's name. */
  #spelled(type: Type | undefined): string {
    if (type === undefined) return "Nothing";
    const it = resolve(type);
    switch (it.kind) {
      case "list":
        return `${this.#spelled(it.element)}List`;
      case "option":
        return `Optional${this.#spelled(it.value)}`;
      case "result":
        return `ResultOf${this.#spelled(it.ok)}Or${this.#spelled(it.error)}`;
      case "tuple":
        return `TupleOf${it.items.map((i) => this.#spelled(i)).join("")}`;
      case "own":
        return this.#declared(it.resource);
      case "borrow":
        return `Borrowed${this.#declared(it.resource)}`;
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.#declared(it);
      default:
        return upperCamel(it.kind);
    }
  }
}
