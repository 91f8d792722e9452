/**
 * What a WIT world means, resolved: every name looked up, every item documented.
 * It knows no target language and no memory layout.
 */

/** The integer and float types, which have a fixed width. */
export type NumberKind =
  | "u8"
  | "s8"
  | "u16"
  | "s16"
  | "u32"
  | "s32"
  | "u64"
  | "s64"
  | "f32"
  | "f64";

/** Types without parts. */
export type PrimitiveKind = NumberKind | "bool" | "char" | "string";

/** What an item of the WIT carries besides its meaning. */
export interface Item {
  /** In kebab-case, as in the WIT. */
  readonly name: string;
  /** The doc comment without its markers; empty if there is none. */
  readonly docs: string;
}

/**
 * Which side implements an interface: the host what is imported, the component
 * what is exported. One that is both stands in a world twice.
 */
export type Side = "import" | "export";

/** A type with a name of its own, declared in an interface or in the world. */
export interface Declared extends Item {
  /** The declaring interface's full name, `hams:core/types@0.1.0`, or the world's. */
  readonly owner: string;
  /**
   * Of the interface that declares it. Where one is imported and exported, its
   * types are shared and stand on the side of the import, but for those that
   * hold resources: a resource of the host is none of the component's.
   */
  readonly side: Side;
}

export interface Primitive {
  readonly kind: PrimitiveKind;
}
export interface List {
  readonly kind: "list";
  readonly element: Type;
}
export interface Option {
  readonly kind: "option";
  readonly value: Type;
}
export interface Result {
  readonly kind: "result";
  readonly ok: Type | undefined;
  readonly error: Type | undefined;
}
export interface Tuple {
  readonly kind: "tuple";
  readonly items: readonly Type[];
}
export interface Field extends Item {
  readonly type: Type;
}
export interface RecordType extends Declared {
  readonly kind: "record";
  readonly fields: readonly Field[];
}
export interface Case extends Item {
  readonly type: Type | undefined;
}
export interface Variant extends Declared {
  readonly kind: "variant";
  readonly cases: readonly Case[];
}
export interface Enum extends Declared {
  readonly kind: "enum";
  readonly cases: readonly Item[];
}
export interface Flags extends Declared {
  readonly kind: "flags";
  readonly flags: readonly Item[];
}
/**
 * An object of which only handles cross. It is a declaration: a value is always
 * an `own` or a `borrow` of it, and an alias may name it.
 */
export interface Resource extends Declared {
  readonly kind: "resource";
}
export interface Handle {
  /** An `own` passes the object on, a `borrow` lends it for the time of a call. */
  readonly kind: "own" | "borrow";
  readonly resource: Resource;
}
/** `type name = target`. */
export interface Alias extends Declared {
  readonly kind: "alias";
  readonly target: Type;
}

export type DeclaredType = RecordType | Variant | Enum | Flags | Resource | Alias;
export type Type = Primitive | List | Option | Result | Tuple | Handle | DeclaredType;

export interface Parameter {
  readonly name: string;
  readonly type: Type;
}

export interface Func extends Item {
  /** What it belongs to; `undefined` for a function of the interface itself. */
  readonly of: Membership | undefined;
  /** The name in binaries: `step`, `[method]file.read`, `[constructor]file`. */
  readonly label: string;
  /** All of them; the first of a method is its object, a `borrow` named `self`. */
  readonly parameters: readonly Parameter[];
  readonly result: Type | undefined;
}

/** How a function belongs to a resource. The `name` of a constructor is `constructor`. */
export interface Membership {
  readonly kind: "constructor" | "method" | "static";
  readonly resource: Resource;
}

export interface Interface extends Item {
  /** `hams:core/health@0.1.0`, the plain name of one declared in the world, or the world's id. */
  readonly id: string;
  readonly side: Side;
  /** It stands for the types and functions that belong to the world itself. */
  readonly ofWorld: boolean;
  /** The types declared here, in the order of declaration; not those brought in by `use`. */
  readonly types: readonly DeclaredType[];
  /** Those of its resources too, in the order of declaration. */
  readonly functions: readonly Func[];
}

