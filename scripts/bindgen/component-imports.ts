/** What a component imports; also an interface that only declares types counts. */
import { Reader } from "./reader.js";

const IMPORT_SECTION = 10;

/** Names of the imports of a component's outermost level. */
export function componentImports(component: Uint8Array): string[] {
  const reader = new Reader(component);
  const names: string[] = [];
  reader.skip(8); // magic, version, layer
  while (!reader.ended) {
    const id = reader.byte();
    const size = reader.u32();
    const end = reader.at + size;
    if (id === IMPORT_SECTION) {
      const count = reader.u32();
      for (let i = 0; i < count; i++) {
        reader.byte(); // kind of name
        names.push(reader.name());
        reader.byte(); // sort
        reader.u32(); // index
      }
    }
    reader.skip(end - reader.at);
  }
  return names;
}
