/** The host in C: `<world>.h` and `<world>.c`, over what wasm2c makes of the core module. */
import { readFileSync } from "node:fs";
import type { World } from "../ir.js";
import type { EmitOptions, Encoding, Files } from "../target.js";
import { CoreNames } from "./core.js";
import { printHeader } from "./header.js";
import { emitJson } from "./json.js";
import { Names } from "./names.js";
import { printSource } from "./source.js";

const TEXTS: Readonly<Record<Encoding, string>> = {
  utf8: "utf8.c",
  utf16: "utf16.c",
  "latin1+utf16": "latin1-utf16.c",
};

export function emitC(world: World, header: string, options: EmitOptions): Files {
  const names = new Names(world, options.package);
  const fixed = (file: string) => inWorld(file, names);
  const api = printHeader(world, names, fixed("api.h"));
  const source = printSource(
    world,
    names,
    new CoreNames(names),
    {
      state: fixed("state.c"),
      tables: fixed("tables.c"),
      runtime: fixed("runtime.c"),
      text: fixed(TEXTS[options.encoding]),
      handles: fixed("handles.c"),
      api: fixed("api.c"),
    },
    api.freed,
  );
  const files = {
    [`${names.prefix}.h`]: `${header}\n${api.text}`,
    [`${names.prefix}.c`]: `${header}\n${source}`,
  };
  if (!options.json) return files;
  return { ...files, ...emitJson(world, names, header, fixed) };
}

/** A fixed file, in which `ns` stands for the prefix. */
function inWorld(file: string, { prefix, macro }: Names): string {
  return readFileSync(new URL(`fixed/${file}`, import.meta.url), "utf8")
    .replaceAll(/\bns(?=_|\b)/g, prefix)
    .replaceAll(/\bNS_/g, `${macro}_`);
}
