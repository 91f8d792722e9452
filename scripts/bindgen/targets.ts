/** Every target by its name on the command line. */
import { emitAssemblyScript } from "./emit-assemblyscript/index.js";
import { emitC } from "./emit-c/index.js";
import { emitJava } from "./emit-java/index.js";
import { emitNode } from "./emit-node/index.js";
import { emitPython } from "./emit-python/index.js";
import { emitRust } from "./emit-rust/index.js";
import type { Target } from "./target.js";

export const TARGETS: Readonly<Record<string, Target>> = {
  assemblyscript: { emit: emitAssemblyScript, comment: "//" },
  c: { emit: emitC, comment: "//" },
  java: { emit: emitJava, comment: "//" },
  node: { emit: emitNode, comment: "//" },
  python: { emit: emitPython, comment: "#" },
  rust: { emit: emitRust, comment: "//" },
};

/**
 * The targets that an option means something to. Where a component runtime lowers
 * strings the encoding is its own matter, and an AssemblyScript guest has UTF-16 alone.
 */
export const TAKERS: Readonly<Record<"encoding" | "package", readonly string[]>> = {
  encoding: ["node", "java", "c"],
  package: ["c", "java"],
};
