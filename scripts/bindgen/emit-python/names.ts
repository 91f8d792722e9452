/** Every name of the generated Python, settled before anything is printed. */
import {
  type DeclaredType,
  type Func,
  freeFunctions,
  type Interface,
  isNumber,
  memberFunctions,
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
  type Reserved,
  Scope,
  upperCamel,
} from "../names.js";

/** Words that no class of the generated module may be called. */
const MODULE_WORDS: Reserved = new Set([
  ..."False None True".split(" "),
  // what the module imports
  ..."Any Callable Component ComponentError Engine Enum Err Flag Ok Protocol".split(" "),
  ..."RefusedError Sequence Some TrapError TypeAlias WrongTypeError WrongValueError".split(" "),
  ..."BusyError TooLargeError".split(" "),
]);

const KEYWORDS = [
  ..."and as assert async await break class continue def del elif else except finally".split(" "),
  ..."for from global if import in is lambda nonlocal not or pass raise return try".split(" "),
  ..."while with yield".split(" "),
];

/** Words that no function, field or parameter may be called. */
const MEMBER_WORDS: Reserved = new Set([
  ...KEYWORDS,
  // types in annotations, which a member of the class would hide
  ..."bool bytes dataclass float int list property str tuple".split(" "),
  // what an object of the component, a world and their glue have themselves
  ..."abi close self".split(" "),
]);

/** The variable of a method's body. */
const LOCALS = ["returned"];

