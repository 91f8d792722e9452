/** Every name of the generated TypeScript, settled before anything is printed. */
import { ECMASCRIPT_WORDS } from "../ecmascript.js";
import {
  type DeclaredType,
  type Func,
  freeFunctions,
  type Interface,
  isNumber,
  memberFunctions,
  type NumberKind,
  type Resource,
  resolve,
  resources,
  type Type,
  type World,
} from "../ir.js";
import { MAX_FLAT_PARAMETERS } from "../layout.js";
import {
  declaredKey,
  declaredNames,
  interfaceNames,
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
  ..."Int32Array Int8Array Number Object String Symbol TypeError Uint16Array Uint32Array".split(
    " ",
  ),
  "Uint8Array",
  // what the generated file itself declares or imports
  ..."abi handles host latin1 utf8 instantiate".split(" "),
  ..."ComponentError ReentryError TrapError TooLargeError".split(" "),
  // parameters of its functions
  ..."g p v e imported imports".split(" "),
]);

/** Files beside the world's own. */
const FILES: Reserved = new Set(["abi", "handles", "host", "json", "latin1", "session", "utf8"]);

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

/** In an interface `new(…)` is what makes objects. */
const METHODS: Reserved = new Set([...MEMBERS, "new"]);

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
  /** The interface of all that the application implements. */
  readonly imports: string;
  /** The world's file, without its ending. */
  readonly file: string;
  readonly #types: ReadonlyMap<string, string>;
  readonly #interfaces = new Map<Interface, string>();
  readonly #classes = new Map<Resource, string>();
  readonly #handles = new Map<Resource, string>();

  constructor(world: World) {
    this.file = new Scope(FILES).claim(world.name);
    this.#types = declaredNames(world, this.scope);
    const exported = interfaceNames(world.exports);
    for (const [each, name] of exported) this.#interfaces.set(each, this.scope.claim(name));
    const taken = new Set(exported.values());
    for (const [each, name] of interfaceNames(world.imports)) {
      const plain = taken.has(name) ? `Imported${name}` : name;
      this.#interfaces.set(each, this.scope.claim(plain));
    }
    this.world = this.scope.claim(upperCamel(world.name));
    this.imports = this.scope.claim(`${upperCamel(world.name)}Imports`);
    for (const resource of world.interfaces.flatMap(resources)) {
      const name = this.declared(resource);
      this.#classes.set(resource, this.scope.claim(`${name}Class`));
      this.#handles.set(resource, this.scope.claim(`${lowerCamelFirst(name)}Handles`));
    }
  }

  declared(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} is not declared in the world`);
    return name;
  }

  interface(of: Interface): string {
    return this.#interfaces.get(of) ?? "";
  }

  /** The interface of a resource's constructor and static functions. */
  class(resource: Resource): string {
    return this.#classes.get(resource) ?? "";
  }

  /** The constant by which handles of this resource are told from others. */
  handles(resource: Resource): string {
    return this.#handles.get(resource) ?? "";
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
      case "resource":
        return this.declared(type);
      case "own":
      case "borrow":
        return this.declared(type.resource);
      case "list": {
        const element = resolve(type.element).kind;
        if (isNumber(element)) return ARRAYS[element];
        const name = this.of(type.element);
        return `readonly ${this.#isLoose(type.element) ? `(${name})` : name}[]`;
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

  /** Whether a type must stand in brackets before `[]`. */
  #isLoose(type: Type): boolean {
    if (type.kind === "option") return !isOption(type.value);
    return type.kind === "tuple" || this.of(type).startsWith("readonly ");
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

/** A resource's functions by what they become in its class. */
export interface ClassMembers {
  /** It has no name of its own. */
  readonly make: Func | undefined;
  readonly methods: readonly Named[];
  readonly statics: readonly Named[];
}

export interface Named {
  readonly func: Func;
  readonly label: string;
}

export function classMembers(owner: Interface, resource: Resource): ClassMembers {
  const all = memberFunctions(owner, resource);
  const named = (kind: string, reserved: Reserved): Named[] => {
    const scope = new Scope(reserved);
    return all
      .filter((func) => func.of?.kind === kind)
      .map((func) => ({ func, label: scope.claim(lowerCamel(func.name)) }));
  };
  return {
    make: all.find((func) => func.of?.kind === "constructor"),
    methods: named("method", new Set([...METHODS, "close"])),
    statics: named("static", STATICS),
  };
}

/** Whether a resource has a class that is passed as a value. */
export function hasClass({ make, statics }: ClassMembers): boolean {
  return make !== undefined || statics.length > 0;
}

/** Members that every class has. */
const STATICS: Reserved = new Set([
  ..."arguments caller held length name new prototype".split(" "),
]);

/** What an interface's object has: a class a resource, a method a function. */
export interface InterfaceMembers {
  readonly classes: readonly (ClassMembers & {
    readonly resource: Resource;
    readonly label: string;
  })[];
  readonly functions: readonly Named[];
}

export function interfaceMembers(owner: Interface): InterfaceMembers {
  return membersIn(owner, new Scope(METHODS));
}

function membersIn(owner: Interface, scope: Scope): InterfaceMembers {
  const classes = resources(owner)
    .map((resource) => ({ resource, ...classMembers(owner, resource) }))
    .filter(hasClass)
    .map((each) => ({ ...each, label: scope.claim(upperCamel(each.resource.name)) }));
  const functions = freeFunctions(owner).map((func) => ({
    func,
    label: scope.claim(lowerCamel(func.name)),
  }));
  return { classes, functions };
}

/** What the world's own object has on one side: an object an interface, and what is its own. */
export interface WorldMembers {
  readonly interfaces: readonly { readonly of: Interface; readonly label: string }[];
  readonly own: (InterfaceMembers & { readonly of: Interface }) | undefined;
}

/** Of resources without a class there is none: methods alone are called on objects. */
export function hasMembers(of: Interface): boolean {
  const { classes, functions } = interfaceMembers(of);
  return classes.length > 0 || functions.length > 0;
}

export function worldMembers(interfaces: readonly Interface[]): WorldMembers {
  const scope = new Scope(METHODS);
  const own = interfaces.find((i) => i.ofWorld);
  const others = interfaces.filter((i) => !i.ofWorld && hasMembers(i));
  const names = interfaceNames(others, lowerCamel);
  const labelled = others.map((of) => ({ of, label: scope.claim(names.get(of) ?? "") }));
  return {
    interfaces: labelled,
    own: own && hasMembers(own) ? { of: own, ...membersIn(own, scope) } : undefined,
  };
}

/** A name as the key of an object. */
export function property(name: string): string {
  return /^[\w$]+$/.test(name) ? name : `"${name}"`;
}

/** Variables of a method's body: the core values f0, f1 … and what comes back. */
const LOCALS = [
  ...["f", "r", "result", "value", "error"],
  ...Array.from({ length: MAX_FLAT_PARAMETERS }, (_, i) => `f${i}`),
];

/** Names of parameters, apart from the words and variables of the function's body. */
export function parameters(func: Func): string[] {
  const scope = new Scope(RESERVED, LOCALS);
  return func.parameters.map((p, i) =>
    func.of?.kind === "method" && i === 0 ? "this" : scope.claim(lowerCamel(p.name)),
  );
}

function lowerCamelFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
