/** jco's own bindings of a component, as the oracle. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { transpileBytes } from "@bytecodealliance/jco-transpile";

type TranspileOptions = Parameters<typeof transpileBytes>[1];
type Methods = Readonly<Record<string, (...values: unknown[]) => unknown>>;

/** What the component offers, by the interface's name; `folder` takes the transpiled files. */
export async function jcoInstance(
  component: Uint8Array,
  folder: string,
): Promise<(imports?: object) => Readonly<Record<string, Methods>>> {
  const options = { name: "oracle", instantiation: { tag: "sync" } };
  const { files } = await transpileBytes(component, options as TranspileOptions);
  const cores = new Map<string, WebAssembly.Module>();
  for (const [name, content] of Object.entries(files as Record<string, Uint8Array>)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (name.endsWith(".wasm")) cores.set(name, new WebAssembly.Module(new Uint8Array(content)));
  }
  const made = await import(pathToFileURL(join(folder, "oracle.js")).href);
  return (imports = {}) => made.instantiate((path: string) => cores.get(path), imports);
}
