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

/** A type with a name of its own, declared in an interface or in the world. */
export interface Declared extends Item {
  /** The declaring interface's full name, `hams:core/types@0.1.0`, or the world's. */
  readonly owner: string;
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
/** `type name = target`. */
export interface Alias extends Declared {
  readonly kind: "alias";
  readonly target: Type;
}

export type DeclaredType = RecordType | Variant | Enum | Flags | Alias;
export type Type = Primitive | List | Option | Result | Tuple | DeclaredType;

export interface Parameter {
  readonly name: string;
  readonly type: Type;
}

export interface Func extends Item {
  readonly parameters: readonly Parameter[];
  readonly result: Type | undefined;
}

export interface Interface extends Item {
  /** `hams:core/health@0.1.0`, or the plain name of one declared in the world. */
  readonly id: string;
  /** The types declared here, in the order of declaration; not those brought in by `use`. */
  readonly types: readonly DeclaredType[];
  readonly functions: readonly Func[];
}

export interface World extends Item {
  /** `hams:core/hams@0.1.0`. */
  readonly id: string;
  /** Every interface that is exported or whose types are used, types before their users. */
  readonly interfaces: readonly Interface[];
  /** Those of `interfaces` that the component offers, without those that only declare types. */
  readonly exports: readonly Interface[];
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
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return `${it.owner}#${it.name}`;
    default:
      return it.kind;
  }
}

/** The types a type is directly made of. */
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
