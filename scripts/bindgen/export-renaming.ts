/**
 * Gives a module's exports their canonical names. AssemblyScript has no way to
 * write `hams:core/health@0.1.0#step`, so that is done after compilation.
 */
import { Transform } from "assemblyscript/transform";
import type { ExportNames } from "./emit-assemblyscript/exports.js";

interface Module {
  getExport(name: string): number;
  removeExport(name: string): void;
  addFunctionExport(internalName: string, name: string): number;
}

interface Binaryen {
  getExportInfo(exported: number): { readonly value: string };
}

/** A compiler plugin for these names; every export but the memory must have one. */
export function ExportRenaming(names: ExportNames): typeof Transform {
  return class extends Transform {
    afterCompile(compiled: unknown): void {
      const module = compiled as Module;
      const binaryen = (this as unknown as { binaryen: Binaryen }).binaryen;
      for (const [from, to] of Object.entries(names)) {
        const exported = module.getExport(from);
        if (!exported) throw new Error(`the guest does not export ${from}`);
        const { value } = binaryen.getExportInfo(exported);
        module.removeExport(from);
        module.addFunctionExport(value, to);
      }
    }
  };
}
