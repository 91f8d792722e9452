/**
 * The guests that hosts are tested with. Each is built once, into a folder named
 * by all that it is made of, so that test files and languages can share it.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";
import { buildGuest, type Guest } from "../build-guest.js";
import { generate } from "../generate.js";
import type { Encoding } from "../target.js";
import { resolveWorld } from "../wit.js";
import { goldenModule } from "./golden/module.js";
import { GOLDEN_WIT } from "./golden/table.js";
import { forwardingModule } from "./relay/forwarding.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** For what tests make; not committed. */
export const CACHE = join(here, "../.cache/test");

export type { Encoding };

export interface TestGuest {
  /** The WIT's text. */
  readonly wit: string;
  readonly world: string;
  readonly encoding: Encoding;
  /** The path of the core module, under the canonical ABI's names. */
  readonly core: string;
  /** The path of the component that is made of it. */
  readonly component: string;
}

const ECHO_WIT = readFileSync(join(here, "echo/echo.wit"), "utf8");

/** World `echoes`: gives back what it is given. */
export function echoGuest(): Promise<TestGuest> {
  return fromAssemblyScript("echo", ECHO_WIT, "echoes", sources("echo", ["echo"]));
}

/** World `relays`: each exported function gives back what the imported one of its name gives. */
export async function relayGuest(encoding: Encoding = "utf16"): Promise<TestGuest> {
  if (encoding === "utf16") {
    return fromAssemblyScript("relay", ECHO_WIT, "relays", sources("relay", ["echo"]));
  }
  const text = forwardingModule(await resolveWorld(ECHO_WIT, "relays"));
  return fromText("relay", ECHO_WIT, "relays", text, encoding);
}

/** World `resources`: objects of the component and of the host, counted. */
export function resourcesGuest(): Promise<TestGuest> {
  const wit = readFileSync(join(here, "resources/resources.wit"), "utf8");
  const files = ["counters", "readers", "keeper", "twins", "resources"];
  return fromAssemblyScript("resources", wit, "resources", sources("resources", files));
}

/** World `shop` of the example. */
export function shopGuest(): Promise<TestGuest> {
  const wit = readFileSync(join(here, "../example/shop.wit"), "utf8");
  const counter = readFileSync(join(here, "../example/guest/counter.ts"), "utf8");
  return fromAssemblyScript("shop", wit, "shop", { "counter.ts": counter });
}

/** World `malformed`: does wrong as it is told; `malformed/cases.ts` has what to ask it for. */
export function malformedGuest(encoding: Encoding = "utf16"): Promise<TestGuest> {
  const wit = readFileSync(join(here, "malformed/malformed.wit"), "utf8");
  const text = readFileSync(join(here, "malformed/malformed.wat"), "utf8");
  return fromText("malformed", wit, "malformed", text, encoding);
}

/** World `golden`: knows no types, and lets its memory be read and written. */
export function goldenGuest(encoding: Encoding = "utf16"): Promise<TestGuest> {
  return fromText("golden", GOLDEN_WIT, "golden", goldenModule(), encoding);
}

/** The implementations in a folder, as the compiler wants them named. */
function sources(folder: string, files: readonly string[]): Record<string, string> {
  const read = (file: string) => readFileSync(join(here, folder, `${file}.as.ts`), "utf8");
  return Object.fromEntries(files.map((file) => [`${file}.ts`, read(file)]));
}

/** Compiles a guest of generated code and the implementation's `sources`, by file name. */
async function fromAssemblyScript(
  name: string,
  wit: string,
  world: string,
  sources: Readonly<Record<string, string>>,
): Promise<TestGuest> {
  const files: Record<string, string> = { ...sources };
  const generated = await generate({ wit, world, target: "assemblyscript", json: false });
  for (const [file, text] of Object.entries(generated)) files[`generated/${file}`] = text;
  const built = await once(
    name,
    [wit, world, ...BUILD, ...Object.entries(files).flat()],
    (folder) => {
      mkdirSync(join(folder, "generated"), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
      return buildGuest({
        folder,
        entry: "generated/exports.ts",
        exportNames: "generated/exports.json",
        ...(files["generated/imports.json"] ? { importNames: "generated/imports.json" } : {}),
        wit,
        world,
        maximumMemory: 256,
      });
    },
  );
  return { wit, world, encoding: "utf16", ...built };
}

/** What a compiled guest depends on besides its sources. */
const BUILD = ["build-guest.ts", "canonical-names.ts", "package.json"].map((file) =>
  readFileSync(join(here, "..", file), "utf8"),
);

/** Assembles a guest from a core module's text. */
async function fromText(
  name: string,
  wit: string,
  world: string,
  text: string,
  encoding: Encoding,
): Promise<TestGuest> {
  const built = await once(name, [wit, world, text, encoding], async () => {
    const core = await parse(text);
    const binary = await componentEmbed({
      binary: core,
      witSource: wit,
      world,
      stringEncoding: encoding === "latin1+utf16" ? "compact-utf16" : encoding,
    });
    const component = await componentNew(binary);
    return { core: new Uint8Array(core), component: new Uint8Array(component) };
  });
  return { wit, world, encoding, ...built };
}

/** Two builds at once both succeed: the later one takes the earlier's place. */
async function once(
  name: string,
  ingredients: readonly string[],
  build: (folder: string) => Promise<Pick<Guest, "core" | "component">>,
): Promise<{ core: string; component: string }> {
  const digest = createHash("sha256").update(JSON.stringify(ingredients)).digest("hex");
  const folder = join(CACHE, "guests", `${name}-${digest.slice(0, 16)}`);
  const paths = { core: join(folder, "core.wasm"), component: join(folder, "component.wasm") };
  if (existsSync(folder)) return paths;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const made = await build(draft).catch((error: unknown) => {
    rmSync(draft, { recursive: true });
    throw error;
  });
  writeFileSync(join(draft, "core.wasm"), made.core);
  writeFileSync(join(draft, "component.wasm"), made.component);
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true }); // another process was faster
  }
  return paths;
}

/** Generates both sides of the echo world into a folder of this name: test files run side by side. */
export async function generateEcho(
  name: string,
): Promise<{ folder: string; wit: string; glue: string }> {
  const folder = join(CACHE, name);
  await generateInto(join(folder, "generated"), ECHO_WIT, "echoes", "assemblyscript");
  await generateInto(join(folder, "node"), ECHO_WIT, "echoes", "node");
  return { folder, wit: ECHO_WIT, glue: join(folder, "node/echoes.ts") };
}

/** The echo guest and its Node glue. */
export async function buildEcho(
  name: string,
): Promise<{ guest: Pick<Guest, "core" | "component">; wit: string; glue: string }> {
  const { wit, glue } = await generateEcho(name);
  const { core, component } = await echoGuest();
  const bytes = (path: string) => new Uint8Array(readFileSync(path));
  return { guest: { core: bytes(core), component: bytes(component) }, wit, glue };
}

async function generateInto(
  folder: string,
  wit: string,
  world: string,
  target: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const files = await generate({ wit, world, target, json: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
