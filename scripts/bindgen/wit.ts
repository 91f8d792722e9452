/**
 * WIT text to IR. jco's resolver does the hard part: it parses, looks every name
 * up, and leaves the answer in a component-type section. What that section does
 * not hold, doc comments and positions, comes from the text by path.
 */
import { componentEmbed } from "@bytecodealliance/jco";
import {
  decodeWorld,
  type RawDeclaration,
  type RawExtern,
  type RawLabelled,
  type RawRef,
  type RawType,
} from "./component-type.js";
import {
  type DeclaredType,
  type Func,
  holdsHandle,
  type Interface,
  isOfTypesAlone,
  type Membership,
  type PrimitiveKind,
  type Resource,
  resolve,
  type Side,
  type Type,
  type World,
} from "./ir.js";
import { type Notes, notes } from "./wit-text.js";

/** Valid WIT of a kind that no binding can be generated for. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** A text that is no valid WIT; the message is the resolver's. */
export class InvalidWit extends Error {
  override readonly name = "InvalidWit";
}

const PRIMITIVES: Readonly<Record<number, PrimitiveKind>> = {
  127: "bool",
  126: "s8",
  125: "u8",
  124: "s16",
  123: "u16",
  122: "s32",
  121: "u32",
  120: "s64",
  119: "u64",
  118: "f32",
  117: "f64",
  116: "char",
  115: "string",
};

const MAX_FLAGS = 32;

/**
 * Resolves `world` of the WIT text.
 *
 * @throws {Refusal} names the item and its position
 * @throws {InvalidWit}
 */
export async function resolveWorld(text: string, world: string): Promise<World> {
  const module = new WebAssembly.Module(await resolved(text, world));
  const [section] = WebAssembly.Module.customSections(module, "component-type");
  if (section === undefined) throw new Error("the resolver left no component-type section");
  const raw = decodeWorld(new Uint8Array(section));
  return new Resolver(notes(text), raw.name).world(raw.world);
}

/** The core module that the resolver makes for a world, with all its types in a section. */
async function resolved(witSource: string, world: string): Promise<Uint8Array<ArrayBuffer>> {
  const options = { witSource, world, dummy: true, stringEncoding: "utf16" } as const;
  try {
    return new Uint8Array(await componentEmbed(options));
  } catch (error) {
    throw new InvalidWit((error as Error).message, { cause: error });
  }
}

/** What an index stands for. */
type Entry =
  | { readonly kind: "raw"; readonly type: RawType }
  | { readonly kind: "type"; readonly type: Type; readonly used: boolean };

/** The index spaces of one instance or of the world. */
interface Scope {
  readonly owner: string;
  readonly side: Side;
  /** What the text's paths of its items begin with. */
  readonly path: string;
  readonly entries: Entry[];
  /** Every name so far, without what tells no names apart. */
  readonly names: Map<string, string>;
  readonly parent: Scope | undefined;
}

type RawImportOrExport = Extract<RawDeclaration, { kind: Side }>;

type InterfaceUnderWay = Interface & {
  readonly types: DeclaredType[];
  readonly functions: Func[];
};

class Resolver {
  readonly #notes: Notes;
  readonly #world: string;
  /** The types that each imported or exported instance exports, by instance index. */
  readonly #instances: Map<string, Type>[] = [];
  /** Those of each imported interface, by its id. */
  readonly #imported = new Map<string, ReadonlyMap<string, Type>>();
  /** Those of each exported one so far; one that uses another's types comes after it. */
  readonly #exported = new Map<string, ReadonlyMap<string, Type>>();

  constructor(found: Notes, world: string) {
    this.#notes = found;
    this.#world = world;
  }

