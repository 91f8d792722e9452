/** Every target by its name on the command line. */
import { emitAssemblyScript } from "./emit-assemblyscript/index.js";
import { emitNode } from "./emit-node/index.js";
import type { Emitter } from "./target.js";

export const TARGETS: Readonly<Record<string, Emitter>> = {
  assemblyscript: emitAssemblyScript,
  node: emitNode,
};
