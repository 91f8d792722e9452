/**
 * What `bindgen!` is told of a world, and under which names its output has it.
 *
 * `bindgen!` spells Rust names from the WIT's without a look at keywords or at
 * each other. Where that does not compile, it is told of another name; what is
 * then linked by a wrong name, the generated code links by hand under the right
 * one. An exported interface that it cannot spell is not shown to it at all.
 */
import {
  type DeclaredType,
  type Func,
  freeFunctions,
  holdsHandle,
  type Interface,
  memberFunctions,
  parts,
  resources,
  type Side,
  type Type,
  type World,
} from "../ir.js";
import { upperCamel } from "../names.js";
import { KEYWORDS, LOCAL_WORDS, MODULE_WORDS, ROOT_WORDS } from "./reserved.js";

/** A function or resource as `bindgen!` knows it. */
export interface Told {
  /** In the WIT for `bindgen!`. */
  readonly wit: string;
  /** In its output. */
  readonly rust: string;
  /** That the WIT's own name is another, so that it must be linked by hand. */
  readonly renamed: boolean;
}

/** An interface of the WIT, which may be imported and exported. */
export interface BoundInterface {
  readonly id: string;
  /** What stands for it on each side; its types may differ. */
  readonly imported: Interface | undefined;
  readonly exported: Interface | undefined;
  /** Its name in the WIT for `bindgen!`; without a package for one declared in the world. */
  readonly wit: string;
  readonly package: string | undefined;
  /** The modules under the root of the output. */
  readonly path: readonly string[];
  readonly functions: ReadonlyMap<string, Told>;
  readonly resources: ReadonlyMap<string, Told>;
  readonly renamed: boolean;
}

/** The package that holds all types without handles. */
export const TYPES_PACKAGE = "generated:types";

export class Binding {
  /** Those that `bindgen!` is told of, as imported, as exported or as both. */
  readonly interfaces: readonly BoundInterface[];
  readonly #exportsBound: ReadonlySet<string>;

  constructor(world: World) {
    const shown = new Map<string, { imported?: Interface; exported?: Interface }>();
    for (const each of world.interfaces) {
      if (each.ofWorld) continue;
      if (each.functions.length === 0 && !each.types.some(holdsHandle)) continue;
      // a plain name may stand for another interface on each side
      const key = isFull(each.id) ? each.id : `${each.side} ${each.id}`;
      const side = each.side === "import" ? "imported" : "exported";
      shown.set(key, { ...shown.get(key), [side]: each });
    }
    const ids = world.interfaces.map((i) => i.id);
    const packages = new Set(ids.filter(isFull).map((id) => split(id).package ?? ""));
    const inline = new Set(ids.filter((id) => !isFull(id)));
    this.interfaces = [...shown.values()].map(({ imported, exported }) =>
      bound(imported, exported, packages, inline),
    );
    this.#exportsBound = this.#spellable();
  }

  /** Whether `bindgen!` makes the functions that call this exported interface. */
  exportIsBound(id: string): boolean {
    return this.#exportsBound.has(id);
  }

  of(id: string, side: Side): BoundInterface {
    const found = this.interfaces.find((i) => {
      return i.id === id && (side === "import" ? i.imported : i.exported) !== undefined;
    });
    if (found === undefined) throw new Error(`bindgen! is not told of ${id}`);
    return found;
  }

  /** Whether the type is one that `bindgen!` declares; else this target's own code does. */
  declares(type: DeclaredType, world: World): boolean {
    if (!holdsHandle(type)) return false;
    return type.side === "import" || type.owner === world.id || this.exportIsBound(type.owner);
  }

  /** Those exported interfaces that it can spell, and that use no type of one that it cannot. */
  #spellable(): ReadonlySet<string> {
    const candidates = this.interfaces.filter((i) => i.exported !== undefined);
    // it takes one of two that have the same plain name
    const imported = new Set(this.interfaces.flatMap((i) => i.imported?.id ?? []));
    const twins = (i: BoundInterface) => !isFull(i.id) && imported.has(i.id);
    const callable = candidates.filter((i) => canBeCalled(i) && !twins(i));
    const found = new Set(callable.map((i) => i.id));
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const { id, exported } of candidates) {
        if (exported === undefined || !found.has(id)) continue;
        const used = [...handleTypes(exported)];
        if (used.some((t) => t.side === "export" && !found.has(t.owner))) found.delete(id);
      }
    }
    return found;
  }
}

function bound(
  imported: Interface | undefined,
  exported: Interface | undefined,
  packages: ReadonlySet<string>,
  inline: ReadonlySet<string>,
): BoundInterface {
  const either = imported ?? exported;
  if (either === undefined) throw new Error("an interface is on no side");
  const { id } = either;
  const { space, name, version } = split(id);
  const spaceTold = space && fresh(space, "space", (s) => ROOT_WORDS.has(snake(s)));
  const packageName = split(id).packageName;
  const nameTold = packageName && fresh(packageName, "package", (s) => KEYWORDS.has(snake(s)));
  const spaces = new Set([...packages].map((p) => snake(p.replace(/:.*/, ""))));
  const told = fresh(name, "interface", (s) =>
    space === undefined
      ? ROOT_WORDS.has(snake(s)) || spaces.has(snake(s)) || (s !== name && inline.has(s))
      : KEYWORDS.has(ident(s)),
  );
  const versioned = version === undefined ? "" : `@${version}`;
  const package_ = space && `${spaceTold}:${nameTold}${versioned}`;
  const twins = [...packages].filter((p) => p.replace(/@.*/, "") === `${space}:${packageName}`);
  const mangled =
    twins.length > 1 && version !== undefined
      ? version.replaceAll(/[.+-]/g, "_").toLowerCase()
      : "";
  const path = space
    ? [snake(spaceTold ?? ""), snake(nameTold ?? "") + mangled, ident(told)]
    : [snake(told)];
  const resourcesTold = toldResources(either);
  const functions = toldFunctions(either);
  const renamed =
    told !== name ||
    spaceTold !== space ||
    nameTold !== packageName ||
    [...functions.values(), ...resourcesTold.values()].some((t) => t.renamed);
  return {
    ...{ id, imported, exported, wit: told, package: package_, path },
    ...{ functions, resources: resourcesTold, renamed },
  };
}

