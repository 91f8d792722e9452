/**
 * Gives a module's exports and imports their canonical names. AssemblyScript has
 * no way to write `hams:core/health@0.1.0#step`, so that is done after compilation.
 */
import { Transform } from "assemblyscript/transform";
import type { ExportNames } from "./emit-assemblyscript/exports.js";
import type { ImportNames } from "./emit-assemblyscript/host.js";

/** The generated file, without `.ts`, whose declarations are the imports. */
const HOST_FILE = "host";

/** A module of the compiler's back end, binaryen. */
interface Module {
  getExport(name: string): number;
  removeExport(name: string): void;
  addFunctionExport(internalName: string, name: string): number;
  getNumFunctions(): number;
  getFunctionByIndex(index: number): number;
  /** Of a function that is there, it only changes the names. */
  addFunctionImport(
    internalName: string,
    module: string,
    name: string,
    params: number,
    results: number,
  ): void;
}

interface FunctionInfo {
  readonly name: string;
  readonly module: string | null;
  readonly base: string | null;
  readonly params: number;
  readonly results: number;
}

interface Binaryen {
  getExportInfo(exported: number): { readonly value: string };
  getFunctionInfo(func: number): FunctionInfo;
}

/** A compiler plugin for these names; every export but the memory must have one. */
export function CanonicalNames(exports: ExportNames, imports: ImportNames): typeof Transform {
  return class extends Transform {
    afterCompile(compiled: unknown): void {
      const module = compiled as Module;
      const binaryen = (this as unknown as { binaryen: Binaryen }).binaryen;
      renameExports(module, binaryen, exports);
      renameImports(module, binaryen, imports);
    }
  };
}

function renameExports(module: Module, binaryen: Binaryen, names: ExportNames): void {
  const written = new Set(Object.values(names));
  const internal = new Map<string, string>();
  for (const name of written) {
    const exported = module.getExport(name);
    if (!exported) throw new Error(`the guest does not export ${name}`);
    internal.set(name, binaryen.getExportInfo(exported).value);
    module.removeExport(name);
  }
  for (const [canonical, name] of Object.entries(names)) {
    module.addFunctionExport(internal.get(name) ?? "", canonical);
  }
}

function renameImports(module: Module, binaryen: Binaryen, names: ImportNames): void {
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    const canonical = info.module === HOST_FILE ? names[info.base ?? ""] : undefined;
    if (canonical === undefined) continue;
    const [from = "", name = ""] = canonical.split(" ");
    module.addFunctionImport(info.name, from, name, info.params, info.results);
  }
}
