/** Every name of the generated Java, settled before anything is printed. */
import {
  type DeclaredType,
  type Func,
  type Interface,
  identity,
  isNumber,
  memberFunctions,
  type NumberKind,
  type Resource,
  resolve,
  resources,
  type Type,
  type Variant,
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

/** Words that nothing may be called; `record`, `var` and the like are words in their places only. */
export const KEYWORDS: Reserved = new Set([
  ..."abstract assert boolean break byte case catch char class const continue default do".split(
    " ",
  ),
  ..."double else enum extends final finally float for goto if implements import".split(" "),
  ..."instanceof int interface long native new package private protected public return".split(" "),
  ..."short static strictfp super switch synchronized this throw throws transient try".split(" "),
  ..."void volatile while true false null yield".split(" "),
]);

/** Methods that every object has: they cannot be declared anew, or mean something else. */
const OBJECT_METHODS = [
  ..."clone equals finalize getClass hashCode notify notifyAll toString wait".split(" "),
];

/** Classes of the library and of Endive that generated code uses, by their packages. */
export const LIBRARY: Readonly<Record<string, readonly string[]>> = {
  "java.lang": [
    ..."AssertionError AutoCloseable Boolean Byte Character Class Double Enum Exception".split(" "),
    ..."Float IllegalArgumentException IllegalStateException Integer Long Math Number Object".split(
      " ",
    ),
    ..."Override RuntimeException Short StackOverflowError String StringBuilder".split(" "),
    ..."SuppressWarnings System Thread Throwable".split(" "),
  ],
  "java.util": ["Arrays", "EnumSet", "List", "Objects", "Optional"],
  "run.endive.runtime": ["ExportFunction", "Instance"],
  "java.util.function": ["Supplier"],
  "com.google.gson": ["JsonElement", "JsonNull", "JsonPrimitive"],
};

/** The classes of this generator that stand beside the world's. */
const OWN = [
  ..."Checks ComponentException ComponentInstance ComponentObject HandleTable JsonCodec JsonNumbers".split(
    " ",
  ),
  ..."JsonSession Marshal Nothing NumberLists Result Structural TextEncoding".split(" "),
  ..."TrapException WorldJson WorldSession".split(" "),
];

/** Names that no file may have on Windows. */
const DEVICES = ["Aux", "Con", "Nul", "Prn"];

const TUPLE = /^Tuple\d+$/;

/** Classes are files, so names differ by more than case. */
class ClassScope extends Scope {
  readonly #files = new Set([...OWN, ...DEVICES].map((name) => name.toLowerCase()));

  override claim(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#isTaken(name); i++) name = i === 1 ? `${wanted}_` : `${wanted}_${i}`;
    this.#files.add(name.toLowerCase());
    return name;
  }

  #isTaken(name: string): boolean {
    const library = Object.values(LIBRARY).some((names) => names.includes(name));
    return library || TUPLE.test(name) || this.#files.has(name.toLowerCase());
  }
}

/** Names of no concern to anyone are cut where they would be long. */
export class InnerScope extends Scope {
  override claim(wanted: string): string {
    return super.claim(wanted.slice(0, LONG_NAME));
  }
}

const LONG_NAME = 40;

const ARRAYS: Readonly<Record<NumberKind, string>> = {
  ...{ u8: "byte[]", s8: "byte[]", u16: "short[]", s16: "short[]", u32: "int[]", s32: "int[]" },
  ...{ u64: "long[]", s64: "long[]", f32: "float[]", f64: "double[]" },
};

/** Each kind as it is alone, and as an element of a generic type. */
const SCALARS: Readonly<Record<string, readonly [alone: string, boxed: string]>> = {
  ...{ bool: ["boolean", "Boolean"], char: ["int", "Integer"], string: ["String", "String"] },
  ...{ u8: ["int", "Integer"], s8: ["byte", "Byte"], u16: ["int", "Integer"] },
  ...{ s16: ["short", "Short"], u32: ["long", "Long"], s32: ["int", "Integer"] },
  ...{ u64: ["long", "Long"], s64: ["long", "Long"], f32: ["float", "Float"] },
  ...{ f64: ["double", "Double"] },
};

/** How a function is called where it stands, and among all of its interface. */
export interface FunctionNames {
  /** The method of the interface, or of the resource's class. */
  readonly method: string;
  /** The method of the class that makes the calls. */
  readonly call: string;
  readonly parameters: readonly string[];
}

