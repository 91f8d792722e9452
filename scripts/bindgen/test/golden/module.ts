/**
 * A guest that knows no types: each function leaves the core values that it is
 * handed in memory, and gives back what stands there.
 */
import type { CoreType } from "../../layout.js";
import { GOLDEN, GOLDEN_INTERFACE, type GoldenFunction } from "./table.js";

/** Where the core values go that a function is handed, eight bytes each. */
export const HANDED = 1024;
/** Where the core value is that it gives back. */
export const GIVEN = 2048;
/** Where the core values are that it calls an import with. */
export const PASSED = 2560;
/** Where it leaves what an import gives back: the core value, or what is too much for one. */
export const RETURNED = 3072;
/** From here to the end of the first page the host may put what it likes. */
export const FREE = 4096;

export function goldenModule(): string {
  return [
    "(module",
    ...GOLDEN.functions.map(imported),
    '(memory (export "memory") 256)',
    "(global $next (mut i32) (i32.const 65536))",
    // nothing is freed: there are few calls
    '(func (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)',
    "  (local $at i32)",
    "  (local.set $at (i32.and (i32.sub (i32.add (global.get $next) (local.get $align)) (i32.const 1))",
    "    (i32.sub (i32.const 0) (local.get $align))))",
    "  (memory.copy (local.get $at) (local.get $old) (local.get $had))",
    "  (global.set $next (i32.add (local.get $at) (local.get $size)))",
    "  (local.get $at))",
    '(func (export "peek") (param $at i32) (param $count i32) (result i32)',
    "  (i32.store (i32.const 0) (local.get $at))",
    "  (i32.store (i32.const 4) (local.get $count))",
    "  (i32.const 0))",
    '(func (export "poke") (param $at i32) (param $from i32) (param $count i32)',
    "  (memory.copy (local.get $at) (local.get $from) (local.get $count)))",
    '(func (export "call-import") (param $which i32)',
    ...GOLDEN.functions.map(calling),
    "  unreachable)",
    ...GOLDEN.functions.map(recording),
    ")",
  ].join("\n");
}

function imported({ name, import: { parameters, results } }: GoldenFunction): string {
  const type = `(param ${parameters.join(" ")}) (result ${results.join(" ")})`;
  return `(import "${GOLDEN_INTERFACE}" "${name}" (func $${name} ${type}))`;
}

/** Calls the import where it is the one that is asked for. */
function calling(each: GoldenFunction, index: number): string {
  const { parameters, results } = each.import;
  const inMemory = each.result !== undefined && results.length === 0;
  const passed = parameters.map((type, i) =>
    inMemory && i === parameters.length - 1
      ? `(i32.const ${RETURNED})`
      : `(${type}.load (i32.const ${PASSED + i * 8}))`,
  );
  const call = `(call $${each.name} ${passed.join(" ")})`;
  const result: CoreType | undefined = results[0];
  const stored = result ? `(${result}.store (i32.const ${RETURNED}) ${call})` : call;
  return `(if (i32.eq (local.get $which) (i32.const ${index})) (then ${stored} (return)))`;
}

function recording({ name, export: signature }: GoldenFunction): string {
  const result: CoreType | undefined = signature.results[0];
  return [
    `(func (export "${GOLDEN_INTERFACE}#${name}")`,
    ...signature.parameters.map((type) => `(param ${type})`),
    ...(result ? [`(result ${result})`] : []),
    ...signature.parameters.map(
      (type, i) => `(${type}.store (i32.const ${HANDED + i * 8}) (local.get ${i}))`,
    ),
    ...(result ? [`(${result}.load (i32.const ${GIVEN}))`] : []),
    ")",
  ].join(" ");
}
