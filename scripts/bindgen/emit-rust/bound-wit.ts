/** The WIT that `bindgen!` is told of: what is linked, under names that it can spell. */
import {
  type Declared,
  type DeclaredType,
  type Func,
  freeFunctions,
  holdsHandle,
  type Interface,
  memberFunctions,
  parts,
  type Type,
  type World,
} from "../ir.js";
import { declaredKey, upperCamel } from "../names.js";
import {
  type BoundInterface,
  field,
  fresh,
  handleTypes,
  snake,
  split,
  type Told,
  TYPES_PACKAGE,
  toldOfWorld,
  toldResources,
} from "./binding.js";
import { type RustNames, unCamel } from "./names.js";
import { LOCAL_WORDS, MODULE_WORDS } from "./reserved.js";

/** A type without handles, as it stands in the package of types. */
export interface SharedType {
  readonly type: DeclaredType;
  /** In the WIT for `bindgen!`. */
  readonly wit: string;
  /** What `bindgen!` makes of that. */
  readonly rust: string;
}

export function sharedTypes(world: World, names: RustNames): readonly SharedType[] {
  const types = world.interfaces.flatMap((i) => i.types).filter((t) => !holdsHandle(t));
  const taken = new Set<string>();
  return types.map((type) => {
    const plain = unCamel(names.type(type).replaceAll("_", ""), "-");
    const wit = fresh(plain, "type", (s) => taken.has(s) || SHARED_WORDS.has(upperCamel(s)));
    taken.add(wit);
    return { type, wit, rust: upperCamel(wit) };
  });
}

/** The functions of the world itself that it exports and `bindgen!` can call. */
export function boundWorldExports(world: World): readonly Func[] {
  const functions = world.exports.filter((i) => i.ofWorld).flatMap((i) => i.functions);
  return functions.filter((f) => !LOCAL_WORDS.has(field(f)));
}

export function boundWit(world: World, names: RustNames): string {
  return new WitPrinter(world, names).text();
}

class WitPrinter {
  readonly #world: World;
  readonly #names: RustNames;
  readonly #shared: ReadonlyMap<string, string>;
  readonly #lines: string[] = [];
  #depth = 0;

