/** Every name of the generated C, settled before anything is printed. */
import {
  type DeclaredType,
  type Func,
  type Handle,
  type Interface,
  identity,
  memberFunctions,
  type PrimitiveKind,
  type Resource,
  resolve,
  resources,
  type Type,
  type World,
} from "../ir.js";
import { choices } from "../layout.js";
import { declaredKey, declaredNames, interfaceNames, type Reserved, Scope } from "../names.js";

/** Words that no parameter or member may be called: the header is C and C++. */
const WORDS: Reserved = new Set([
  // C11
  ..."auto break case char const continue default do double else enum extern float for goto".split(
    " ",
  ),
  ..."if inline int long register restrict return short signed sizeof static struct switch".split(
    " ",
  ),
  ..."typedef union unsigned void volatile while".split(" "),
  // C23
  ..."alignas alignof bool constexpr false nullptr static_assert thread_local true typeof".split(
    " ",
  ),
  "typeof_unqual",
  // C++
  ..."and and_eq asm bitand bitor catch char8_t char16_t char32_t class compl concept".split(" "),
  ..."const_cast consteval constinit co_await co_return co_yield decltype delete".split(" "),
  ..."dynamic_cast explicit export friend mutable namespace new noexcept not not_eq".split(" "),
  ..."operator or or_eq private protected public reinterpret_cast requires static_cast".split(" "),
  ..."template this throw try typeid typename using virtual wchar_t xor xor_eq".split(" "),
  // macros of the standard headers, of compilers that are not strict, and of Windows
  ..."assert errno offsetof setjmp stderr stdin stdout signbit isnan isinf".split(" "),
  ..."linux unix i386 near far small interface".split(" "),
  // words of other languages that clang-format takes for operators
  ..."elif instanceof".split(" "),
  // types of wasm2c's header
  ..."u8 s8 u16 s16 u32 s32 u64 s64 f32 f64".split(" "),
]);

/** Variables of functions that have the WIT's parameters too: core values are f0 …, spans s0 …. */
const LOCALS = [
  ..."args done error fault host json labels loans outer payload place result".split(" "),
  ..."returned r0 self session status trap user".split(" "),
  ...Array.from({ length: 64 }, (_, i) => `f${i}`),
  ...Array.from({ length: 64 }, (_, i) => `s${i}`),
];

const PRIMITIVES: Readonly<Record<Exclude<PrimitiveKind, "string">, string>> = {
  bool: "bool",
  char: "uint32_t",
  u8: "uint8_t",
  s8: "int8_t",
  u16: "uint16_t",
  s16: "int16_t",
  u32: "uint32_t",
  s32: "int32_t",
  u64: "uint64_t",
  s64: "int64_t",
  f32: "float",
  f64: "double",
};

/** What the fixed part of the header declares, after the prefix. */
const FIXED_NAMES = [
  ..."t status status_t string string_t string_copy string_free new free error serve".split(" "),
  ..."imports imports_t core".split(" "),
  ..."OK ERR TRAPPED INVALID NO_MEMORY REENTERED H JSON_H".split(" "),
];

export class Names {
  /** What every public name begins with, and the files' name. */
  readonly prefix: string;
  /** The same in capitals. */
  readonly macro: string;
  /** Whether the world has resources, and whether it has imports. */
  readonly hasResources: boolean;
  readonly hasImports: boolean;
  readonly #scope = new Scope(new Set());
  /** What bases have claimed. */
  readonly #bases = new Set<string>();
  readonly #types: ReadonlyMap<string, string>;
  /** Names of types without one of their own, by identity. */
  readonly #anonymous = new Map<string, string>();
  readonly #functions = new Map<Func | Resource, string>();
  readonly #cases = new Map<string, readonly string[]>();
  readonly #importTypes = new Map<Interface, string>();

