/** Every name of the generated TypeScript, settled before anything is printed. */
import { ECMASCRIPT_WORDS } from "../ecmascript.js";
import {
  type DeclaredType,
  isNumber,
  type NumberKind,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { MAX_FLAT_PARAMETERS } from "../layout.js";
import {
  declaredKey,
  declaredNames,
  lowerCamel,
  type Reserved,
  Scope,
  upperCamel,
} from "../names.js";

/** Words that no variable, function or type of the generated file may be called. */
export const RESERVED: Reserved = new Set([
  ...ECMASCRIPT_WORDS,
  "arguments",
  "eval",
  "undefined",
  // types that cannot be declared anew
  ..."any bigint boolean never number object string symbol unknown".split(" "),
  // globals that the generated file uses
  ..."Array BigInt BigInt64Array BigUint64Array Error Float32Array Float64Array Int16Array".split(
    " ",
  ),
  ..."Int32Array Int8Array Number Object String TypeError Uint16Array Uint32Array Uint8Array WebAssembly".split(
    " ",
  ),
  // what the generated file itself declares or imports
  ..."abi instantiate ComponentError TrapError TooLargeError".split(" "),
  // parameters of its functions
  ..."g p v".split(" "),
]);

/** Members that would change what an object is to the language. */
const MEMBERS: Reserved = new Set([
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "then",
  "toLocaleString",
  "toString",
  "valueOf",
]);

const ARRAYS: Readonly<Record<NumberKind, string>> = {
  u8: "Uint8Array",
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

export function arrayOf(kind: NumberKind): string {
  return ARRAYS[kind];
}

export class TypeNames {
  readonly scope = new Scope(RESERVED);
  /** The interface of all that the component offers. */
  readonly world: string;
  readonly #types: ReadonlyMap<string, string>;
  readonly #interfaces = new Map<string, string>();

  constructor(world: World) {
    this.#types = declaredNames(world, this.scope);
    for (const i of world.exports) this.#interfaces.set(i.id, this.scope.claim(upperCamel(i.name)));
    this.world = this.scope.claim(upperCamel(world.name));
  }

  declared(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} is not declared in the world`);
    return name;
  }

  interface(id: string): string {
    return this.#interfaces.get(id) ?? "";
  }

  /** The type as it is written where it is used. */
  of(type: Type | undefined): string {
    if (type === undefined) return "undefined";
    switch (type.kind) {
      case "alias":
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.declared(type);
      case "list": {
        const element = resolve(type.element).kind;
        if (isNumber(element)) return ARRAYS[element];
        const name = this.of(type.element);
        return `readonly ${/[ |]/.test(name) ? `(${name})` : name}[]`;
      }
      case "option":
        return isOption(type.value)
          ? `abi.Option<${this.of(type.value)}>`
          : `${this.of(type.value)} | undefined`;
      case "result":
        return `abi.Result<${this.of(type.ok)}, ${this.of(type.error)}>`;
      case "tuple":
        return `readonly [${type.items.map((t) => this.of(t)).join(", ")}]`;
      case "bool":
        return "boolean";
      case "u64":
      case "s64":
        return "bigint";
      case "char":
      case "string":
        return "string";
      default:
        return "number";
    }
  }
}

/** An option in an option cannot be `undefined` for absent twice, so it has a tag. */
export function isOption(type: Type): boolean {
  return resolve(type).kind === "option";
}

/** Names of fields or methods, unique among each other. */
export function members(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(MEMBERS);
  return items.map((i) => scope.claim(lowerCamel(i.name)));
}

/** Variables of a method's body: the core values f0, f1 … and what comes back. */
const LOCALS = [
  ...["f", "r", "result", "value", "error"],
  ...Array.from({ length: MAX_FLAT_PARAMETERS }, (_, i) => `f${i}`),
];

/** Names of parameters, apart from the words and variables of the function's body. */
export function parameters(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(RESERVED, LOCALS);
  return items.map((i) => scope.claim(lowerCamel(i.name)));
}