export class TypeNames {
  readonly package: string;
  /** The class of an instance. */
  readonly world: string;
  /** Names for the interfaces that the world exports: of fields and methods of its class. */
  accessors(exports: readonly Interface[]): string[] {
    const scope = new Scope(KEYWORDS, [...OBJECT_METHODS, "guest", "instantiate"]);
    return exports.map((each) => {
      const name = this.interface(each);
      return scope.claim(each.ofWorld ? "world" : name.charAt(0).toLowerCase() + name.slice(1));
    });
  }

  /** Names for what implements the imports. */
  importParameters(imports: readonly Interface[]): string[] {
    const scope = new Scope(KEYWORDS, ["builder", "guest"]);
    return imports.map((each) => {
      const name = this.interface(each);
      return scope.claim(name.charAt(0).toLowerCase() + name.slice(1));
    });
  }

  /** What the generated code uses of `OWN`, and the tuples, by their lengths. */
  readonly used = new Set<string>();
  readonly tuples = new Set<number>();
  readonly #scope = new ClassScope(new Set());
  readonly #types: ReadonlyMap<string, string>;
  readonly #interfaces = new Map<Interface, { name: string; glue: string }>();
  readonly #exceptions = new Map<string, string>();
  readonly #stubs = new Map<string, string>();
  readonly #functions = new Map<Func, FunctionNames>();

  constructor(world: World, packageName: string | undefined) {
    this.package = packageName ?? packageOf(world.id);
    this.world = this.#scope.claim(upperCamel(world.name));
    this.#types = declaredNames(world, this.#scope);
    const interfaces = [...world.exports, ...world.imports];
    const wanted = interfaceNames(world.interfaces.filter(isFirstOfItsId));
    const plain = new Map([...wanted].map(([each, name]) => [each.id, name]));
    for (const each of interfaces) {
      const twin = world.exports.some((i) => i !== each && i.id === each.id);
      const before = each.side === "import" && twin ? "Imported" : "";
      const after = each.side === "import" ? "Imports" : "";
      const name = this.#scope.claim(
        each.ofWorld ? `${this.world}${after}` : `${before}${plain.get(each.id)}`,
      );
      const glue = this.#scope.claim(`${name}${each.side === "export" ? "Calls" : "Link"}`);
      this.#interfaces.set(each, { name, glue });
    }
    for (const each of interfaces) this.#nameFunctions(each);
  }

  declared(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} is not declared in the world`);
    return name;
  }

  /** The interface that the component or the host implements. */
  interface(each: Interface): string {
    return this.#interfaces.get(each)?.name ?? "";
  }

  /** The class that makes its calls, or takes them. */
  glue(each: Interface): string {
    return this.#interfaces.get(each)?.glue ?? "";
  }

  function(func: Func): FunctionNames {
    const found = this.#functions.get(func);
    if (found === undefined) throw new Error(`${func.name} is not in the world`);
    return found;
  }

  /** The exception with an error of this type. */
  exception(type: Type | undefined): string {
    const key = type === undefined ? "" : identity(type);
    const known = this.#exceptions.get(key);
    if (known !== undefined) return known;
    this.use("ComponentException");
    const name =
      type === undefined ? "Unspecified" : this.#spelled(type).replace(/(.)Error$/, "$1");
    const made = this.#scope.claim(`${name}Exception`);
    this.#exceptions.set(key, made);
    return made;
  }

  /** What stands for an implementation in tests. */
  stub(name: string): string {
    const known = this.#stubs.get(name) ?? this.#scope.claim(`${name}Stub`);
    this.#stubs.set(name, known);
    return known;
  }

  /** A class of `OWN` or of tuples. */
  use(name: string): string {
    this.used.add(name);
    return name;
  }

  /** The type as it is written where it is used; `hidden` are names that mean something else there. */
  of(type: Type | undefined, hidden: Reserved = NONE): string {
    const it = type && resolve(type);
    if (it === undefined) return "void";
    const scalar = SCALARS[it.kind];
    if (scalar !== undefined) return this.qualified(scalar[0], hidden);
    switch (it.kind) {
      case "list": {
        const element = resolve(it.element).kind;
        if (isNumber(element)) return ARRAYS[element];
        return `${this.qualified("List", hidden)}<${this.boxed(it.element, hidden)}>`;
      }
      case "option":
        return `${this.qualified("Optional", hidden)}<${this.boxed(it.value, hidden)}>`;
      case "result": {
        for (const name of ["ComponentException", "Nothing", "Structural"]) this.use(name);
        const sides = `${this.boxed(it.ok, hidden)}, ${this.boxed(it.error, hidden)}`;
        return `${this.qualified(this.use("Result"), hidden)}<${sides}>`;
      }
      case "tuple": {
        this.tuples.add(it.items.length);
        this.use("Structural");
        const items = it.items.map((t) => this.boxed(t, hidden)).join(", ");
        return `${this.qualified(`Tuple${it.items.length}`, hidden)}<${items}>`;
      }
      case "flags":
        return `${this.qualified("EnumSet", hidden)}<${this.qualified(this.declared(it), hidden)}>`;
      case "own":
      case "borrow":
        return this.qualified(this.declared(it.resource), hidden);
      case "record":
      case "variant":
      case "enum":
      case "resource":
        return this.qualified(this.declared(it), hidden);
      default:
        throw new Error(`${it.kind} has no name`);
    }
  }

  /** The type as an argument of a generic one. */
  boxed(type: Type | undefined, hidden: Reserved = NONE): string {
    const it = type && resolve(type);
    if (it === undefined) return this.qualified(this.use("Nothing"), hidden);
    const scalar = SCALARS[it.kind];
    return scalar === undefined ? this.of(it, hidden) : this.qualified(scalar[1], hidden);
  }

  /** The name with its package where a nested class hides it. */
  qualified(name: string, hidden: Reserved): string {
    if (!hidden.has(name)) return name;
    const found = Object.entries(LIBRARY).find(([, names]) => names.includes(name));
    return `${found?.[0] ?? this.package}.${name}`;
  }

  /** The records that are a variant's cases. */
  cases(type: Variant): readonly string[] {
    const name = this.declared(type);
    return caseNames(name, type.cases).map((each) => `${name}.${each}`);
  }

  #nameFunctions(each: Interface): void {
    const methods = new Scope(KEYWORDS, OBJECT_METHODS);
    const name = (func: Func): string => {
      if (func.of === undefined) return lowerCamel(func.name);
      const resource = func.of.resource.name;
      const full = func.of.kind === "constructor" ? `new-${resource}` : `${resource}-${func.name}`;
      return lowerCamel(full);
    };
    const called = new Map(each.functions.map((f) => [f, methods.claim(name(f))]));
    const own = new Map<Func, string>();
    for (const resource of resources(each)) {
      const scope = new Scope(KEYWORDS, [...OBJECT_METHODS, "close"]);
      for (const func of methodsOf(each, resource))
        own.set(func, scope.claim(lowerCamel(func.name)));
    }
    for (const func of each.functions) {
      const call = called.get(func) ?? "";
      const parameters = new Scope(KEYWORDS);
      this.#functions.set(func, {
        call,
        method: own.get(func) ?? call,
        parameters: func.parameters.map((p) => parameters.claim(lowerCamel(p.name))),
      });
    }
  }

  /** A type's name as a part of an exception's. */
  #spelled(type: Type): string {
    const it = resolve(type);
    switch (it.kind) {
      case "list":
        return `${this.#spelled(it.element)}List`;
      case "option":
        return `Optional${this.#spelled(it.value)}`;
      case "result":
        return "Result";
      case "tuple":
        return `TupleOf${it.items.map((i) => this.#spelled(i)).join("")}`;
      case "own":
      case "borrow":
        return this.declared(it.resource);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.declared(it);
      default:
        return upperCamel(it.kind);
    }
  }
}

