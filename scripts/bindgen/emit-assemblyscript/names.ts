/** Every name of the generated AssemblyScript, settled before anything is printed. */
import { ECMASCRIPT_WORDS } from "../ecmascript.js";
import {
  closure,
  type DeclaredType,
  type Func,
  type Interface,
  identity,
  isNumber,
  type Resource,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import {
  declaredKey,
  declaredNames,
  interfaceNames,
  lowerCamel,
  type Reserved,
  Scope,
  upperCamel,
} from "../names.js";

/** Words of the language, its built-in types and functions, and what the generated files define. */
export const RESERVED: Reserved = new Set([
  ...ECMASCRIPT_WORDS,
  // further statements and operators
  ..."as abstract declare from get is keyof module namespace of readonly set type async".split(" "),
  ..."constructor operator override arguments eval".split(" "),
  // types
  ..."i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool f32 f64 v128 boolean number string symbol".split(
    " ",
  ),
  ..."externref funcref anyref Object String Array StaticArray Map Set Error Date Math Symbol Function".split(
    " ",
  ),
  ..."ArrayBuffer ArrayBufferView DataView Int8Array Int16Array Int32Array Int64Array Uint8Array".split(
    " ",
  ),
  ..."Uint8ClampedArray Uint16Array Uint32Array Uint64Array Float32Array Float64Array".split(" "),
  ..."Boolean Number JSON RegExp Promise Reflect Atomics".split(" "),
  // built-in functions that the generated files call
  ..."load store unreachable changetype memory heap sizeof offsetof idof assert abort trace".split(
    " ",
  ),
  ..."isDefined reinterpret".split(" "),
  // what types.ts defines beside the WIT's types
  ..."Some Result Ok Err Nothing NOTHING abi".split(" "),
]);

/** What the generated files call each other, and what each calls its own. */
export const FILE_NAMES: readonly string[] = [
  ..."t abi values host handles".split(" "),
  ..."RETURN_AREA PARAMETERS FLAT postReturn cabi_realloc".split(" "),
];

/** The generated files that every world has, or may have. */
const FILES: Reserved = new Set("types exports values abi host handles".split(" "));

/** What glue calls the core values, the parameters and the result. */
export const LOCALS: readonly string[] = [
  ...Array.from({ length: 17 }, (_, i) => `p${i}`),
  ...Array.from({ length: 100 }, (_, i) => `a${i}`),
  "p",
  "v",
  "self",
  "result",
];

/** What an imported resource's class has by itself. */
const OF_HANDLES: readonly string[] = ["handle", "isLent", "drop"];

/** The static function that stands for a constructor which can fail. */
const FALLIBLE_CONSTRUCTOR = "create";

const NUMBER_TYPES: Readonly<Record<string, string>> = {
  s8: "i8",
  s16: "i16",
  s32: "i32",
  s64: "i64",
  char: "i32",
};

const TYPED_ARRAYS: Readonly<Record<string, string>> = {
  u8: "Uint8Array",
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "Uint64Array",
  s64: "Int64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

export class TypeNames {
  readonly #scope: Scope;
  readonly #types: ReadonlyMap<string, string>;
  readonly #cases = new Map<string, readonly string[]>();

  constructor(world: World) {
    const tuples = usedTypes(world).filter((t) => t.kind === "tuple");
    this.#scope = new Scope(
      RESERVED,
      tuples.map((t) => `Tuple${t.items.length}`),
    );
    this.#types = declaredNames(world, this.#scope);
    // After all types, so that a case's class gives way to a type, never the other way round.
    for (const t of world.interfaces.flatMap((i) => i.types)) {
      if (t.kind !== "variant") continue;
      const base = this.declared(t);
      const tag = this.#scope.claim(`${base}Tag`);
      const classes = t.cases.map((c) => this.#scope.claim(base + upperCamel(c.name)));
      this.#cases.set(identity(t), [tag, ...classes]);
    }
  }

  /** Name of the class, enum or alias. */
  declared(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} is not declared in the world`);
    return name;
  }

  tagEnum(variant: Type): string {
    return this.#cases.get(identity(variant))?.[0] ?? "";
  }

  caseClass(variant: Type, index: number): string {
    return this.#cases.get(identity(variant))?.[index + 1] ?? "";
  }

  /** The type as it is written where it is used; `prefix` (`t.`) stands before what types.ts defines. */
  of(type: Type | undefined, prefix = ""): string {
    if (type === undefined) return `${prefix}Nothing`;
    switch (type.kind) {
      case "alias":
      case "record":
      case "variant":
      case "enum":
      case "flags":
      case "resource":
        return prefix + this.declared(type);
      case "own":
      case "borrow":
        return prefix + this.declared(type.resource);
      case "list":
        return typedArray(type) ?? `Array<${this.of(type.element, prefix)}>`;
      case "option": {
        const value = this.of(type.value, prefix);
        return isReference(type.value) ? `${value} | null` : `${prefix}Some<${value}> | null`;
      }
      case "result":
        return `${prefix}Result<${this.of(type.ok, prefix)}, ${this.of(type.error, prefix)}>`;
      case "tuple": {
        const items = type.items.map((t) => this.of(t, prefix));
        return `${prefix}Tuple${items.length}<${items.join(", ")}>`;
      }
      default:
        return NUMBER_TYPES[type.kind] ?? type.kind;
    }
  }
}

/** Every type that a declaration or a function of the world mentions. */
export function usedTypes(world: World): readonly Type[] {
  return closure(
    world.interfaces
      .flatMap((i) => [
        ...i.types,
        ...i.functions.flatMap((f) => [...f.parameters.map((p) => p.type), f.result]),
      ])
      .filter((t) => t !== undefined),
  );
}

/** The typed array that a list of numbers is. */
export function typedArray(type: Type): string | undefined {
  const it = resolve(type);
  if (it.kind !== "list") return undefined;
  const element = resolve(it.element).kind;
  return isNumber(element) ? TYPED_ARRAYS[element] : undefined;
}

/** Whether `T | null` can say that it is absent; an option is one already, so it cannot. */
export function isReference(type: Type): boolean {
  const { kind } = resolve(type);
  return ["string", "list", "record", "variant", "tuple", "result", "own", "borrow"].includes(kind);
}

/** Names of fields, parameters or functions, unique among each other. */
export function members(
  items: readonly { readonly name: string }[],
  taken: Iterable<string> = [],
): string[] {
  const scope = new Scope(RESERVED, taken);
  return items.map((i) => scope.claim(lowerCamel(i.name)));
}

/** Names of an enum's or variant's cases, unique among each other. */
export function cases(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(new Set());
  return items.map((i) => scope.claim(upperCamel(i.name)));
}

/** The file in which an interface of the world is implemented or imported, without `.ts`. */
export type Files = ReadonlyMap<Interface, string>;

/** Those that the guest's author writes, beside the generated folder. */
export function implementationFiles(world: World): Files {
  return interfaceNames(world.exports, (name) => name);
}

/** Those that are generated, one for each interface that the host implements. */
export function importFiles(world: World): Files {
  const scope = new Scope(FILES);
  const names = interfaceNames(world.imports, (name) => name);
  return new Map([...names].map(([owner, name]) => [owner, scope.claim(name)]));
}

/** What one file of an interface defines: its functions and the classes of its resources. */
export interface FileNames {
  readonly functions: ReadonlyMap<Func, string>;
  readonly classes: ReadonlyMap<Resource, string>;
}

export function fileNames(owner: Interface): FileNames {
  const scope = new Scope(RESERVED, owner.side === "import" ? FILE_NAMES : []);
  const functions = new Map<Func, string>();
  const classes = new Map<Resource, string>();
  for (const type of owner.types) {
    if (type.kind === "resource") classes.set(type, scope.claim(upperCamel(type.name)));
  }
  const inClass = new Map<Resource, Scope>();
  for (const func of owner.functions) {
    const { of } = func;
    if (of === undefined) {
      functions.set(func, scope.claim(lowerCamel(func.name)));
      continue;
    }
    const taken = owner.side === "import" ? OF_HANDLES : ["dispose"];
    const members = inClass.get(of.resource) ?? new Scope(RESERVED, taken);
    inClass.set(of.resource, members);
    const isPlain = of.kind === "constructor" && !isFallibleConstructor(func);
    const wanted = of.kind === "constructor" ? FALLIBLE_CONSTRUCTOR : lowerCamel(func.name);
    functions.set(func, isPlain ? "constructor" : members.claim(wanted));
  }
  return { functions, classes };
}

/** Whether it is a constructor that gives a result, as no constructor of the language can. */
export function isFallibleConstructor(func: Func): boolean {
  const fails = func.result !== undefined && resolve(func.result).kind === "result";
  return func.of?.kind === "constructor" && fails;
}
