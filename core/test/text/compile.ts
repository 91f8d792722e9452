// Compiles entry.as.ts and loads it, so that the core's pure functions can be called one by one.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = fileURLToPath(new URL(".", import.meta.url));
const built = new Map<string, string | Uint8Array>();

const { error, stderr } = await asc.main(
  ["entry.as.ts", "--outFile", "text.wasm", "--bindings", "raw", "--exportRuntime"].concat(
    // Incremental: no garbage may pile up over a million calls, and none be collected too early.
    ["--runtime", "incremental", "--optimizeLevel", "0", "--baseDir", here],
  ),
  {
    readFile: (name, base) => readFile(`${base}/${name}`, "utf8").catch(() => null),
    writeFile: (name, contents) => void built.set(name, contents),
  },
);
if (error) throw new Error(`${error.message}\n${stderr}`);

const bindings = await import(
  `data:text/javascript,${encodeURIComponent(`${built.get("text.js")}`)}`
);
const module = await WebAssembly.compile(built.get("text.wasm") as BufferSource);

/** The exports of entry.as.ts. */
export const text = (await bindings.instantiate(module, {
  env: {},
})) as typeof import("./entry.as.js");
