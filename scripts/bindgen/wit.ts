/**
 * WIT text to IR. jco's resolver does the hard part: it parses, looks every name
 * up, and leaves the answer in a component-type section. What that section does
 * not hold, doc comments and positions, comes from the text by path.
 */
import { componentEmbed } from "@bytecodealliance/jco";
import {
  decodeWorld,
  type RawDeclaration,
  type RawLabelled,
  type RawRef,
  type RawType,
} from "./component-type.js";
import type { DeclaredType, Func, Interface, PrimitiveKind, Type, World } from "./ir.js";
import { type Notes, notes } from "./wit-text.js";

/** Valid WIT of a kind that no binding can be generated for. */
export class Refusal extends Error {
  override readonly name = "Refusal";
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
 * @throws {Error} the resolver's own, for a text that is no valid WIT
 */
export async function resolveWorld(text: string, world: string): Promise<World> {
  const core = await componentEmbed({
    witSource: text,
    world,
    dummy: true,
    stringEncoding: "utf16",
  });
  const module = new WebAssembly.Module(new Uint8Array(core));
  const [section] = WebAssembly.Module.customSections(module, "component-type");
  if (section === undefined) throw new Error("the resolver left no component-type section");
  const raw = decodeWorld(new Uint8Array(section));
  return new Resolver(notes(text), raw.name).world(raw.world);
}

/** What an index stands for. */
type Entry =
  | { readonly kind: "raw"; readonly type: RawType }
  | { readonly kind: "type"; readonly type: Type; readonly used: boolean };

/** The index spaces of one instance or of the world. */
interface Scope {
  readonly owner: string;
  readonly entries: Entry[];
  readonly parent: Scope | undefined;
}

class Resolver {
  readonly #notes: Notes;
  readonly #world: string;
  /** The types that each imported or exported instance exports, by instance index. */
  readonly #instances: Map<string, Type>[] = [];

  constructor(found: Notes, world: string) {
    this.#notes = found;
    this.#world = world;
  }

  world(declarations: readonly RawDeclaration[]): World {
    const scope: Scope = { owner: this.#world, entries: [], parent: undefined };
    const interfaces: Interface[] = [];
    const exports: Interface[] = [];
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
        const found = this.#interface(it.name, entry.type.declarations, scope);
        if (it.kind === "import" && found.functions.length > 0) {
          this.#refuse(
            this.#path(it.name),
            "an import with functions; worlds that only export are supported",
          );
        }
        interfaces.push(found);
        if (it.kind === "export" && found.functions.length > 0) exports.push(found);
      } else {
        this.#refuse(
          `${unversioned(this.#world)}.${it.name}`,
          `a ${it.extern.sort} that belongs to the world; put it in an interface`,
        );
      }
    }
    const id = this.#world;
    return { id, name: shortName(id), docs: this.#docs(unversioned(id)), interfaces, exports };
  }

  #interface(id: string, declarations: readonly RawDeclaration[], parent: Scope): Interface {
    const scope: Scope = { owner: id, entries: [], parent };
    const exported = new Map<string, Type>();
    const types: DeclaredType[] = [];
    const functions: Func[] = [];
    for (const it of declarations) {
      if (it.kind === "type") scope.entries.push({ kind: "raw", type: it.type });
      else if (it.kind === "alias-outer") {
        let outer: Scope | undefined = scope;
        for (let i = 0; i < it.count; i++) outer = outer?.parent;
        const entry = outer?.entries[it.index];
        if (entry?.kind !== "type") throw new Error(`outer type ${it.index} is not known`);
        scope.entries.push({ ...entry, used: true });
      } else if (it.kind === "alias-export") {
        throw new Error("an interface holds no instances");
      } else if (it.extern.sort === "func") {
        functions.push(this.#func(scope, it.name, it.extern.index));
      } else if (it.extern.sort === "type") {
        const entry = scope.entries[it.extern.equals];
        const type = this.#declare(scope, it.name, it.extern.equals);
        if (!(entry?.kind === "type" && entry.used)) types.push(type as DeclaredType);
        scope.entries.push({ kind: "type", type, used: false });
        exported.set(it.name, type);
      } else {
        this.#refuse(`${this.#path(id)}.${it.name}`, `a ${it.extern.sort}`);
      }
    }
    this.#instances.push(exported);
    return { id, name: shortName(id), docs: this.#docs(this.#path(id)), types, functions };
  }

  /** Gives the type at `index` its name; what was brought in by `use` keeps the one it has. */
  #declare(scope: Scope, name: string, index: number): Type {
    const entry = scope.entries[index];
    if (entry === undefined) throw new Error(`type ${index} is not known`);
    if (entry.kind === "type" && entry.used) return entry.type;
    const path = `${this.#path(scope.owner)}.${name}`;
    const declared = { name, owner: scope.owner, docs: this.#docs(path) };
    const raw = entry.kind === "raw" ? entry.type : undefined;
    const item = (part: string) => ({ name: part, docs: this.#docs(`${path}.${part}`) });
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

  #func(scope: Scope, name: string, index: number): Func {
    const entry = scope.entries[index];
    const path = `${this.#path(scope.owner)}.${name}`;
    if (entry?.kind !== "raw" || entry.type.kind !== "func") throw new Error(`${path} is no func`);
    const raw = entry.type;
    if (raw.async) this.#refuse(path, "an async function");
    return {
      name,
      docs: this.#docs(path),
      parameters: raw.parameters.map((p: RawLabelled) => ({
        name: p.name,
        type: this.#reference(scope, p.type, path),
      })),
      result: raw.result && this.#reference(scope, raw.result, path),
    };
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

  /** The text's path of an interface; one declared inside the world has no name of its own. */
  #path(id: string): string {
    return id.includes("/") ? unversioned(id) : `${unversioned(this.#world)}.${id}`;
  }

  #docs(path: string): string {
    return this.#notes.get(path)?.docs ?? "";
  }

  #refuse(path: string, what: string): never {
    const note = this.#notes.get(path);
    const at = note ? ` (line ${note.line}, column ${note.column})` : "";
    throw new Refusal(`${path}${at}: ${what} is not supported`);
  }
}

/** `hams:core/types@0.1.0` -> `hams:core/types`: the text's paths have no versions. */
function unversioned(id: string): string {
  return id.replace(/@.*$/, "");
}

/** `hams:core/types@0.1.0` -> `types`. */
function shortName(id: string): string {
  return unversioned(id).replace(/^.*\//, "");
}
