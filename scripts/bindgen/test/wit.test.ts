/** WIT to IR: docs by path, and what is refused. */
import { expect, test } from "vitest";
import { closure, identity, resolve } from "../ir.js";
import { Refusal, resolveWorld } from "../wit.js";

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
  expect(parameter && identity(parameter.type)).toBe("a:b/t#r");
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

const flags33 = Array.from({ length: 33 }, (_, i) => `n${i}`).join(", ");

test.each([
  ["an async function", "  f: async func();", "a:b/i.f (line 3, column 3): an async function"],
  ["a stream", "  f: func() -> stream<u8>;", "a:b/i.f (line 3, column 3): a stream"],
  ["a future", "  f: func(x: future<u8>);", "a:b/i.f (line 3, column 3): a future"],
  [
    "a stream in a record",
    "  record r {\n    x: stream<u8>,\n  }\n  f: func(r: r);",
    "a:b/i.r.x (line 4, column 5): a stream",
  ],
  [
    "33 flags",
    `  flags many { ${flags33} }\n  f: func(x: many);`,
    "a:b/i.many (line 3, column 3): 33 flags",
  ],
  [
    "an empty record",
    "  record r {}\n  f: func(r: r);",
    "a:b/i.r (line 3, column 3): an empty record",
  ],
  ["a resource", "  resource r;", "a:b/i.r (line 3, column 3): a resource"],
  [
    "an error-context",
    "  f: func(x: error-context);",
    "a:b/i.f (line 3, column 3): an error-context",
  ],
])("%s is refused with its name and position", async (_, body, message) => {
  await expect(resolveWorld(world(body), "w")).rejects.toSatisfy(
    (error) => error instanceof Refusal && error.message.startsWith(message),
  );
});

test("imported functions and functions of the world are refused", async () => {
  const imported = "package a:b;\ninterface i { f: func(); }\nworld w {\n  import i;\n}";
  await expect(resolveWorld(imported, "w")).rejects.toThrow(/a:b\/i .*an import with functions/);
  const bare = "package a:b;\nworld w {\n  export f: func();\n}";
  await expect(resolveWorld(bare, "w")).rejects.toThrow("a:b/w.f (line 3, column 3)");
});

test("a text that is no WIT is the resolver's error", async () => {
  await expect(resolveWorld(world("  f: func(x: nowhere);"), "w")).rejects.toThrow(/nowhere/);
});
