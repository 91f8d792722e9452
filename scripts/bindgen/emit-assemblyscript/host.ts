/**
 * `host.ts` of a guest: the core functions that the host provides. Their
 * canonical names cannot be written in the language; `imports.json` has them.
 */
import type { CoreType, Signature } from "../layout.js";
import { Scope, upperCamel } from "../names.js";
import { Printer } from "../printer.js";
import { RESERVED } from "./names.js";

/** Of each function that `host.ts` declares the module and its name there, with a space between. */
export type ImportNames = Readonly<Record<string, string>>;

export const CORE_TYPES: Readonly<Record<CoreType, string>> = {
  i32: "u32",
  i64: "u64",
  f32: "f32",
  f64: "f64",
};

type CoreSignature = Pick<Signature, "parameters" | "result">;

export class HostFunctions {
  readonly names: Record<string, string> = {};
  readonly #scope = new Scope(RESERVED);
  readonly #out = new Printer();
  readonly #known = new Map<string, string>();

  /** The name in `host.ts` of a function that is declared there once. */
  name(wanted: string, module: string, name: string, signature: CoreSignature): string {
    const key = `${module} ${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#scope.claim(wanted);
    this.#known.set(key, made);
    this.names[made] = key;
    // numbers of 32 bits and addresses are taken alike
    const type = (core: CoreType) => (core === "i32" ? "usize" : CORE_TYPES[core]);
    const parameters = signature.parameters.map((core, i) => `p${i}: ${type(core)}`);
    const result = signature.result ? CORE_TYPES[signature.result] : "void";
    this.#out.line();
    this.#out.line(`// ${key}`);
    this.#out.list(`export declare function ${made}(`, parameters, `): ${result};`);
    return made;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  text(header: string): string {
    return `${header}\n// The core functions that the host provides.\n${this.#out}`;
  }
}

/** `store`, `[method]item.name` -> `storeItemName`. */
export function hostName(file: string, label: string): string {
  const words = `${file}-${label.replaceAll(/[^0-9A-Za-z]+/g, "-")}`;
  const name = upperCamel(words.replaceAll(/-(method|static)-/g, "-").replace(/-$/, ""));
  return name.charAt(0).toLowerCase() + name.slice(1);
}
