/** WIT to IR: docs by path, and what is refused. */
import { expect, test } from "vitest";
import { closure, type Interface, identity, resolve, type World } from "../ir.js";
import { declaredKey } from "../names.js";
import { InvalidWit, Refusal, resolveWorld } from "../wit.js";
import { CORPUS } from "./corpus.js";

function resolveCorpus(name: string): Promise<World> {
  const found = CORPUS.find((c) => c.name === name);
  if (found === undefined) throw new Error(`the corpus has no ${name}`);
  return resolveWorld(found.wit, found.world);
}

const world = (body: string) => `package a:b@1.0.0;
interface i {
${body}
}
world w {
  export i;
}
`;

test("docs and positions come from the text", async () => {
  const { interfaces } = await resolveWorld(
    world(`  /// A pair.
  /// Of two.
  record pair {
    /// The first.
    a: u8, // not this
    /** The second. */
    %type: string,
  }
  /* not this */
  variant v { /// One.
    one(pair), two }
  @since(version = 1.0.0)
  /// Does it.
  f: func(p: pair) -> result<v>;`),
    "w",
  );
  const [pair, v] = interfaces[0]?.types ?? [];
  expect(pair?.docs).toBe("A pair.\nOf two.");
  expect(pair?.kind === "record" && pair.fields.map((f) => [f.name, f.docs])).toStrictEqual([
    ["a", "The first."],
    ["type", "The second."],
  ]);
  expect(v?.kind === "variant" && v.cases.map((c) => c.docs)).toStrictEqual(["One.", ""]);
  expect(interfaces[0]?.functions[0]?.docs).toBe("Does it.");
});

test("a used type keeps its owner, an alias its target", async () => {
  const { interfaces, exports } = await resolveWorld(
    `package a:b;
interface t { type id = u32; type other = id; record r { id: other } }
interface i { use t.{r as renamed, id}; type mine = renamed; f: func(r: mine) -> id; }
world w { export i; }`,
    "w",
  );
  expect(interfaces.map((i) => i.types.map((t) => `${t.kind} ${t.name}`))).toStrictEqual([
    ["alias id", "alias other", "record r"],
    ["alias mine"],
  ]);
  const parameter = exports[0]?.functions[0]?.parameters[0];
  expect(parameter && identity(parameter.type)).toBe("import a:b/t#r");
});

test("a world named by a keyword, and types of an interface declared inside it", async () => {
  const inline =
    "package a:b; world %type { export x: interface { /// It.\n enum e { a } f: func() -> e; } }";
  const { id, exports } = await resolveWorld(inline, "%type");
  expect(id).toBe("a:b/type");
  expect(exports[0]?.types[0]?.docs).toBe("It.");
});

test("parts come before wholes, each once", async () => {
  const { interfaces } = await resolveWorld(
    world("  record a { x: list<b> }\n  record b { y: option<string> }\n  f: func(a: a, b: b);"),
    "w",
  );
  const kinds = closure(interfaces[0]?.types ?? []).map((t) => resolve(t).kind);
  expect(kinds).toStrictEqual(["string", "option", "record", "list", "record"]);
});

test("what a world imports and exports is known by its side", async () => {
  const wit = `package a:b@1.0.0;
interface types { record point { x: u8 } }
interface store { use types.{point}; get: func() -> point; }
world w {
  import store;
  import log: func(text: string);
  export store;
  export run: func() -> u8;
}`;
  const { interfaces, imports, exports } = await resolveWorld(wit, "w");
  const named = (all: readonly Interface[]) => all.map((i) => `${i.side} ${i.id}`);
  expect(named(imports)).toStrictEqual(["import a:b/store@1.0.0", "import a:b/w@1.0.0"]);
  expect(named(exports)).toStrictEqual(["export a:b/store@1.0.0", "export a:b/w@1.0.0"]);
  expect(named(interfaces)[0]).toBe("import a:b/types@1.0.0");
  expect(imports.map((i) => i.ofWorld)).toStrictEqual([false, true]);
});