/** By the label that it has in binaries. */
function toldFunctions(owner: Interface): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  const name = (functions: readonly Func[], taken: Set<string>) => {
    for (const func of functions) {
      if (func.of?.kind === "constructor") {
        told.set(func.label, { wit: func.name, rust: "new", renamed: false });
        continue;
      }
      const wit = fresh(func.name, "function", (s) => {
        return KEYWORDS.has(ident(s)) || taken.has(ident(s));
      });
      taken.add(ident(wit));
      told.set(func.label, { wit, rust: ident(wit), renamed: wit !== func.name });
    }
  };
  name(freeFunctions(owner), new Set());
  for (const resource of resources(owner)) {
    name(memberFunctions(owner, resource), new Set(["new", "drop"]));
  }
  return told;
}

/** The functions of the world itself, as `bindgen!` is told of them. */
export const toldOfWorld = toldFunctions;

/** By their names. */
export function toldResources(owner: Interface): ReadonlyMap<string, Told> {
  const taken = new Set<string>(MODULE_WORDS);
  const told = new Map<string, Told>();
  for (const { name } of resources(owner)) {
    const forms = (s: string) => {
      const camel = upperCamel(s);
      return [camel, `Host${camel}`, `Host${camel}WithStore`, `Guest${camel}`];
    };
    const wit = fresh(name, "resource", (s) => forms(s).some((form) => taken.has(form)));
    for (const form of forms(wit)) taken.add(form);
    told.set(name, { wit, rust: upperCamel(wit), renamed: wit !== name });
  }
  return told;
}

/** Whether the code that `bindgen!` makes to call the interface compiles. */
function canBeCalled({ exported, renamed }: BoundInterface): boolean {
  if (exported === undefined || renamed) return false;
  const fields = exported.functions.map(field);
  if (new Set(fields).size !== fields.length) return false;
  if (fields.some((f) => LOCAL_WORDS.has(f))) return false;
  const called = freeFunctions(exported).flatMap((f) => {
    return [`call_${snake(f.name)}`, `func_${snake(f.name)}`];
  });
  for (const resource of resources(exported)) {
    const name = snake(resource.name);
    if (memberFunctions(exported, resource).length === 0) continue;
    if (KEYWORDS.has(name) || called.includes(name)) return false;
  }
  return exported.types.filter(holdsHandle).every(canBeDeclared);
}

/** Whether the type that `bindgen!` makes of this one compiles. */
function canBeDeclared(type: DeclaredType): boolean {
  switch (type.kind) {
    case "record":
      return type.fields.every((f) => !KEYWORDS.has(ident(f.name)));
    case "variant":
      return type.cases.every((c) => upperCamel(c.name) !== "Self");
    default:
      return true;
  }
}

/** The field of `bindgen!`'s struct that holds the function. */
export function field(func: Func): string {
  const { of, name } = func;
  return snake(of === undefined ? name : `${of.kind}-${of.resource.name}-${name}`);
}

/** The declared types with handles, resources too, that the functions and types are made of. */
export function handleTypes(owner: Interface): ReadonlySet<DeclaredType> {
  const found = new Set<DeclaredType>();
  const visit = (type: Type): void => {
    if (type.kind === "own" || type.kind === "borrow") found.add(type.resource);
    if ("owner" in type && holdsHandle(type)) found.add(type);
    for (const part of parts(type)) visit(part);
  };
  for (const { parameters, result } of owner.functions) {
    for (const { type } of parameters) visit(type);
    if (result !== undefined) visit(result);
  }
  for (const type of owner.types) visit(type);
  return found;
}

/** The name, or one made of it and `word` that is not `bad`. */
export function fresh(name: string, word: string, bad: (name: string) => boolean): string {
  let found = name;
  for (let i = 1; bad(found); i++) found = i === 1 ? `${name}-${word}` : `${name}-${word}${i}`;
  return found;
}

/** `no-such-HTTP` -> `no_such_http`. */
export function snake(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/** The identifier that `bindgen!` makes: it sees a keyword only where the case is right. */
export function ident(name: string): string {
  return KEYWORDS.has(name) && name !== "Self" ? `${name}_` : snake(name);
}

/** Whether it names a package too, as the name of an interface declared in the world does not. */
function isFull(id: string): boolean {
  return id.includes("/");
}

/** `hams:core/types@0.1.0` in its parts; one declared in the world has a name alone. */
export function split(id: string): {
  readonly space?: string;
  readonly packageName?: string;
  readonly package?: string;
  readonly name: string;
  readonly version?: string;
} {
  const [path = "", version] = id.split("@");
  const [space, rest] = path.split(":");
  if (rest === undefined) return { name: id };
  const [packageName, name = ""] = rest.split("/");
  const versioned = version === undefined ? "" : `@${version}`;
  return {
    ...{ space: space ?? "", packageName: packageName ?? "", name },
    package: `${space}:${packageName}${versioned}`,
    ...(version === undefined ? {} : { version }),
  };
}