  constructor(world: World, names: RustNames) {
    this.#world = world;
    this.#names = names;
    this.#shared = new Map(
      sharedTypes(world, names).map(({ type, wit }) => [declaredKey(type), wit]),
    );
  }

  text(): string {
    const { interfaces } = this.#names.binding;
    this.#line("package generated:bindings;");
    this.#line();
    this.#open("world component");
    this.#worldItems();
    this.#close();
    if (this.#shared.size > 0) this.#package(TYPES_PACKAGE, () => this.#types());
    const packages = new Set(interfaces.flatMap((i) => i.package ?? []));
    for (const name of packages) {
      this.#package(name, () => {
        for (const each of interfaces) {
          if (each.package !== name || !this.#isTold(each)) continue;
          this.#open(`interface ${id(each.wit)}`);
          this.#interface(each);
          this.#close();
        }
      });
    }
    return this.#lines.join("\n");
  }

  #isTold({ id: of, imported }: BoundInterface): boolean {
    return imported !== undefined || this.#names.binding.exportIsBound(of);
  }

  #package(name: string, body: () => void): void {
    this.#line();
    this.#open(`package ${name.replace(/^(.*):([^@]*)/, (_, a, b) => `${id(a)}:${id(b)}`)}`);
    body();
    this.#close();
  }

  #types(): void {
    this.#open("interface types");
    const scope = new LocalNames(new Map(this.#shared));
    for (const each of this.#world.interfaces) {
      for (const type of each.types) {
        const name = this.#shared.get(declaredKey(type));
        if (name !== undefined) this.#declaration(type, name, scope);
      }
    }
    this.#close();
  }

  #worldItems(): void {
    const { binding } = this.#names;
    const sides = this.#world.interfaces.filter((i) => i.ofWorld);
    const types = sides.flatMap((i) => i.types).filter(holdsHandle);
    const imported = sides.filter((i) => i.side === "import");
    const told = new Map(imported.flatMap((i) => [...toldOfWorld(i)]));
    const toldTypes = new Map(imported.flatMap((i) => [...toldResources(i)]));
    const calls = boundWorldExports(this.#world);
    const names = [...[...told.values()].map((t) => t.wit), ...calls.map((f) => f.name)];
    const all = sides.flatMap((i) => i.types);
    const scope = this.#scope(all, names, toldTypes, WORLD_WORDS);
    const used = sides.flatMap((i) => [...handleTypes(i)]);
    const functions = [...imported.flatMap(freeFunctions), ...calls];
    this.#uses(scope, [...this.#usedBy(functions, types), ...used], this.#world.id, undefined);
    if (this.#shared.size > 0) this.#line(`import ${TYPES_PACKAGE}/types;`);
    for (const type of types) this.#handleType(type, scope, imported, told, toldTypes);
    for (const each of binding.interfaces) {
      if (each.imported !== undefined) this.#listed("import", each);
    }
    for (const func of imported.flatMap(freeFunctions)) {
      this.#docs(func.docs);
      const name = told.get(func.label)?.wit ?? func.name;
      this.#line(`import ${id(name)}: ${this.#signature(func, scope)};`);
    }
    for (const each of binding.interfaces) {
      if (binding.exportIsBound(each.id)) this.#listed("export", each);
    }
    for (const func of calls) {
      this.#docs(func.docs);
      this.#line(`export ${id(func.name)}: ${this.#signature(func, scope)};`);
    }
  }

  #listed(side: "import" | "export", each: BoundInterface): void {
    if (each.package === undefined) {
      this.#open(`${side} ${id(each.wit)}: interface`);
      this.#interface(each);
      this.#close();
    } else this.#line(`${side} ${path(each)};`);
  }

  #interface(each: BoundInterface): void {
    const owner = each.imported ?? each.exported;
    if (owner === undefined) return;
    const functions = freeFunctions(owner).map((f) => each.functions.get(f.label)?.wit ?? f.name);
    const scope = this.#scope(owner.types, functions, each.resources, MODULE_WORDS);
    const used = [...this.#usedBy(owner.functions, owner.types), ...handleTypes(owner)];
    this.#uses(scope, used, owner.id, each.package);
    for (const type of owner.types.filter(holdsHandle)) {
      this.#handleType(type, scope, [owner], each.functions, each.resources);
    }
    for (const func of freeFunctions(owner)) {
      this.#docs(func.docs);
      const name = each.functions.get(func.label)?.wit ?? func.name;
      this.#line(`${id(name)}: ${this.#signature(func, scope)};`);
    }
  }

  /** Names for all types that stand in an interface: its own ones, then those that it uses. */
  #scope(
    own: readonly DeclaredType[],
    functions: readonly string[],
    told: ReadonlyMap<string, Told>,
    words: ReadonlySet<string>,
  ): LocalNames {
    const scope = new LocalNames(new Map(), [...functions], [...words]);
    for (const { wit, rust } of told.values()) {
      scope.wit.add(wit);
      for (const form of ["", "Host", "Guest"]) scope.rust.add(form + rust);
    }
    for (const type of own.filter(holdsHandle)) {
      const resource = type.kind === "resource" ? told.get(type.name) : undefined;
      scope.claim(type, resource?.wit ?? type.name, resource !== undefined);
    }
    return scope;
  }

  /** The declared types without handles that the functions and types are made of directly. */
  #usedBy(functions: readonly Func[], types: readonly DeclaredType[]): readonly DeclaredType[] {
    const found = new Map<string, DeclaredType>();
    const visit = (type: Type): void => {
      if ("owner" in type) {
        if (this.#shared.has(declaredKey(type))) found.set(declaredKey(type), type);
        return;
      }
      parts(type).forEach(visit);
    };
    for (const { parameters, result } of functions) {
      for (const { type } of parameters) visit(type);
      if (result !== undefined) visit(result);
    }
    for (const type of types.filter(holdsHandle)) parts(type).forEach(visit);
    return [...found.values()];
  }

  /** `use` for what is declared elsewhere. */
  #uses(
    scope: LocalNames,
    used: Iterable<DeclaredType>,
    owner: string,
    inPackage: string | undefined,
  ): void {
    const lists = new Map<string, string[]>();
    for (const type of used) {
      const shared = this.#shared.get(declaredKey(type));
      if (scope.has(type) || (shared === undefined && type.owner === owner)) continue;
      let from = `${TYPES_PACKAGE}/types`;
      let there = shared ?? type.name;
      if (shared === undefined) {
        const bound = this.#names.binding.of(type.owner, type.side);
        const near = bound.package === undefined || bound.package === inPackage;
        from = near ? id(bound.wit) : path(bound);
        there = bound.resources.get(type.name)?.wit ?? type.name;
      }
      const here = scope.claim(type, there, false);
      const item = here === there ? id(there) : `${id(there)} as ${id(here)}`;
      lists.set(from, [...(lists.get(from) ?? []), item]);
    }
    for (const [from, items] of lists) this.#line(`use ${from}.{${items.join(", ")}};`);
  }

  #handleType(
    type: DeclaredType,
    scope: LocalNames,
    owners: readonly Interface[],
    functions: ReadonlyMap<string, Told>,
    told: ReadonlyMap<string, Told>,
  ): void {
    if (type.kind !== "resource") {
      this.#declaration(type, scope.name(type), scope);
      return;
    }
    this.#docs(type.docs);
    const members = owners.flatMap((o) => memberFunctions(o, type));
    const name = id(told.get(type.name)?.wit ?? type.name);
    if (members.length === 0) {
      this.#line(`resource ${name};`);
      return;
    }
    this.#open(`resource ${name}`);
    for (const func of members) this.#member(func, functions.get(func.label), scope);
    this.#close();
  }

  #member(func: Func, told: Told | undefined, scope: LocalNames): void {
    this.#docs(func.docs);
    const name = id(told?.wit ?? func.name);
    const signature = this.#signature(func, scope);
    switch (func.of?.kind) {
      case "constructor": {
        // a result of the resource itself goes without saying
        const fallible = func.result?.kind === "result";
        const plain = signature.replace(/^func/, "").replace(/ -> .*$/, "");
        const result = fallible ? signature.slice(signature.lastIndexOf(" -> ")) : "";
        this.#line(`constructor${plain}${result};`);
        return;
      }
      case "static":
        this.#line(`${name}: static ${signature};`);
        return;
      default:
        this.#line(`${name}: ${signature};`);
    }
  }

  #signature(func: Func, scope: LocalNames): string {
    const shown = func.of?.kind === "method" ? func.parameters.slice(1) : func.parameters;
    const taken = new Set<string>();
    const parameters = shown.map((p) => {
      const name = fresh(p.name.toLowerCase(), "value", (s) => taken.has(snake(s)));
      taken.add(snake(name));
      return `${id(name)}: ${this.#type(p.type, scope)}`;
    });
    const result = func.result === undefined ? "" : ` -> ${this.#type(func.result, scope)}`;
    return `func(${parameters.join(", ")})${result}`;
  }

  #declaration(type: DeclaredType, name: string, scope: LocalNames): void {
    this.#docs(type.docs);
    const spelled = (t: Type) => this.#type(t, scope);
    switch (type.kind) {
      case "alias":
        this.#line(`type ${id(name)} = ${spelled(type.target)};`);
        return;
      case "enum":
        this.#line(`enum ${id(name)} { ${type.cases.map((c) => id(c.name)).join(", ")} }`);
        return;
      case "flags":
        this.#line(`flags ${id(name)} { ${type.flags.map((f) => id(f.name)).join(", ")} }`);
        return;
      case "record":
        this.#open(`record ${id(name)}`);
        for (const each of type.fields) {
          this.#docs(each.docs);
          this.#line(`${id(each.name)}: ${spelled(each.type)},`);
        }
        this.#close();
        return;
      case "variant":
        this.#open(`variant ${id(name)}`);
        for (const each of type.cases) {
          this.#docs(each.docs);
          this.#line(`${id(each.name)}${each.type ? `(${spelled(each.type)})` : ""},`);
        }
        this.#close();
        return;
      default:
        throw new Error(`${type.name} is a resource`);
    }
  }

  #type(type: Type, scope: LocalNames): string {
    const spelled = (t: Type | undefined) => (t === undefined ? "_" : this.#type(t, scope));
    switch (type.kind) {
      case "list":
        return `list<${spelled(type.element)}>`;
      case "option":
        return `option<${spelled(type.value)}>`;
      case "result":
        if (type.error !== undefined) return `result<${spelled(type.ok)}, ${spelled(type.error)}>`;
        return type.ok === undefined ? "result" : `result<${spelled(type.ok)}>`;
      case "tuple":
        return `tuple<${type.items.map(spelled).join(", ")}>`;
      case "own":
        return id(scope.name(type.resource));
      case "borrow":
        return `borrow<${id(scope.name(type.resource))}>`;
      case "record":
      case "variant":
      case "enum":
      case "flags":
      case "resource":
      case "alias":
        return id(scope.name(type));
      default:
        return type.kind;
    }
  }

  #docs(text: string): void {
    if (text === "") return;
    for (const line of text.split("\n")) this.#line(`/// ${line}`.trimEnd());
  }

  #open(head: string): void {
    this.#line(`${head} {`);
    this.#depth++;
  }

  #close(): void {
    this.#depth--;
    this.#line("}");
  }

  #line(text = ""): void {
    this.#lines.push(text === "" ? "" : "  ".repeat(this.#depth) + text);
  }
}

