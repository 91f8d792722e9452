/** Every name in the generated Rust, and the Rust type of each WIT type. */
import {
  type DeclaredType,
  type Func,
  type Interface,
  type Parameter,
  parts,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { declaredKey, declaredNames, interfaceNames, Scope, upperCamel } from "../names.js";
import { Binding, ident, snake } from "./binding.js";
import { KEYWORDS, TYPE_WORDS } from "./reserved.js";

/** How a parameter holds what it points at: lent to the callee, or its own. */
export type Mode = "lent" | "owned";

const SCALARS: Readonly<Record<string, string>> = {
  ...{ bool: "bool", char: "char", f32: "f32", f64: "f64" },
  ...{ u8: "u8", u16: "u16", u32: "u32", u64: "u64" },
  ...{ s8: "i8", s16: "i16", s32: "i32", s64: "i64" },
};

export class RustNames {
  readonly world: World;
  readonly binding: Binding;
  /** The struct that stands for an instance of the world. */
  readonly instance: string;
  /** The file's name without its ending. */
  readonly module: string;
  /** The same of the file of its JSON. */
  readonly jsonModule: string;
  /** The struct that gives access to an exported interface, and the method that gives that. */
  readonly views: ReadonlyMap<Interface, { readonly type: string; readonly method: string }>;
  /** The modules of the imported interfaces, by id. */
  readonly imports: ReadonlyMap<string, string>;
  readonly #types: ReadonlyMap<string, string>;
  readonly #methods = new Map<Func, string>();

  constructor(world: World) {
    this.world = world;
    this.binding = new Binding(world);
    const types = new Scope(TYPE_WORDS);
    this.#types = declaredNames(world, types);
    this.instance = types.claim(upperCamel(world.name));
    this.module = new Scope(MODULE_FILES).claim(snake(world.name));
    this.jsonModule = `${this.module}_json`.replaceAll("__", "_");
    const exported = world.exports.filter((i) => !i.ofWorld && i.functions.length > 0);
    const wanted = interfaceNames(exported);
    const methods = new Scope(OWN_METHODS);
    this.views = new Map(
      exported.map((i) => {
        const type = types.claim(wanted.get(i) ?? "");
        return [i, { type, method: methods.claim(unCamel(wanted.get(i) ?? "", "_")) }];
      }),
    );
    for (const each of world.exports) {
      const scope = each.ofWorld ? methods : new Scope(KEYWORDS);
      for (const func of each.functions) this.#methods.set(func, scope.claim(methodName(func)));
    }
    const modules = new Scope(new Set([...KEYWORDS, "world"]));
    const imported = this.binding.interfaces.flatMap((i) => i.imported ?? []);
    const spelled = interfaceNames(imported, snake);
    this.imports = new Map(imported.map((i) => [i.id, modules.claim(spelled.get(i) ?? "")]));
  }

  type(type: DeclaredType): string {
    const name = this.#types.get(declaredKey(type));
    if (name === undefined) throw new Error(`${type.name} of ${type.owner} has no name`);
    return name;
  }

  /** The method that calls an exported function. */
  method(func: Func): string {
    return this.#methods.get(func) ?? "";
  }

  /** The names of parameters beside those that are taken. */
  parameters(parameters: readonly Parameter[], taken: Iterable<string> = []): readonly string[] {
    const scope = new Scope(KEYWORDS, taken);
    return parameters.map((p) => scope.claim(snake(p.name)));
  }

  /** The Rust type; it is one that `bindgen!` spells alike. `at` is the module of the world. */
  spelled(type: Type, mode: Mode, at = ""): string {
    const optional = (t: Type | undefined) => (t === undefined ? "()" : this.spelled(t, mode, at));
    switch (type.kind) {
      case "string":
        return mode === "lent" ? "&str" : "String";
      case "list": {
        const element = this.spelled(type.element, "owned", at);
        return mode === "lent" ? `&[${element}]` : `Vec<${element}>`;
      }
      case "option":
        return `Option<${this.spelled(type.value, mode, at)}>`;
      case "result":
        return `Result<${optional(type.ok)}, ${optional(type.error)}>`;
      case "tuple": {
        const items = type.items.map((i) => this.spelled(i, mode, at));
        return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
      }
      case "own":
      case "borrow": {
        // that of an object of the component's stands for wasmtime's `ResourceAny`
        const name = at + this.type(type.resource);
        return type.resource.side === "export" ? name : `Resource<${name}>`;
      }
      case "resource":
        return this.spelled({ kind: "own", resource: type }, mode, at);
      case "record":
      case "variant":
      case "enum":
      case "flags":
      case "alias": {
        const name = at + this.type(type);
        return mode === "lent" && pointsElsewhere(type) ? `&${name}` : name;
      }
      default:
        return SCALARS[type.kind] ?? "";
    }
  }

  /** Where `bindgen!` declares the type, or the alias that stands for its resource. */
  declaredAt(type: DeclaredType): string {
    if (type.owner === this.world.id) return `bindings::${upperCamel(type.name)}`;
    const { path, resources } = this.binding.of(type.owner, type.side);
    const side = type.side === "export" ? ["exports"] : [];
    const name = resources.get(type.name)?.rust ?? upperCamel(type.name);
    return ["bindings", ...side, ...path, name].join("::");
  }
}

/** Files that lie beside that of the world, and words that no module can be named by. */
const MODULE_FILES: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  "component",
  "json",
  "lib",
  "main",
]);

/** The methods that each instance has. */
const OWN_METHODS: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ..."ask call drop_object host host_mut instantiate is_dead raw".split(" "),
]);

function methodName({ of, name }: Func): string {
  if (of === undefined) return snake(name);
  const resource = snake(of.resource.name);
  return of.kind === "constructor" ? `new_${resource}` : `${resource}_${snake(name)}`;
}

/** `EchoColor` -> `echo-color`. */
export function unCamel(name: string, separator: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, `${separator}$1`).toLowerCase();
}

/** The field of a record. */
export function fieldName(name: string): string {
  return ident(name.toLowerCase());
}

/** The case of a variant or enum. */
export function caseName(name: string): string {
  const camel = upperCamel(name);
  return camel === "Self" ? "Self_" : camel;
}

/** The constant of a flag. */
export function flagName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** Whether a value has parts elsewhere in memory, so that it is lent rather than passed. */
export function pointsElsewhere(type: Type): boolean {
  const it = resolve(type);
  return it.kind === "string" || it.kind === "list" || parts(it).some(pointsElsewhere);
}