  world(declarations: readonly RawDeclaration[]): World {
    const scope: Scope = {
      ...{ owner: this.#world, side: "import", path: `${this.#world}#` },
      ...{ entries: [], names: new Map(), parent: undefined },
    };
    const own = { import: this.#ofWorld("import"), export: this.#ofWorld("export") };
    const interfaces: Interface[] = [];
    for (const it of declarations) {
      if (it.kind === "type") scope.entries.push({ kind: "raw", type: it.type });
      else if (it.kind === "alias-export") {
        const type = this.#instances[it.instance]?.get(it.name);
        if (type === undefined) throw new Error(`instance ${it.instance} has no type ${it.name}`);
        scope.entries.push({ kind: "type", type, used: true });
      } else if (it.kind === "alias-outer") {
        throw new Error("a world has no outer scope");
      } else if (it.extern.sort === "instance") {
        const entry = scope.entries[it.extern.index];
        if (entry?.kind !== "raw" || entry.type.kind !== "instance") {
          throw new Error(`${it.name} is no instance`);
        }
        interfaces.push(this.#interface(it, entry.type.declarations, scope));
      } else {
        const exported = new Map<string, Type>();
        this.#item(own[it.kind], exported, scope, it.name, it.extern);
        // types of the world stand where interfaces that are declared in it can use them
        if (exported.size > 0 && !interfaces.includes(own.import)) interfaces.push(own.import);
      }
    }
    for (const each of [own.import, own.export]) {
      if (each.functions.length > 0 && !interfaces.includes(each)) interfaces.push(each);
    }
    const id = this.#world;
    const docs = this.#docs(id);
    const imports = interfaces.filter((i) => i.side === "import" && !isOfTypesAlone(i));
    const exports = interfaces.filter((i) => i.side === "export" && !isOfTypesAlone(i));
    return { id, name: shortName(id), docs, interfaces, imports, exports };
  }

  /** What stands for the items of the world itself on one side. */
  #ofWorld(side: Side): InterfaceUnderWay {
    const id = this.#world;
    return { id, name: shortName(id), docs: "", side, ofWorld: true, types: [], functions: [] };
  }

  #interface(
    { name: id, kind: side, implements: implemented }: RawImportOrExport,
    declarations: readonly RawDeclaration[],
    parent: Scope,
  ): Interface {
    const [path, start] = isFullName(implemented ?? id)
      ? [implemented ?? id, `${implemented ?? id}#`]
      : [`${parent.path}${side} ${id}`, `${parent.path}${side} ${id}.`];
    const scope: Scope = {
      ...{ owner: id, side, path: start, entries: [], names: new Map(), parent },
    };
    const exported = new Map<string, Type>();
    const docs = this.#docs(`${parent.path}${side} ${id}`) || this.#docs(path);
    const made: InterfaceUnderWay = {
      ...{ id, name: shortName(id), docs, side, ofWorld: false },
      ...{ types: [], functions: [] },
    };
    for (const it of declarations) {
      if (it.kind === "type") scope.entries.push({ kind: "raw", type: it.type });
      else if (it.kind === "alias-outer") {
        let outer: Scope | undefined = scope;
        for (let i = 0; i < it.count; i++) outer = outer?.parent;
        const entry = outer?.entries[it.index];
        if (entry?.kind !== "type") throw new Error(`outer type ${it.index} is not known`);
        const type = side === "export" ? this.#ofComponent(entry.type) : entry.type;
        scope.entries.push({ kind: "type", type, used: true });
      } else if (it.kind === "alias-export") {
        throw new Error("an interface holds no instances");
      } else this.#item(made, exported, scope, it.name, it.extern);
    }
    this.#instances.push(exported);
    (side === "import" ? this.#imported : this.#exported).set(id, exported);
    return made;
  }

  /**
   * What a type that an exported interface uses is in the component: that of the
   * exported twin, if there is one. The section names the imported one all the same.
   */
  #ofComponent(type: Type): Type {
    if (!("owner" in type) || type.side === "export" || !isFullName(type.owner)) return type;
    return this.#exported.get(type.owner)?.get(type.name) ?? type;
  }

  /** A type or function of an interface, or of the world itself. */
  #item(
    owner: InterfaceUnderWay,
    exported: Map<string, Type>,
    scope: Scope,
    name: string,
    extern: RawExtern,
  ): void {
    if (extern.sort === "func") {
      owner.functions.push(this.#func(scope, owner, name, extern.index));
      return;
    }
    const path = scope.path + name;
    this.#distinguish(scope.names, owner.side, name, path);
    if (extern.sort !== "type" && extern.sort !== "resource") {
      this.#refuse(path, `a ${extern.sort}`);
    }
    const entry = extern.sort === "type" ? scope.entries[extern.equals] : undefined;
    const type: Type =
      extern.sort === "type"
        ? this.#declare(scope, name, extern.equals)
        : {
            kind: "resource",
            ...{ name, owner: scope.owner, side: scope.side, docs: this.#docs(path) },
          };
    // an interface that is imported too has declared it already; plain names may stand for different ones
    const twin =
      scope.side === "export" && isFullName(scope.owner)
        ? this.#imported.get(scope.owner)?.get(name)
        : undefined;
    const shared = twin !== undefined && !holdsHandle(type) ? twin : undefined;
    const declared = !(entry?.kind === "type" && entry.used) && shared === undefined;
    if (declared) owner.types.push(type as DeclaredType);
    scope.entries.push({ kind: "type", type: shared ?? type, used: false });
    exported.set(name, shared ?? type);
  }

  /** Gives the type at `index` its name; what was brought in by `use` keeps the one it has. */
  #declare(scope: Scope, name: string, index: number): Type {
    const entry = scope.entries[index];
    if (entry === undefined) throw new Error(`type ${index} is not known`);
    if (entry.kind === "type" && entry.used) return entry.type;
    const path = scope.path + name;
    const declared = { name, owner: scope.owner, side: scope.side, docs: this.#docs(path) };
    const raw = entry.kind === "raw" ? entry.type : undefined;
    const parts = new Map<string, string>();
    const item = (part: string) => {
      this.#distinguish(parts, "", part, `${path}.${part}`);
      return { name: part, docs: this.#docs(`${path}.${part}`) };
    };
    switch (raw?.kind) {
      case "record":
        if (raw.parts.length === 0) this.#refuse(path, "an empty record");
        return {
          kind: "record",
          ...declared,
          fields: raw.parts.map((f) => ({
            ...item(f.name),
            type: this.#reference(scope, f.type, `${path}.${f.name}`),
          })),
        };
      case "variant":
        return {
          kind: "variant",
          ...declared,
          cases: raw.parts.map((c) => ({
            ...item(c.name),
            type: c.type && this.#reference(scope, c.type, `${path}.${c.name}`),
          })),
        };
      case "enum":
        return { kind: "enum", ...declared, cases: raw.names.map(item) };
      case "flags":
        if (raw.names.length === 0) this.#refuse(path, "flags without a flag");
        if (raw.names.length > MAX_FLAGS) {
          this.#refuse(path, `${raw.names.length} flags; at most ${MAX_FLAGS} fit`);
        }
        return { kind: "flags", ...declared, flags: raw.names.map(item) };
      default:
        return { kind: "alias", ...declared, target: this.#reference(scope, { index }, path) };
    }
  }

  #func(scope: Scope, owner: Interface, label: string, index: number): Func {
    const entry = scope.entries[index];
    const member = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(label);
    const [, kind, resourceName, memberName] = member ?? [];
    const name = memberName ?? (kind === "constructor" ? kind : label);
    const ofWorld = owner.ofWorld ? `${owner.side} ` : "";
    const path = scope.path + (resourceName === undefined ? ofWorld : `${resourceName}.`) + name;
    if (entry?.kind !== "raw" || entry.type.kind !== "func") throw new Error(`${path} is no func`);
    const raw = entry.type;
    if (raw.async) this.#refuse(path, "an async function");
    this.#distinguish(scope.names, owner.side, label, path);
    const named = new Map<string, string>();
    for (const p of raw.parameters) this.#distinguish(named, "", p.name, path);
    return {
      name,
      docs: this.#docs(path),
      label,
      of:
        resourceName === undefined
          ? undefined
          : { kind: kind as Membership["kind"], resource: this.#resource(scope, resourceName) },
      parameters: raw.parameters.map((p: RawLabelled) => ({
        name: p.name,
        type: this.#reference(scope, p.type, path),
      })),
      result: raw.result && this.#reference(scope, raw.result, path),
    };
  }

  /** The resource that was declared by this name in the scope. */
  #resource(scope: Scope, name: string): Resource {
    for (const entry of scope.entries) {
      if (entry.kind === "type" && entry.type.kind === "resource" && entry.type.name === name) {
        return entry.type;
      }
    }
    throw new Error(`${scope.owner} has no resource ${name}`);
  }

  #reference(scope: Scope, ref: RawRef | undefined, path: string): Type {
    if (ref === undefined) throw new Error(`${path} has no type`);
    if ("opcode" in ref) return this.#primitive(ref.opcode, path);
    const entry = scope.entries[ref.index];
    if (entry === undefined) throw new Error(`type ${ref.index} is not known`);
    if (entry.kind === "type") return entry.type;
    const raw = entry.type;
    switch (raw.kind) {
      case "primitive":
        return this.#primitive(raw.opcode, path);
      case "list":
        return { kind: "list", element: this.#reference(scope, raw.of, path) };
      case "option":
        return { kind: "option", value: this.#reference(scope, raw.of, path) };
      case "tuple":
        if (raw.items.length === 0) this.#refuse(path, "an empty tuple");
        return { kind: "tuple", items: raw.items.map((t) => this.#reference(scope, t, path)) };
      case "result":
        return {
          kind: "result",
          ok: raw.ok && this.#reference(scope, raw.ok, path),
          error: raw.error && this.#reference(scope, raw.error, path),
        };
      case "own":
      case "borrow": {
        const target = this.#reference(scope, { index: raw.index }, path);
        const resource = resolve(target);
        if (resource.kind !== "resource") throw new Error(`${path}: ${raw.kind} of no resource`);
        return { kind: raw.kind, resource };
      }
      case "unsupported":
        return this.#refuse(path, `a ${raw.what}`);
      default:
        throw new Error(`${path}: a ${raw.kind} without a name`);
    }
  }

  #primitive(opcode: number, path: string): Type {
    if (opcode === 0x64) return this.#refuse(path, "an error-context");
    const kind = PRIMITIVES[opcode];
    if (kind === undefined) throw new Error(`${path}: type opcode ${opcode} is not known`);
    return { kind };
  }

  /** Validation of a component refuses names that differ in case and hyphens alone. */
  #distinguish(names: Map<string, string>, space: string, name: string, path: string): void {
    const [, member, , twice] = /^\[(?:method|static)\](([^.]+)\.(.+))$/.exec(name) ?? [];
    const own = twice !== undefined && member === `${twice}.${twice}` ? twice : (member ?? name);
    const key = `${space} ${own.toLowerCase().replaceAll("-", "")}`;
    const other = names.get(key);
    if (other !== undefined) this.#refuse(path, `the name ${name} beside ${other}`);
    names.set(key, name);
  }

  #docs(path: string): string {
    return this.#notes.get(path)?.docs ?? "";
  }

  #refuse(path: string, what: string): never {
    const note = this.#notes.get(path);
    const file = note?.file === undefined ? "" : `${note.file}, `;
    const at = note ? ` (${file}line ${note.line}, column ${note.column})` : "";
    throw new Refusal(`${readable(path)}${at}: ${what} is not supported`);
  }
}

/** `hams:core/types@0.1.0#settings.name` -> `hams:core/types.settings.name`. */
function readable(path: string): string {
  return path.replace(/@[^#]*/, "").replace(/#(import |export )?/, ".");
}

/** Whether an interface has a name of its own: one declared inside the world has none. */
function isFullName(id: string): boolean {
  return id.includes("/");
}

/** `hams:core/types@0.1.0` -> `types`. */
function shortName(id: string): string {
  return id.replace(/@.*$/, "").replace(/^.*\//, "");
}
