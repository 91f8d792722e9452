/**
 * A core module, in text, that answers each exported function by calling the
 * imported one of the same interface. It looks at no value, so it is right in
 * every string encoding.
 */
import { type Call, coreCall } from "../../abi.js";
import type { World } from "../../ir.js";

/** Where results lie that do not fit one core value. */
const RESULT = 64;
/** Where what the host allocates begins; each call begins anew there. */
const HEAP = 65_536;

export function forwardingModule(world: World): string {
  const pairs = world.exports.flatMap((exported) => {
    const imported = world.imports.find((i) => i.id === exported.id);
    if (imported === undefined) throw new Error(`${exported.id} is not imported`);
    return exported.functions.map((func, i) => {
      const twin = imported.functions[i];
      if (twin === undefined) throw new Error(`${func.name} is not imported`);
      return { to: coreCall(imported, twin), from: coreCall(exported, func) };
    });
  });
  return [
    "(module",
    ...pairs.map(({ to }, i) => importOf(to, i)),
    ALLOCATOR,
    ...pairs.map(({ from, to }, i) => exportOf(from, to, i)),
    ")",
  ].join("\n");
}

function importOf({ module, name, signature }: Call, index: number): string {
  const type = typeUse(signature.parameters, signature.result);
  return `(import "${module}" "${name}" (func $to${index}${type}))`;
}

function exportOf(from: Call, to: Call, index: number): string {
  const { parameters, result, indirectResult } = from.signature;
  const freed = from.freesResult ? "" : "call $reset";
  const post = from.freesResult ? `(func (export "${from.postName}") (param i32) call $reset)` : "";
  return `(func (export "${from.name}")${typeUse(parameters, result)}
  ${parameters.map((_, i) => `local.get ${i}`).join(" ")}
  ${to.signature.indirectResult ? `i32.const ${RESULT}` : ""}
  call $to${index}
  ${indirectResult ? `i32.const ${RESULT}` : ""}
  ${freed})
${post}`;
}

function typeUse(parameters: readonly string[], result: string | undefined): string {
  const takes = parameters.length > 0 ? ` (param ${parameters.join(" ")})` : "";
  return takes + (result === undefined ? "" : ` (result ${result})`);
}

const ALLOCATOR = `
(memory (export "memory") 2 256)
(global $next (mut i32) (i32.const ${HEAP}))
(func $reset (global.set $next (i32.const ${HEAP})))
(func (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32)
  (result i32) (local $at i32) (local $short i32)
  ;; up to the next multiple of the alignment
  (local.set $at
    (i32.and
      (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
  (global.set $next (i32.add (local.get $at) (local.get $new)))
  (local.set $short
    (i32.sub
      (i32.shr_u (i32.add (global.get $next) (i32.const 65535)) (i32.const 16))
      (memory.size)))
  (if (i32.gt_s (local.get $short) (i32.const 0))
    (then
      (if (i32.eq (memory.grow (local.get $short)) (i32.const -1)) (then unreachable))))
  (memory.copy
    (local.get $at)
    (local.get $old)
    (if (result i32) (i32.lt_u (local.get $size) (local.get $new))
      (then (local.get $size))
      (else (local.get $new))))
  (local.get $at))`;
