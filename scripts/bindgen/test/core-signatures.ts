/** What a core module says that its imported and exported functions take and return. */
import type { CoreType } from "../layout.js";
import { Reader } from "../reader.js";

export interface CoreSignature {
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
}

export interface CoreFunctions {
  /** By `module#name`. */
  readonly imports: ReadonlyMap<string, CoreSignature>;
  readonly exports: ReadonlyMap<string, CoreSignature>;
}

const CORE_TYPES: Readonly<Record<number, CoreType>> = {
  127: "i32",
  126: "i64",
  125: "f32",
  124: "f64",
};

const SECTION = { type: 1, import: 2, function: 3, export: 7 } as const;
const FUNCTION = 0;

export function coreFunctions(binary: Uint8Array): CoreFunctions {
  const reader = new Reader(binary);
  let types: CoreSignature[] = [];
  const functions: (CoreSignature | undefined)[] = [];
  const imports = new Map<string, CoreSignature>();
  const exports = new Map<string, CoreSignature>();
  const value = () => CORE_TYPES[reader.byte()] as CoreType;
  reader.skip(8); // magic, version
  while (!reader.ended) {
    const section = reader.byte();
    const size = reader.u32();
    const end = reader.at + size;
    if (section === SECTION.type) {
      types = reader.vector(() => {
        reader.byte(); // a function's type
        return { parameters: reader.vector(value), results: reader.vector(value) };
      });
    } else if (section === SECTION.import) {
      reader.vector(() => {
        const name = `${reader.name()}#${reader.name()}`;
        if (reader.byte() !== FUNCTION) throw new Error(`import ${name} is no function`);
        const type = types[reader.u32()];
        functions.push(type);
        if (type) imports.set(name, type);
      });
    } else if (section === SECTION.function) {
      functions.push(...reader.vector(() => types[reader.u32()]));
    } else if (section === SECTION.export) {
      reader.vector(() => {
        const name = reader.name();
        const kind = reader.byte();
        const type = functions[reader.u32()];
        if (kind === FUNCTION && type) exports.set(name, type);
      });
    }
    reader.skip(end - reader.at);
  }
  return { imports, exports };
}
