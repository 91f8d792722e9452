/** WIT in several files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveWorld } from "../wit.js";
import { readWit } from "../wit-folder.js";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wit-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const DRAW = `/// The package.
package a:draw@1.0.0;

/// Draws.
interface pen {
  use a:base/types@0.2.0.{point};
  /// Moves.
  move: func(to: point);
}
`;

test("a file is its text", async () => {
  write({ "a.wit": DRAW });
  expect(readWit(join(folder, "a.wit"))).toBe(DRAW);
});

test("a folder's files and its dependencies are one world, docs and all", async () => {
  write({
    "draw.wit": DRAW,
    "world.wit": "/* No package. */\nworld w {\n  export pen;\n  import a:clock/clock;\n}\n",
    "notes.txt": "not this",
    "deps/base/types.wit":
      "// Base.\npackage a:base@0.2.0;\ninterface types { /// Where.\n record point { x: u8 } }",
    "deps/base/more.wit": "interface more { use types.{point}; }",
    "deps/clock.wit": "package a:clock;\ninterface clock { now: func() -> u64; }",
  });
  const { exports, imports, interfaces } = await resolveWorld(readWit(folder), "w");
  expect(exports.map((i) => [i.id, i.docs])).toStrictEqual([["a:draw/pen@1.0.0", "Draws."]]);
  expect(exports[0]?.functions.map((f) => f.docs)).toStrictEqual(["Moves."]);
  expect(imports.map((i) => i.id)).toStrictEqual(["a:clock/clock"]);
  const point = interfaces.flatMap((i) => i.types).find((t) => t.name === "point");
  expect([point?.owner, point?.docs]).toStrictEqual(["a:base/types@0.2.0", "Where."]);
});

test("what is refused is named with its file", async () => {
  write({
    "draw.wit": DRAW.replace("move: func(to: point)", "move: async func(to: point)"),
    "world.wit": "package a:draw@1.0.0;\nworld w { export pen; }",
    "deps/base/types.wit": "package a:base@0.2.0;\n\ninterface types { record point { x: u8 } }",
  });
  await expect(resolveWorld(readWit(folder), "w")).rejects.toThrow(
    "a:draw/pen.move (draw.wit, line 8, column 3): an async function is not supported",
  );
  write({
    "draw.wit": DRAW,
    "deps/base/types.wit":
      "package a:base@0.2.0;\n\ninterface types {\n  record point { x: stream<u8> }\n}",
  });
  await expect(resolveWorld(readWit(folder), "w")).rejects.toThrow(
    "a:base/types.point.x (deps/base/types.wit, line 4, column 18): a stream is not supported",
  );
});

test("a folder without a package, and one with two, are told", () => {
  write({ "a.wit": "interface i { }" });
  expect(() => readWit(folder)).toThrow(`no file in ${folder} says what package it is`);
  write({ "b.wit": "package a:b;", "c.wit": "package a:c;" });
  expect(() => readWit(folder)).toThrow(`${folder} holds both package a:b and a:c`);
  expect(() => readWit(join(folder, "missing"))).toThrow("ENOENT");
});
