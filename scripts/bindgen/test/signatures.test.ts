/** The core signatures are those of the module that the resolver makes for the same world. */
import { readFileSync } from "node:fs";
import { componentEmbed } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { exportedCall } from "../abi.js";
import type { CoreType } from "../layout.js";
import { Reader } from "../reader.js";
import { resolveWorld } from "../wit.js";

test.each([
  ["../../../core/wit/hams.wit", "hams"],
  ["echo/echo.wit", "echoes"],
])("%s", async (path, world) => {
  const wit = readFileSync(new URL(path, import.meta.url), "utf8");
  const dummy = await componentEmbed({
    witSource: wit,
    world,
    dummy: true,
    stringEncoding: "utf16",
  });
  const theirs = exportedSignatures(dummy);
  const { exports } = await resolveWorld(wit, world);
  let compared = 0;
  for (const owner of exports) {
    for (const func of owner.functions) {
      const { parameters, result } = exportedCall(owner, func).signature;
      const name = `cm32p2|${owner.id.replace(/@(0\.\d+|[1-9]\d*)\..*$/, "@$1")}|${func.name}`;
      expect([name, theirs.get(name)]).toStrictEqual([
        name,
        { parameters, results: result ? [result] : [] },
      ]);
      compared++;
    }
  }
  expect(compared).toBe(
    [...theirs.keys()].filter((n) => n.includes("|") && !n.endsWith("_post")).length,
  );
});

interface CoreSignature {
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
}

/** What a module's binary says its exported functions take and return. */
function exportedSignatures(binary: Uint8Array): Map<string, CoreSignature> {
  const reader = new Reader(binary);
  const codes: Record<number, CoreType> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };
  const value = () => codes[reader.byte()] as CoreType;
  let types: CoreSignature[] = [];
  let functions: number[] = [];
  const found = new Map<string, CoreSignature>();
  reader.skip(8);
  while (!reader.ended) {
    const id = reader.byte();
    const size = reader.u32();
    const end = reader.at + size;
    if (id === 1) {
      types = reader.vector(() => {
        reader.byte();
        return { parameters: reader.vector(value), results: reader.vector(value) };
      });
    } else if (id === 3) functions = reader.vector(() => reader.u32());
    else if (id === 7) {
      reader.vector(() => {
        const name = reader.name();
        const kind = reader.byte();
        const index = reader.u32();
        const type = types[functions[index] ?? -1];
        if (kind === 0 && type) found.set(name, type);
      });
    }
    reader.skip(end - reader.at);
  }
  return found;
}