/** The names that types have inside of one interface of the WIT for `bindgen!`. */
class LocalNames {
  readonly wit: Set<string>;
  readonly rust: Set<string>;
  readonly #names: Map<string, string>;

  /** `wit` and `rust` are names that are taken. */
  constructor(
    names = new Map<string, string>(),
    wit: readonly string[] = [],
    rust: readonly string[] = [],
  ) {
    this.#names = names;
    this.wit = new Set(wit);
    this.rust = new Set(rust);
  }

  /** A name for the type; `settled`: it has this name whatever else there is. */
  claim(type: Declared, wanted: string, settled: boolean): string {
    const known = this.#names.get(declaredKey(type));
    if (known !== undefined) return known;
    const bad = (s: string) => this.wit.has(s) || this.rust.has(upperCamel(s));
    const name = settled ? wanted : fresh(wanted, "type", bad);
    this.wit.add(name);
    this.rust.add(upperCamel(name));
    this.#names.set(declaredKey(type), name);
    return name;
  }

  has(type: Declared): boolean {
    return this.#names.has(declaredKey(type));
  }

  name(type: Declared): string {
    const found = this.#names.get(declaredKey(type));
    if (found === undefined) throw new Error(`${type.name} of ${type.owner} is not in scope`);
    return found;
  }
}

function path({ package: name = "", wit }: BoundInterface): string {
  const { space = "", packageName = "", version } = split(`${name.replace(/@.*/, "")}/${wit}`);
  const at = /@.*/.exec(name)?.[0] ?? (version === undefined ? "" : `@${version}`);
  return `${id(space)}:${id(packageName)}/${id(wit)}${at}`;
}

/** Words of the WIT, which a name that equals one says by a `%`. */
const WIT_WORDS: ReadonlySet<string> = new Set(
  `as async bool borrow char constructor enum error-context export f32 f64 flags from func future
  import include interface list map option own package record resource result s16 s32 s64 s8 static
  stream string tuple type u16 u32 u64 u8 use variant with world`.split(/\s+/),
);

/** What the module of the types without handles holds besides them. */
const SHARED_WORDS: ReadonlySet<string> = new Set([...MODULE_WORDS, "HasData", "Linker"]);

const WORLD_WORDS: ReadonlySet<string> = new Set([
  ...MODULE_WORDS,
  ..."Component ComponentImports ComponentIndices ComponentPre".split(" "),
]);

function id(name: string): string {
  return WIT_WORDS.has(name) ? `%${name}` : name;
}