export function snake(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

function upperSnake(name: string): string {
  return snake(name).toUpperCase();
}

/** `HealthError` -> `HEALTH_ERROR`, for the module's own constants. */
function constantCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** Names of fields or parameters, unique among each other. */
export function members(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(MEMBER_WORDS, LOCALS);
  return items.map((i) => scope.claim(snake(i.name)));
}

/** Names of an enum's or flags' members. */
export function constants(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(new Set());
  return items.map((i) => scope.claim(upperSnake(i.name)));
}

/** What the class of an interface or of the world has: a name for each, and one for the glue. */
export interface Members {
  readonly names: ReadonlyMap<Func | Interface, string>;
  /** Attributes that hold the bound functions. */
  readonly bound: ReadonlyMap<Func, string>;
}

export class Names {
  /** The class of an instance. */
  readonly world: string;
  /** The class of all that the host implements. */
  readonly imports: string;
  readonly #module = new Scope(MODULE_WORDS);
  readonly #constants = new Scope(new Set());
  readonly #types: ReadonlyMap<string, string>;
  readonly #cases = new Map<Variant, readonly string[]>();
  readonly #interfaces = new Map<Interface, string>();
  readonly #codecs = new Map<string, string>();
  readonly #signatures = new Map<Func, string>();
  readonly #members = new Map<Interface | Resource | World, Members>();
  #ofImports: Members = { names: new Map(), bound: new Map() };

  constructor(world: World) {
    this.#types = declaredNames(world, this.#module);
    for (const type of world.interfaces.flatMap((i) => i.types)) {
      if (type.kind === "alias") continue;
      const name = this.declared(type);
      this.#codecs.set(declaredKey(type), this.#constants.claim(`_${constantCase(name)}`));
      if (type.kind !== "variant") continue;
      this.#cases.set(
        type,
        type.cases.map((c) => this.#module.claim(name + upperCamel(c.name))),
      );
    }
    this.world = this.#module.claim(upperCamel(world.name));
    this.imports = this.#module.claim(`${this.world}Imports`);
    this.#nameInterfaces(world);
    this.#nameMembers(world);
  }

  #nameInterfaces(world: World): void {
    const all = [world.exports, world.imports].map((side) => side.filter((i) => !i.ofWorld));
    const exported = new Set(world.exports.map((i) => i.id));
    const types = new Set(this.#types.values());
    for (const [each, name] of all.flatMap((side) => [...interfaceNames(side)])) {
      const both = each.side === "import" && exported.has(each.id);
      const plain = both ? `Imported${name}` : name;
      const wanted = types.has(plain) ? `${plain}Interface` : plain;
      this.#interfaces.set(each, this.#module.claim(wanted));
    }
  }

  #nameMembers(world: World): void {
    for (const side of [world.imports, world.exports]) {
      const own = side.find((i) => i.ofWorld);
      const interfaces = side.filter((i) => i !== own);
      const attributes = interfaceNames(interfaces, snake);
      const named: [Func | Interface, string][] = interfaces.map((i) => [
        i,
        attributes.get(i) ?? "",
      ]);
      const ofWorld = this.#settle([...named, ...(own ? functionsOf(own) : [])], own?.functions);
      for (const each of side) {
        const named = each.ofWorld ? ofWorld : this.#settle(functionsOf(each), each.functions);
        this.#members.set(each, named);
        const prefix = this.#interfaces.get(each) ?? this.world;
        for (const func of each.functions) {
          const name = `_${constantCase(prefix)}_${upperSnake(fullName(func))}`;
          this.#signatures.set(func, this.#constants.claim(name));
        }
        for (const resource of resources(each)) {
          const methods = memberFunctions(each, resource).filter((f) => f.of?.kind === "method");
          const wanted = methods.map((f): [Func, string] => [f, snake(f.name)]);
          this.#members.set(resource, this.#settle(wanted, []));
        }
      }
      if (side === world.exports) this.#members.set(world, ofWorld);
      else this.#ofImports = ofWorld;
    }
  }

  #settle(wanted: [Func | Interface, string][], bound: readonly Func[] = []): Members {
    const scope = new Scope(MEMBER_WORDS);
    const names = new Map(wanted.map(([item, name]) => [item, scope.claim(name)]));
    const own = new Scope(new Set(["_instance"]));
    return {
      names,
      bound: new Map(bound.map((f) => [f, own.claim(`_${snake(fullName(f))}`)])),
    };
  }

  /** Names of what stands in the class of an interface, of a resource, or of the world. */
  members(of: Interface | Resource | World): Members {
    const found = this.#members.get(of);
    if (found === undefined) throw new Error(`${of.name} has no members`);
    return found;
  }

  /** The names of what the host gives: interfaces, and functions of the world itself. */
  get ofImports(): Members {
    return this.#ofImports;
  }

  declared(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} is not declared in the world`);
    return name;
  }

  cases(type: Variant): readonly string[] {
    return this.#cases.get(type) ?? [];
  }

  interface(each: Interface): string {
    return this.#interfaces.get(each) ?? this.world;
  }

  /** The constant that says how the values of a declared type cross. */
  codec(type: DeclaredType): string {
    return this.#codecs.get(declaredKey(type)) ?? "";
  }

  /** The constant with a function's parameters and result. */
  signature(func: Func): string {
    return this.#signatures.get(func) ?? "";
  }

  /** Every public name of the module. */
  get all(): readonly string[] {
    const cases = [...this.#cases.values()].flat();
    return [...this.#types.values(), ...cases, ...this.#interfaces.values(), this.world];
  }

  /** The type as it is written where a value is given, or where one is got. */
  of(type: Type | undefined, place: "given" | "got" = "given"): string {
    if (type === undefined) return "None";
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
        if (resolve(type.element).kind === "u8") return "bytes";
        const list = place === "given" ? "Sequence" : "list";
        return `${list}[${this.of(type.element, place)}]`;
      }
      case "option": {
        const value = this.of(type.value, place);
        return isOption(type.value) ? `Some[${value}] | None` : `${value} | None`;
      }
      case "result":
        return `Ok[${this.of(type.ok, place)}] | Err[${this.of(type.error, place)}]`;
      case "tuple":
        return `tuple[${type.items.map((t) => this.of(t, place)).join(", ")}]`;
      case "bool":
        return "bool";
      case "char":
      case "string":
        return "str";
      default:
        return isNumber(type.kind) && type.kind.startsWith("f") ? "float" : "int";
    }
  }
}

/** An option in an option cannot be None for absent twice: the outer one is wrapped. */
export function isOption(type: Type): boolean {
  return resolve(type).kind === "option";
}

/**
 * The functions that stand in the class of an interface: its own, and those of
 * its resources that need no object yet.
 */
export function functionsOf(owner: Interface): [Func, string][] {
  const own = freeFunctions(owner).map((f): [Func, string] => [f, snake(f.name)]);
  const others = resources(owner)
    .flatMap((r) => memberFunctions(owner, r))
    .filter((f) => f.of?.kind !== "method")
    .map((f): [Func, string] => [f, snake(fullName(f))]);
  return [...own, ...others];
}

/** A function's name with that of its resource: `file`, `file-open`, `file-read`. */
function fullName(func: Func): string {
  if (func.of === undefined) return func.name;
  const { kind, resource } = func.of;
  return kind === "constructor" ? resource.name : `${resource.name}-${func.name}`;
}

/** The name of the module, which may be no word of the language. */
export function moduleName(world: World): string {
  return new Scope(MEMBER_WORDS).claim(snake(world.name));
}
