/** What the AssemblyScript guest's files and their functions are called. */
import { expect, test } from "vitest";
import { generate } from "../generate.js";

async function guest(wit: string): Promise<Readonly<Record<string, string>>> {
  return generate({ wit, world: "w", target: "assemblyscript", json: false });
}

test("interfaces of one name are told apart by their packages", async () => {
  const files = await guest(`package a:b;
world w { import c:d/same; import e:f/same; export c:d/same; export e:f/same; }
package c:d { interface same { go: func(); } }
package e:f { interface same { go: func(); } }`);
  expect(Object.keys(files)).toEqual(expect.arrayContaining(["c-d-same.ts", "e-f-same.ts"]));
  expect(files["exports.ts"]).toContain('import * as cDSame from "../c-d-same";');
  expect(files["exports.ts"]).toContain("  eFSame.go();");
  expect(files["imports.json"]).toContain('"eFSameGo": "e:f/same go"');
});

test("an imported interface gives way to the generated files", async () => {
  const files = await guest(`package a:b;
interface types { go: func() -> u8; }
world w { import types; }`);
  expect(files["types_.ts"]).toContain("export function go(): u8 {");
  expect(files["types.ts"]).not.toContain("go");
});

test("functions of the world itself stand in a file of its name", async () => {
  const files = await guest(
    "package a:b; world w { import now: func() -> u64; export go: func(); }",
  );
  expect(files["exports.ts"]).toContain('import * as w from "../w";');
  expect(files["exports.json"]).toContain('"go": "wGo"');
  expect(files["w.ts"]).toContain("export function now(): u64 {");
  expect(files["imports.json"]).toContain('"wNow": "$root now"');
});

test("a constructor that can fail is the static function create", async () => {
  const files = await guest(`package a:b;
interface i { resource r { constructor(n: u8) -> result<r, string>; create: static func() -> r; } }
world w { import i; export i; }`);
  expect(files["i.ts"]).toContain("  static create(n: u8): t.Result<t.ImportedR, string> {");
  expect(files["i.ts"]).toContain("  static create_(): t.ImportedR {");
  expect(files["exports.ts"]).toContain("const result = t.R.create(a0);");
});

test("methods give way to what every imported object has", async () => {
  const files = await guest(`package a:b;
interface i { resource r { drop: func(); handle: func() -> u8; } }
world w { import i; }`);
  expect(files["i.ts"]).toContain("  drop_(): void {");
  expect(files["i.ts"]).toContain("  handle_(): u8 {");
});

test("words in a doc comment import nothing", async () => {
  const files = await guest(`package a:b;
interface i {
  /// Gives one of the values. It lies FLAT. See handles.
  go: func() -> u8;
}
world w { import i; }`);
  expect(files["i.ts"]).not.toContain('"./values"');
  expect(files["i.ts"]).not.toContain('"./handles"');
  expect(files["i.ts"]).not.toContain("const FLAT");
  expect(files["values.ts"]).toBeUndefined();
});