  constructor(world: World, prefix: string | undefined) {
    this.prefix = snake(prefix ?? world.name);
    this.macro = this.prefix.toUpperCase();
    this.hasResources = world.interfaces.some((i) => resources(i).length > 0);
    this.hasImports = world.imports.length > 0;
    for (const name of FIXED_NAMES) {
      const upper = name === name.toUpperCase();
      this.#bases.add(this.#scope.claim(`${upper ? this.macro : this.prefix}_${name}`));
    }
    const camel = declaredNames(world, new Scope(new Set()));
    const types = new Map<string, string>();
    for (const type of world.interfaces.flatMap((i) => i.types)) {
      const wanted = fromCamel(camel.get(declaredKey(type)) ?? "");
      types.set(declaredKey(type), this.#claimBase(wanted));
    }
    this.#types = types;
    this.#claimImports(world);
    this.#claimFunctions(world);
    this.#claimCases(world);
  }

  /** A base of which the type's name and that of its free function are unique. */
  #claimBase(wanted: string): string {
    let base = wanted;
    const names = () => ["t", "free", "tag_t"].map((end) => `${this.prefix}_${base}_${end}`);
    for (let i = 2; names().some((name) => this.#bases.has(name)); i++) base = `${wanted}_${i}`;
    for (const name of names()) {
      this.#bases.add(name);
      this.#scope.claim(name);
    }
    return base;
  }

  #claimImports(world: World): void {
    const named = interfaceNames(world.imports, snake);
    for (const each of world.imports.filter((i) => !i.ofWorld)) {
      const wanted = `${this.prefix}_${named.get(each)}_imports_t`;
      this.#importTypes.set(each, this.#scope.claim(wanted));
    }
  }

  #claimFunctions(world: World): void {
    const named = interfaceNames(world.exports, snake);
    for (const each of world.exports) {
      for (const resource of resources(each)) {
        const base = `${this.prefix}_${this.base(resource)}`;
        this.#functions.set(resource, this.#scope.claim(`${base}_drop`));
        const own = memberFunctions(each, resource);
        const constructors = own.filter((f) => f.of?.kind === "constructor");
        for (const func of constructors)
          this.#functions.set(func, this.#scope.claim(`${base}_new`));
        for (const func of own.filter((f) => f.of?.kind !== "constructor")) {
          this.#functions.set(func, this.#scope.claim(`${base}_${snake(func.name)}`));
        }
      }
      const base = each.ofWorld ? this.prefix : `${this.prefix}_${named.get(each)}`;
      for (const func of each.functions.filter((f) => f.of === undefined)) {
        this.#functions.set(func, this.#scope.claim(`${base}_${snake(func.name)}`));
      }
    }
  }

  #claimCases(world: World): void {
    for (const type of world.interfaces.flatMap((i) => i.types)) {
      if (type.kind !== "enum" && type.kind !== "variant" && type.kind !== "flags") continue;
      const items = type.kind === "flags" ? type.flags : type.cases;
      const base = `${this.macro}_${this.base(type).toUpperCase()}`;
      const names = items.map((c) => this.#scope.claim(`${base}_${snake(c.name).toUpperCase()}`));
      this.#cases.set(declaredKey(type), names);
    }
  }

  /** What the type is called without prefix and ending: the root of its functions' names. */
  base(type: Type): string {
    const it = type.kind === "alias" ? type : resolve(type);
    if ("owner" in it) {
      const found = this.#types.get(declaredKey(it));
      if (found === undefined) throw new Error(`${it.name} is not declared in the world`);
      return found;
    }
    if (it.kind === "string" || it.kind in PRIMITIVES) return it.kind;
    const key = identity(it);
    const known = this.#anonymous.get(key);
    if (known !== undefined) return known;
    const made = this.#spelled(it);
    const base = it.kind === "own" || it.kind === "borrow" ? made : this.#claimBase(made);
    this.#anonymous.set(key, base);
    return base;
  }