test("a type of an interface on both sides is one, unless it holds a resource", async () => {
  const wit = `package a:b;
interface i { resource r; record plain { x: u8 } record holder { r: own<r> } type also = holder;
  f: func(p: plain, h: also); }
world w { import i; export i; }`;
  const { imports, exports } = await resolveWorld(wit, "w");
  const identities = (owner: Interface | undefined) =>
    owner?.functions[0]?.parameters.map((p) => identity(p.type));
  expect(identities(imports[0])).toStrictEqual(["import a:b/i#plain", "import a:b/i#holder"]);
  expect(identities(exports[0])).toStrictEqual(["import a:b/i#plain", "export a:b/i#holder"]);
  expect(exports[0]?.types.map((t) => t.name)).toStrictEqual(["r", "holder", "also"]);
});

test("interfaces of one plain name on both sides share nothing", async () => {
  const { imports, exports } = await resolveCorpus("inline-on-both-sides");
  const records = [imports[0], exports[0]].map((i) => i?.types[0]);
  expect(records.map((t) => t?.kind === "record" && t.fields[0]?.name)).toStrictEqual([
    "lit",
    "color",
  ]);
  const enums = [imports[1], exports[1]].map((i) => i?.types[0]);
  expect(enums.map((t) => t?.kind === "enum" && t.cases.length)).toStrictEqual([1, 2]);
});

test("one interface imported under two plain names is two", async () => {
  const { imports, exports } = await resolveCorpus("labels");
  expect(imports.map((i) => i.id)).toStrictEqual(["corpus:labels/types", "primary", "backup"]);
  expect(exports.map((i) => i.id)).toStrictEqual(["front", "back"]);
  expect(imports[1]?.types.map(identity)).toStrictEqual(["import primary#problem"]);
  expect(imports[2]?.types.map(identity)).toStrictEqual(["import backup#problem"]);
});

test("members know their resource, kind and label", async () => {
  const { exports } = await resolveWorld(
    world(`  resource file {
    /// Opens it.
    constructor(name: string) -> result<file, u8>;
    /// Reads it.
    read: func() -> u8;
    /// All of them.
    all: static func() -> list<file>;
  }
  f: func(a: file, b: borrow<file>);`),
    "w",
  );
  const functions = exports[0]?.functions ?? [];
  expect(functions.map((f) => [f.label, f.name, f.of?.kind, f.docs])).toStrictEqual([
    ["[constructor]file", "constructor", "constructor", "Opens it."],
    ["[method]file.read", "read", "method", "Reads it."],
    ["[static]file.all", "all", "static", "All of them."],
    ["f", "f", undefined, ""],
  ]);
  expect(functions[1]?.parameters.map((p) => `${p.name}: ${p.type.kind}`)).toStrictEqual([
    "self: borrow",
  ]);
  expect(functions[3]?.parameters.map((p) => p.type.kind)).toStrictEqual(["own", "borrow"]);
});

test("a resource of the world is the host's", async () => {
  const { imports, exports } = await resolveCorpus("world-resources");
  expect(imports.flatMap((i) => i.types).map((t) => `${t.kind} ${t.name}`)).toStrictEqual([
    "resource session",
    "alias alias-of-session",
  ]);
  const handle = exports[0]?.functions[0]?.parameters[0]?.type;
  expect(handle?.kind === "borrow" && handle.resource.side).toBe("import");
});

test("docs are those of the version, of the world's side and of what is included", async () => {
  const wit = `package a:main;
package a:clock@1.0.0 { interface clock { /// The first.
  now: func() -> u64; } }
package a:clock@2.0.0 { interface clock { /// The second.
  now: func() -> u64; } }
world base { /// Writes.
  import log: func(); /// Runs.
  export run: func(); }
world w {
  import a:clock/clock@1.0.0;
  import a:clock/clock@2.0.0;
  include base with { run as go }
  /// Tells in.
  import tell: func();
  /// Tells out.
  export tell: func();
}`;
  const { imports, exports } = await resolveWorld(wit, "w");
  const docs = [...imports, ...exports].flatMap((i) =>
    i.functions.map((f) => `${i.side} ${f.name}: ${f.docs}`),
  );
  expect(docs.sort()).toStrictEqual([
    "export go: Runs.",
    "export tell: Tells out.",
    "import log: Writes.",
    "import now: The first.",
    "import now: The second.",
    "import tell: Tells in.",
  ]);
});