export interface World extends Item {
  /** `hams:core/hams@0.1.0`. */
  readonly id: string;
  /** Every interface that is imported, exported or whose types are used, types before their users. */
  readonly interfaces: readonly Interface[];
  /** Those of `interfaces` that the host implements, without those that only declare types. */
  readonly imports: readonly Interface[];
  /** Those of `interfaces` that the component offers, without those that only declare types. */
  readonly exports: readonly Interface[];
}

/** Whether there is nothing to call: no function, and no resource whose objects end. */
export function isOfTypesAlone(owner: Interface): boolean {
  return owner.functions.length === 0 && resources(owner).length === 0;
}

/** The resources that an interface declares. */
export function resources(owner: Interface): readonly Resource[] {
  return owner.types.filter((t) => t.kind === "resource");
}

/** The functions that belong to the interface itself. */
export function freeFunctions(owner: Interface): readonly Func[] {
  return owner.functions.filter((f) => f.of === undefined);
}

/** The constructor, methods and static functions of a resource. */
export function memberFunctions(owner: Interface, resource: Resource): readonly Func[] {
  return owner.functions.filter((f) => f.of?.resource === resource);
}

/** Whether a value of this type is or holds a handle. */
export function holdsHandle(type: Type): boolean {
  const it = resolve(type);
  if (it.kind === "own" || it.kind === "borrow" || it.kind === "resource") return true;
  return parts(it).some(holdsHandle);
}

/** The type behind any chain of aliases. */
export function resolve(type: Type): Exclude<Type, Alias> {
  let it = type;
  while (it.kind === "alias") it = it.target;
  return it;
}

const NUMBERS: ReadonlySet<string> = new Set<NumberKind>([
  "u8",
  "s8",
  "u16",
  "s16",
  "u32",
  "s32",
  "u64",
  "s64",
  "f32",
  "f64",
]);

export function isNumber(kind: string): kind is NumberKind {
  return NUMBERS.has(kind);
}

/** The same text for the same type and for no other; aliases are seen through. */
export function identity(type: Type): string {
  const it = resolve(type);
  switch (it.kind) {
    case "list":
      return `list<${identity(it.element)}>`;
    case "option":
      return `option<${identity(it.value)}>`;
    case "result":
      return `result<${it.ok ? identity(it.ok) : "_"},${it.error ? identity(it.error) : "_"}>`;
    case "tuple":
      return `tuple<${it.items.map(identity).join(",")}>`;
    case "own":
    case "borrow":
      return `${it.kind}<${identity(it.resource)}>`;
    case "record":
    case "variant":
    case "enum":
    case "flags":
    case "resource":
      return `${it.side} ${it.owner}#${it.name}`;
    default:
      return it.kind;
  }
}

/** The types a type is directly made of; a handle has no parts. */
export function parts(type: Type): readonly Type[] {
  switch (type.kind) {
    case "list":
      return [type.element];
    case "option":
      return [type.value];
    case "result":
      return [type.ok, type.error].filter((t) => t !== undefined);
    case "tuple":
      return type.items;
    case "record":
      return type.fields.map((f) => f.type);
    case "variant":
      return type.cases.map((c) => c.type).filter((t) => t !== undefined);
    case "alias":
      return [type.target];
    default:
      return [];
  }
}

/** Every distinct type that the given ones are made of, parts before wholes; aliases are seen through. */
export function closure(types: readonly Type[]): readonly Exclude<Type, Alias>[] {
  const found = new Map<string, Exclude<Type, Alias>>();
  const visit = (type: Type): void => {
    const it = resolve(type);
    const key = identity(it);
    if (found.has(key)) return;
    parts(it).forEach(visit);
    found.set(key, it);
  };
  types.forEach(visit);
  return [...found.values()];
}
