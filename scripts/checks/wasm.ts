/** The component and the core module in it import nothing, and the component is at most 150 KB. */
import { readFileSync } from "node:fs";
import { conclude } from "./files.ts";

const LIMIT = 150_000;
// With the id that the section of imports has in a component and in a core module.
const IMPORTS: readonly [string, number][] = [
  ["core/build/hams.wasm", 10],
  ["core/build/hams.core.wasm", 2],
];

const problems: string[] = [];
for (const [path, imports] of IMPORTS) {
  const bytes = readFileSync(path);
  if (sectionIds(bytes).includes(imports)) problems.push(`${path} has imports`);
  if (bytes.length > LIMIT) problems.push(`${path}: ${bytes.length} bytes, over ${LIMIT}`);
}
conclude(problems, "component and core module");

/** The ids of the sections: after the header of 8 bytes, each has its id, its size and its content. */
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++] ?? 0);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}
