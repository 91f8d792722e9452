/** The memory of an instance that generated code for Node makes. */

/** The glue keeps the guest's memory to itself, so it is caught where the module is instantiated. */
export function withMemory<T>(instantiate: () => T): { made: T; memory: WebAssembly.Memory } {
  const { Instance } = WebAssembly;
  let memory: WebAssembly.Memory | undefined;
  WebAssembly.Instance = class extends Instance {
    constructor(...of: ConstructorParameters<typeof Instance>) {
      super(...of);
      memory = this.exports.memory as WebAssembly.Memory;
    }
  };
  try {
    const made = instantiate();
    if (memory === undefined) throw new Error("nothing was instantiated");
    return { made, memory };
  } finally {
    WebAssembly.Instance = Instance;
  }
}
