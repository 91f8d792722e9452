/** Layouts, signatures and steps against the golden tables, which are made by other code. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { coreCall, inCoreValues } from "../abi.js";
import type { Func, Interface, Side, Type } from "../ir.js";
import { discriminantWidth, flatten, layout, signature } from "../layout.js";
import { resolveWorld } from "../wit.js";
import { Lowering } from "./golden/lowering.js";
import {
  GOLDEN,
  GOLDEN_WIT,
  type GoldenFunction,
  type Lowered,
  loweredAt,
  underEncoding,
} from "./golden/table.js";

const { exports } = await resolveWorld(GOLDEN_WIT, "golden");
const TABLE = exports.find((i) => !i.ofWorld) as Interface;

const funcOf = ({ name }: GoldenFunction) => TABLE.functions.find((f) => f.name === name) as Func;

/** The type that the WIT's text names; each is the only parameter of some function. */
function typeOf(wit: string): Type {
  const found = GOLDEN.functions.find((f) => f.parameters.length === 1 && f.parameters[0] === wit);
  return (found && funcOf(found).parameters[0]?.type) as Type;
}

test("the tables are what the reference writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "golden-"));
  const golden = fileURLToPath(new URL("golden/", import.meta.url));
  cpSync(join(golden, "reference.py"), join(folder, "reference.py"));
  const { stderr } = spawnSync("python3", [join(folder, "reference.py")], { encoding: "utf8" });
  expect(stderr).toBe("");
  const written = (file: string) => readFileSync(join(folder, file), "utf8");
  expect(JSON.parse(written("golden.json"))).toStrictEqual(GOLDEN);
  expect(written("golden.wit")).toBe(GOLDEN_WIT);
  rmSync(folder, { recursive: true });
});

test.each(GOLDEN.types)("$wit: size, alignment and core types", ({ wit, size, align, flat }) => {
  const type = typeOf(wit);
  expect(layout(type)).toStrictEqual({ size, align });
  expect(flatten(type)).toStrictEqual(flat);
});

test.each(GOLDEN.functions)("$name($parameters): core signatures", (golden) => {
  const core = (side: Side) => {
    const { parameters, result } = signature(funcOf(golden), side);
    return { parameters, results: result ? [result] : [] };
  };
  expect(core("export")).toStrictEqual(golden.export);
  expect(core("import")).toStrictEqual(golden.import);
});

test.each(GOLDEN.functions)(
  "$name($parameters): the steps put values where they belong",
  async (golden) => {
    const func = funcOf(golden);
    const { signature: core, parameters, result } = coreCall(TABLE, func);
    for (const { args, lowered, result: value, returned } of golden.cases) {
      const arguments_ = new Lowering();
      const types = func.parameters.map((p) => p.type);
      if (core.indirectParameters) {
        arguments_.memory.setUint32(0, arguments_.block(types, args), true);
      } else {
        for (const [i, { step }] of parameters.entries()) arguments_.put(step, args[i] ?? null, 0);
      }
      await compare(arguments_, underEncoding(lowered, "utf16"));
      if (returned === undefined || result === undefined || value === undefined) continue;
      const answer = new Lowering();
      if (core.indirectResult)
        answer.memory.setUint32(0, answer.block([result.type], [value]), true);
      else answer.put(result.step, value, 0);
      await compare(answer, underEncoding(returned, "utf16"));
    }
  },
);

async function compare({ memory }: Lowering, expected: Lowered): Promise<void> {
  const peek = (at: number, count: number) => new Uint8Array(memory.buffer, at, count);
  expect(await loweredAt(peek, 0, expected)).toStrictEqual(expected);
}

test("the number of cases needs one byte, two or four", () => {
  expect([1, 256, 257, 65536, 65537].map(discriminantWidth)).toStrictEqual([1, 1, 2, 2, 4]);
});

test("a payload's slot tells what it holds and what it stands for", () => {
  const type = typeOf("crossed");
  const step = inCoreValues(type, 2, ["i32", "i32", ...flatten(type)]);
  const payload = step.step === "choice" ? step.payloads[0] : undefined;
  const first = payload?.step === "parts" ? payload.parts[0] : undefined;
  expect(first).toMatchObject({ slot: { in: "flat", index: 3, held: "i64", own: "f32" } });
});

test("a resource itself has no layout, a handle has an i32", async () => {
  const wit = `package a:b; interface i { resource r; f: func(x: r, y: borrow<r>); }
world w { import i; }`;
  const { imports } = await resolveWorld(wit, "w");
  const [resource] = imports[0]?.types ?? [];
  expect(() => layout(resource as Type)).toThrow(
    "r is a resource, of which only handles have a layout",
  );
  const handles = imports[0]?.functions[0]?.parameters.map((p) => p.type) ?? [];
  expect(handles.map(layout)).toStrictEqual([
    { size: 4, align: 4 },
    { size: 4, align: 4 },
  ]);
  expect(handles.flatMap(flatten)).toStrictEqual(["i32", "i32"]);
});