test("docs under a plain name are the name's own, else the interface's", async () => {
  const wit = `package a:b;
/// The store.
interface store { /// A key.
  type key = u8; get: func() -> key; }
world w { import one: store;
  /// The second store.
  import two: store; }`;
  const { imports } = await resolveWorld(wit, "w");
  expect(imports.map((i) => i.docs)).toStrictEqual(["The store.", "The second store."]);
  expect(imports.map((i) => i.types[0]?.docs)).toStrictEqual(["A key.", "A key."]);
});

test.each(CORPUS)("corpus: $name resolves, with nothing named twice", async ({ wit, world }) => {
  const { interfaces, imports, exports } = await resolveWorld(wit, world);
  const types = interfaces.flatMap((i) => i.types).map(declaredKey);
  expect(new Set(types).size).toBe(types.length);
  for (const each of [...imports, ...exports]) expect(interfaces).toContain(each);
  for (const { functions } of interfaces) {
    expect(new Set(functions.map((f) => f.label)).size).toBe(functions.length);
  }
});

const flags33 = Array.from({ length: 33 }, (_, i) => `n${i}`).join(", ");

/** Expects it to be refused at the `^`, which is no part of the text. */
async function refused(marked: string, owner: string, item: string, what: string): Promise<void> {
  const [before = ""] = marked.split("^");
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  const message = `${owner}.${item} (line ${line}, column ${column}): ${what} is not supported`;
  const error = await resolveWorld(marked.replace("^", ""), "w").catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).message).toBe(message);
}

test.each([
  ["an async function", "^f: async func();", "f", "an async function"],
  ["an async method", "resource r { ^f: async func(); }", "r.f", "an async function"],
  ["an async static", "resource r { ^f: static async func(); }", "r.f", "an async function"],
  ["a stream", "^f: func() -> stream<u8>;", "f", "a stream"],
  ["a stream of nothing", "^f: func(x: stream);", "f", "a stream"],
  ["a future", "^f: func(x: future<u8>);", "f", "a future"],
  ["a future of nothing", "^f: func(x: list<future>);", "f", "a future"],
  ["a future in a variant", "variant v { a, ^b(future) } f: func(x: v);", "v.b", "a future"],
  ["a stream in an alias", "^type s = option<stream<u8>>; f: func(x: s);", "s", "a stream"],
  ["a stream of a method", "resource r { ^m: func() -> stream<u8>; }", "r.m", "a stream"],
  [
    "a future to a constructor",
    "resource r { ^constructor(x: future); }",
    "r.constructor",
    "a future",
  ],
  ["an error-context", "^f: func(x: error-context);", "f", "an error-context"],
  [
    "an error-context in a result",
    "^f: func() -> result<_, error-context>;",
    "f",
    "an error-context",
  ],
  ["a map", "^f: func(x: map<string, u8>);", "f", "a map"],
  ["a list of fixed length", "^f: func(x: list<u8, 4>);", "f", "a list of fixed length"],
  ["33 flags", `^flags many { ${flags33} } f: func(x: many);`, "many", "33 flags; at most 32 fit"],
  ["flags without a flag", "^flags none { } f: func(x: none);", "none", "flags without a flag"],
  ["an empty record", "^record r { } f: func(x: r);", "r", "an empty record"],
  ["an empty record that is unused", "^record r { }", "r", "an empty record"],
  ["an empty tuple", "^f: func() -> tuple<>;", "f", "an empty tuple"],
  [
    "an empty tuple in a field",
    "record r { ^x: list<tuple<>> } f: func(x: r);",
    "r.x",
    "an empty tuple",
  ],
  [
    "fields alike but for a hyphen",
    "record r { a-b: u8, ^ab: u8 }",
    "r.ab",
    "the name ab beside a-b",
  ],
  ["cases alike but for case", "variant v { a, ^A }", "v.A", "the name A beside a"],
  ["labels alike but for case", "flags v { a-b, ^A-B }", "v.A-B", "the name A-B beside a-b"],
  ["functions alike", "a: func(); ^A: func();", "A", "the name A beside a"],
  ["parameters alike", "^f: func(a-b: u8, ab: u8);", "f", "the name ab beside a-b"],
  ["a type as a function", "record a-b { x: u8 } ^ab: func();", "ab", "the name ab beside a-b"],
  [
    "members alike",
    "resource r { a: func(); ^A: static func(); }",
    "r.A",
    "the name [static]r.A beside [method]r.a",
  ],
  [
    "a method named as its resource",
    "resource r { ^r: func(); }",
    "r.r",
    "the name [method]r.r beside r",
  ],
])("%s is refused, with its name and position, on both sides", async (_, body, item, what) => {
  for (const side of ["import", "export"]) {
    const wit = `package a:b@1.0.0;\ninterface i { ${body} }\nworld w { ${side} i; }`;
    await refused(wit, "a:b/i", item, what);
    const inline = `package a:b@1.0.0;\nworld w { ${side} i: interface { ${body} } }`;
    await refused(inline, "a:b/w.i", item, what);
  }
});

