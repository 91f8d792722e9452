// The core under test, over the Node glue.

import { readFileSync } from "node:fs";
import binaryen from "assemblyscript/binaryen";
import { type Hams, instantiate } from "../../bindings-node/generated/hams.js";

/** Bytes that a core with undo has free at its beginning. */
const ROOM = 100_000;

const bytes = readFileSync(new URL("../build/hams.core.wasm", import.meta.url));
const module = new WebAssembly.Module(bytes);

/** A core of its own; what one does no other sees. */
export function newCore(): Hams {
  return instantiate(module);
}

/** A core with its memory, which the glue keeps to itself. */
export function newCoreWithMemory(): { core: Hams; memory: WebAssembly.Memory } {
  const { core, state } = open(module);
  return { core, memory: memoryAmong(state) };
}

/**
 * A core that can be put back to where it was. `save` returns what puts it back, as often as it is called and until
 * the same slot is saved to again.
 */
export function newCoreWithUndo(): { core: Hams; save: (slot: number) => () => void } {
  const { core, state } = open(moduleWithGlobals());
  const memory = memoryAmong(state);
  const globals = state.filter((one) => one instanceof WebAssembly.Global);
  // Room for what follows: memory cannot shrink, so it must not grow between a save and its undoing.
  core.propagation.carry([["room", "x".repeat(ROOM / 2)]], []);
  const size = memory.buffer.byteLength;
  const slots: Uint8Array[] = [];
  const save = (slot: number): (() => void) => {
    slots[slot] ??= new Uint8Array(size);
    const content = slots[slot];
    content.set(new Uint8Array(memory.buffer));
    const values = globals.map((one) => one.value as unknown);
    return () => {
      if (memory.buffer.byteLength !== size) throw new Error("memory has grown");
      new Uint8Array(memory.buffer).set(content);
      globals.forEach((one, at) => {
        one.value = values[at];
      });
    };
  };
  return { core, save };
}

/** The core with its mutable globals exported; nothing else differs. */
function moduleWithGlobals(): WebAssembly.Module {
  const open = binaryen.readBinary(bytes);
  for (let at = 0; at < open.getNumGlobals(); at++) {
    const { name, mutable } = binaryen.getGlobalInfo(open.getGlobalByIndex(at));
    if (mutable) open.addGlobalExport(name, `state:${name}`);
  }
  const binary = open.emitBinary();
  open.dispose();
  return new WebAssembly.Module(new Uint8Array(binary));
}

/** An instance over the glue, with all that its module exports of its state. */
function open(of: WebAssembly.Module): {
  core: Hams;
  state: (WebAssembly.Memory | WebAssembly.Global)[];
} {
  const original = WebAssembly.Instance;
  const state: (WebAssembly.Memory | WebAssembly.Global)[] = [];
  WebAssembly.Instance = class extends original {
    constructor(...given: ConstructorParameters<typeof original>) {
      super(...given);
      for (const one of Object.values(this.exports))
        if (one instanceof WebAssembly.Memory || one instanceof WebAssembly.Global) state.push(one);
    }
  };
  try {
    return { core: instantiate(of), state };
  } finally {
    WebAssembly.Instance = original;
  }
}

function memoryAmong(state: readonly unknown[]): WebAssembly.Memory {
  const memories = state.filter((one) => one instanceof WebAssembly.Memory);
  if (memories.length !== 1) throw new Error(`the core exports ${memories.length} memories, not 1`);
  return memories[0]!;
}
