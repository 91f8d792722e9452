/**
 * The names that wasm2c gives to what the core module imports and exports, and
 * the ones that can be read, by which the source calls them.
 */
import { Scope } from "../names.js";
import type { Names } from "./names.js";

export class CoreNames {
  /** The name to be given to wasm2c, and that of its files. */
  readonly file: string;
  /** The type of an instance. */
  readonly type: string;
  readonly #module: string;
  readonly #scope = new Scope(new Set(), [
    "core_new",
    "core_start",
    "core_realloc",
    "core_instantiate",
  ]);
  readonly #aliases = new Map<string, string>();

  constructor(names: Names) {
    this.file = `${names.prefix}_core`;
    this.#module = mangledModule(this.file);
    this.type = `w2c_${this.#module}`;
  }

  /** What makes an instance. */
  get instantiate(): string {
    return `wasm2c_${this.#module}_instantiate`;
  }

  get free(): string {
    return `wasm2c_${this.#module}_free`;
  }

  /** What the source calls an export; `core_` and `plain` if that is free. */
  export(name: string, plain: string): string {
    return this.#alias(this.exported(name), `core_${plain}`);
  }

  /** An export by wasm2c's own name. */
  exported(name: string): string {
    return `${this.type}_${mangled(name)}`;
  }

  /** What the source calls an import. */
  import(module: string, name: string, plain: string): string {
    return this.#alias(`${this.#host(module)}_${mangled(name)}`, `core_import_${plain}`);
  }

  /** What stands for a module that the core module imports from. */
  host(module: string): string {
    const plain = module.replaceAll(/[^0-9A-Za-z]+/g, "_").replaceAll(/^_|_$/g, "");
    return this.#alias(this.#host(module), `core_host_${plain.toLowerCase()}`);
  }

  /** Each readable name with wasm2c's, in the order of first use. */
  get aliases(): ReadonlyMap<string, string> {
    return new Map([...this.#aliases].map(([symbol, alias]) => [alias, symbol]));
  }

  #host(module: string): string {
    return `w2c_${mangledModule(module)}`;
  }

  #alias(symbol: string, wanted: string): string {
    const alias = this.#aliases.get(symbol) ?? this.#scope.claim(wanted);
    this.#aliases.set(symbol, alias);
    return alias;
  }
}

/**
 * Letters and digits stay, others become `0x2D`. So that no two names become
 * one, what would look like such an escape is broken by escaping its digit, and
 * of two underscores in a row, or one in front, the latter.
 */
function mangled(name: string): string {
  let text = "";
  for (let i = 0; i < name.length; i++) {
    const char = name.charAt(i);
    const plain = char === "_" ? i > 0 && name[i - 1] !== "_" : /[0-9A-Za-z]/.test(char);
    const looksEscaped = name.slice(Math.max(0, i - 2), i) === "0x" && /[0-9A-F]/.test(char);
    text += plain && !looksEscaped ? char : escaped(char);
  }
  return text;
}

/** An underscore in a module's name is doubled: one alone ends the name. */
function mangledModule(name: string): string {
  return name.split("_").map(mangled).join("__");
}

function escaped(char: string): string {
  return `0x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