const NONE: Reserved = new Set();

function isFirstOfItsId(each: Interface, i: number, all: readonly Interface[]): boolean {
  return !each.ofWorld && all.findIndex((other) => other.id === each.id) === i;
}

export function methodsOf(each: Interface, resource: Resource): readonly Func[] {
  return memberFunctions(each, resource).filter((f) => f.of?.kind === "method");
}

/** Functions of the interface itself, constructors and statics: all but methods. */
export function interfaceFunctions(each: Interface): readonly Func[] {
  return each.functions.filter((f) => f.of?.kind !== "method");
}

/** Names of a record's components, unique among each other. */
export function components(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(KEYWORDS, OBJECT_METHODS);
  return items.map((i) => scope.claim(lowerCamel(i.name)));
}

/** Names of an enum's constants. */
export function constants(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(new Set());
  return items.map((i) => scope.claim(i.name.replaceAll("-", "_").toUpperCase()));
}

/** Names of the records that are a variant's cases, within the interface of this name. */
export function caseNames(variant: string, items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(new Set([variant, "Object", "Override", "Objects", "Structural"]));
  return items.map((i) => scope.claim(upperCamel(i.name)));
}

/** `hams:core/hams@0.1.0` -> `hams.core`. */
function packageOf(id: string): string {
  const [path = ""] = id.split("/");
  return path
    .split(":")
    .map((word) => word.replaceAll("-", "_").toLowerCase())
    .map((word) => (KEYWORDS.has(word) ? `${word}_` : word))
    .join(".");
}
