/**
 * Builds an AssemblyScript guest: the core module under the canonical ABI's names,
 * and the component made of it. The same input gives the same bytes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import asc from "assemblyscript/asc";
import { componentImports } from "./component-imports.js";
import type { ExportNames } from "./emit-assemblyscript/exports.js";
import type { ImportNames } from "./emit-assemblyscript/host.js";

export interface GuestSource {
  /** What the paths are relative to. */
  readonly folder: string;
  /** The compiler's entry, usually the generated `exports.ts`. */
  readonly entry: string;
  /** The generated `exports.json`. */
  readonly exportNames: string;
  /** The generated `imports.json`, of a world that imports something. */
  readonly importNames?: string;
  /** The WIT's text, and the world that the guest is for. */
  readonly wit: string;
  readonly world: string;
  /** In pages of 64 KiB; more is a trap. */
  readonly maximumMemory: number;
}

export interface Guest {
  readonly core: Uint8Array<ArrayBuffer>;
  readonly component: Uint8Array<ArrayBuffer>;
  /** What the component or the module imports; an interface of types alone counts too. */
  readonly imports: readonly string[];
}

/** @throws {Error} with the compiler's messages */
export async function buildGuest(source: GuestSource): Promise<Guest> {
  const core = await compile(source);
  const embedded = await componentEmbed({
    binary: core,
    witSource: source.wit,
    world: source.world,
    stringEncoding: "utf16",
  });
  const component = new Uint8Array(await componentNew(embedded));
  const module = new WebAssembly.Module(core);
  const ofModule = WebAssembly.Module.imports(module).map((i) => `${i.module} ${i.name}`);
  return { core, component, imports: [...ofModule, ...componentImports(component)] };
}

async function compile(source: GuestSource): Promise<Uint8Array<ArrayBuffer>> {
  const { CanonicalNames } = await import("./canonical-names.js");
  const read = (path: string) => JSON.parse(readFileSync(join(source.folder, path), "utf8"));
  const exportNames: ExportNames = read(source.exportNames);
  const importNames: ImportNames = source.importNames ? read(source.importNames) : {};
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      source.entry,
      `--baseDir=${source.folder}`,
      "--outFile=guest.wasm",
      "--runtime=minimal",
      "--use=abort=", // a failed assertion is a trap, with nothing imported to report it
      `--maximumMemory=${source.maximumMemory}`,
      "-O3",
      "--shrinkLevel=1", // a sixth smaller for a fifth of its speed, of which there is plenty
      "--converge",
    ],
    {
      transforms: [CanonicalNames(exportNames, importNames)],
      writeFile(_name: string, contents: Uint8Array | string) {
        if (typeof contents !== "string") binary = contents;
      },
    } as unknown as Parameters<typeof asc.main>[1],
  );
  if (error !== null || binary === undefined) {
    throw new Error(`asc: ${error?.message ?? "no output"}\n${stderr.toString()}`);
  }
  return new Uint8Array(binary);
}
