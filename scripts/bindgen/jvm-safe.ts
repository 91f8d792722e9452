/**
 * A core module for JVMs up to 17. Their second compiler takes some comparisons of
 * unsigned 32-bit integers for others (JDK-8376400): after a million calls or so an
 * instance answers wrongly or traps. Here each such comparison becomes a call of a
 * function that compares 64 bits, which they get right. The module means the same.
 */
import binaryen from "binaryen";

const COMPARISONS = ["lt_u", "gt_u", "le_u", "ge_u"] as const;

const FEATURES =
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.MutableGlobals |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.SignExt;

/** @throws {Error} where the module is not valid, or needs more than WebAssembly 2.0's integers and memory */
export function jvmSafe(module: Uint8Array): Uint8Array {
  const read = binaryen.readBinary(module);
  read.setFeatures(FEATURES);
  let text = read.emitText().trimEnd();
  read.dispose();
  for (const comparison of COMPARISONS) {
    // an instruction has a line of its own, which its operands follow
    const pattern = new RegExp(`^(\\s*)\\(i32\\.${comparison}$`, "gm");
    text = text.replaceAll(pattern, `$1(call $jvm-safe.${comparison}`);
  }
  const functions = COMPARISONS.map(
    (comparison) => `(func $jvm-safe.${comparison} (param $a i32) (param $b i32) (result i32)
  (i64.${comparison} (i64.extend_i32_u (local.get $a)) (i64.extend_i32_u (local.get $b))))`,
  );
  const made = binaryen.parseText(`${text.slice(0, -1)}${functions.join("\n")})`);
  made.setFeatures(FEATURES);
  if (!made.validate()) throw new Error("the module is not valid");
  const binary = made.emitBinary();
  made.dispose();
  return binary;
}