  #spelled(type: Type): string {
    const of = (part: Type | undefined): string => (part ? this.base(resolve(part)) : "nothing");
    switch (type.kind) {
      case "list":
        return `${of(type.element)}_list`;
      case "option":
        return `optional_${of(type.value)}`;
      case "result":
        return `result_of_${of(type.ok)}_or_${of(type.error)}`;
      case "tuple":
        return `tuple_of_${type.items.map(of).join("_and_")}`;
      case "own":
        return this.base(type.resource);
      case "borrow":
        return `borrowed_${this.base(type.resource)}`;
      default:
        throw new Error(`a ${type.kind} has a name`);
    }
  }

  /** The type as it is written where it is used. */
  type(type: Type): string {
    if (type.kind === "own" || type.kind === "borrow") return this.handle(type);
    if (type.kind in PRIMITIVES) return PRIMITIVES[type.kind as keyof typeof PRIMITIVES];
    return `${this.prefix}_${this.base(type)}_t`;
  }

  /** The component's objects are numbers, the host's are pointers to its own. */
  handle({ resource }: Handle): string {
    const name = `${this.prefix}_${this.base(resource)}_t`;
    return resource.side === "import" ? `${name} *` : name;
  }

  /** A declaration of something of this type. */
  declare(type: Type, name: string): string {
    return declaration(this.type(type), name);
  }

  /** A declaration of the address of something of this type. */
  pointer(type: Type, name: string): string {
    return declaration(`${this.type(type)} *`.replace("* *", "**"), name);
  }

  /** The same, of something that is not changed. */
  constant(type: Type, name: string): string {
    const it = this.type(type);
    return it.endsWith("*") ? `${it}const *${name}` : `const ${it} *${name}`;
  }

  /** The function that frees what a value of the type holds. */
  free(type: Type): string {
    return `${this.prefix}_${this.base(resolve(type))}_free`;
  }

  /** Of an enum or variant one a case, of flags one a flag. */
  cases(type: DeclaredType): readonly string[] {
    return this.#cases.get(declaredKey(type)) ?? [];
  }

  /** The public function of an export; of a resource the one that drops an object. */
  function(of: Func | Resource): string {
    return this.#functions.get(of) ?? "";
  }

  /** The type that holds the functions of an imported interface. */
  importType(each: Interface): string {
    return this.#importTypes.get(each) ?? "";
  }

  /** The number that tells resources apart. */
  resource(resource: Resource): string {
    return `TYPE_${this.base(resource).toUpperCase()}`;
  }
}

/** `no-such-host` -> `no_such_host`; an acronym (`a-HTTP`) is a word like any other. */
export function snake(name: string): string {
  return name.replaceAll("-", "_").toLowerCase();
}

/** `NoSuchHost_` -> `no_such_host_`. */
function fromCamel(name: string): string {
  return name.replaceAll(/(?!^)([A-Z])/g, "_$1").toLowerCase();
}

/** `type name`, or `type *name`. */
export function declaration(type: string, name: string): string {
  return type.endsWith("*") ? type + name : `${type} ${name}`;
}

/** Names of members, unique among each other. */
export function members(items: readonly { readonly name: string }[]): string[] {
  const scope = new Scope(WORDS);
  return items.map((i) => scope.claim(snake(i.name)));
}

/** Names of the payloads in the union of a variant's or result's struct. */
export function payloadMembers(type: Type): string[] {
  const it = resolve(type);
  if (it.kind === "result") return ["ok", "error"];
  if (it.kind === "option") return ["", "value"];
  return members(choices(it));
}

/** Names of parameters, apart from the variables of the function's body. */
export function parameters(func: Func): string[] {
  const scope = new Scope(WORDS, LOCALS);
  // a method's object is called as its resource: `self` is the instance
  const { of } = func;
  return func.parameters.map((p, i) =>
    scope.claim(snake(i === 0 && of?.kind === "method" ? of.resource.name : p.name)),
  );
}

/** An import as a member of the struct of functions: of a resource with its name before it. */
export interface ImportMembers {
  readonly functions: readonly string[];
  /** One for each resource: what ends an object. */
  readonly drops: readonly string[];
}

export function importMembers(each: Interface, taken: readonly string[] = []): ImportMembers {
  const scope = new Scope(WORDS, taken);
  const drops = resources(each).map((r) => scope.claim(`${snake(r.name)}_drop`));
  const functions = each.functions.map((f) => {
    if (f.of === undefined) return scope.claim(snake(f.name));
    const name = f.of.kind === "constructor" ? "new" : snake(f.name);
    return scope.claim(`${snake(f.of.resource.name)}_${name}`);
  });
  return { functions, drops };
}

/** The member of the imports' struct for each interface; what the world itself imports stands beside. */
export function importInterfaces(world: World): ReadonlyMap<Interface, string> {
  const named = interfaceNames(world.imports, snake);
  const scope = new Scope(WORDS, ["user"]);
  const others = world.imports.filter((i) => !i.ofWorld);
  return new Map(others.map((i) => [i, scope.claim(named.get(i) ?? "")]));
}