test.each([
  ["an async function", "^export f: async func();", "f", "an async function"],
  ["a stream", "^import f: func(x: stream<u8>);", "f", "a stream"],
  ["a future in a record", "record r { ^x: future } import f: func(x: r);", "r.x", "a future"],
  ["an empty record", "^record r { } import f: func(x: r);", "r", "an empty record"],
  ["an async method", "resource r { ^f: async func(); }", "r.f", "an async function"],
  ["functions alike", "import a-b: func(); ^import ab: func();", "ab", "the name ab beside a-b"],
])("%s of the world is refused, with its name and position", async (_, body, item, what) => {
  await refused(`package a:b@1.0.0;\nworld w { ${body} }`, "a:b/w", item, what);
});
test.each([
  ["a record", "record r { x: list<r> } f: func(x: r);", "type `r` depends on itself"],
  ["two types", "record a { x: list<b> } type b = option<a>;", "type `b` depends on itself"],
])("%s that holds itself is the resolver's error", async (_, body, message) => {
  await expect(resolveWorld(world(body), "w")).rejects.toThrow(message);
});

test("a text that is no WIT is an error with the resolver's message", async () => {
  await expect(resolveWorld(world("  f: func(x: nowhere);"), "w")).rejects.toSatisfy(
    (error) => error instanceof InvalidWit && error.message.includes("nowhere"),
  );
});

test("an exported interface uses the resources of the component, an imported one the host's", async () => {
  const { interfaces } = await resolveWorld(
    `package a:b;
interface base { resource r; }
interface user { use base.{r}; f: func(x: borrow<r>); }
world w { import base; import user; export base; export user; }`,
    "w",
  );
  const sides = interfaces.flatMap(({ side, functions }) =>
    functions.map(({ parameters: [x] }) => ({
      user: side,
      resource: x?.type.kind === "borrow" && x.type.resource.side,
    })),
  );
  expect(sides).toStrictEqual([
    { user: "import", resource: "import" },
    { user: "export", resource: "export" },
  ]);
});

test.each(["export base; export user;", "export user; export base;"])(
  "what an exported interface uses is the component's where it is exported: %s",
  async (order) => {
    const wit = `package a:b;
interface base { resource node; type item = node; record plain { x: u8 } }
interface user { use base.{node, item, plain}; f: func(x: node, y: borrow<item>, z: plain); }
world w { import base; import user; ${order} }`;
    const { imports, exports } = await resolveWorld(wit, "w");
    const used = (all: readonly Interface[]) =>
      all.find((i) => i.name === "user")?.functions[0]?.parameters.map((p) => identity(p.type));
    const plain = "import a:b/base#plain";
    const node = (side: string) => `${side} a:b/base#node`;
    expect(used(imports)).toStrictEqual([
      `own<${node("import")}>`,
      `borrow<${node("import")}>`,
      plain,
    ]);
    expect(used(exports)).toStrictEqual([
      `own<${node("export")}>`,
      `borrow<${node("export")}>`,
      plain,
    ]);
  },
);

test("what an exported interface uses is the host's where it is not exported", async () => {
  const { exports } = await resolveCorpus("exported-uses-imported");
  const wrap = exports[0]?.functions.find((f) => f.name === "wrap");
  expect(wrap?.parameters.map((p) => identity(p.type))).toStrictEqual([
    "own<import corpus:exported-uses-imported/base#item>",
  ]);
});
