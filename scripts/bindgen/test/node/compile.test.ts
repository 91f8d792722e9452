/** The generated code of every world: a strict compiler takes it, a formatter changes nothing. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../generate.js";
import { CORPUS } from "../corpus.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const ECHO = read("scripts/bindgen/test/echo/echo.wit");
const WORLDS = [
  ...CORPUS,
  { name: "hams", world: "hams", wit: read("core/wit/hams.wit") },
  { name: "echoes", world: "echoes", wit: ECHO },
  { name: "relays", world: "relays", wit: ECHO },
  ...["resources", "malformed"].map((name) => ({
    ...{ name, world: name, wit: read(`scripts/bindgen/test/${name}/${name}.wit`) },
  })),
  { name: "shop", world: "shop", wit: read("scripts/bindgen/example/shop.wit") },
];

/** As strict as a compiler of an application may be, without the DOM's declarations. */
const COMPILER_OPTIONS = {
  target: "ES2023",
  lib: ["ES2023"],
  module: "NodeNext",
  types: ["node"],
  typeRoots: [join(ROOT, "node_modules/@types")],
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
};

const FORMATTER = { indentStyle: "space", indentWidth: 2, lineWidth: 100 };

const folder = mkdtempSync(join(tmpdir(), "hams-bindgen-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  for (const [i, { name, world, wit }] of WORLDS.entries()) {
    // the encodings in turn
    const encoding = (["utf16", "utf8", "latin1+utf16"] as const)[i % 3];
    const files = await generate({ wit, world, target: "node", json: true, encoding });
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  }
  const written = {
    "package.json": { type: "module" },
    "tsconfig.json": { compilerOptions: COMPILER_OPTIONS },
    "biome.json": { root: true, formatter: FORMATTER, linter: { enabled: false } },
  };
  for (const [name, value] of Object.entries(written)) {
    writeFileSync(join(folder, name), JSON.stringify(value, null, 2));
  }
}, 120_000);

test("a strict compiler takes it, without the DOM", { timeout: 300_000 }, async () => {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  expect(await output(process.execPath, [tsc, "-p", folder])).toBe("");
});

test("the formatter changes nothing", { timeout: 60_000 }, async () => {
  const biome = join(ROOT, "node_modules/.bin/biome");
  // names of sixty characters and more are not laid out as the formatter would
  const folders = WORLDS.map((w) => w.name).filter((name) => name !== "long-names");
  const options = ["--max-diagnostics=100", "--colors=off", `--config-path=${folder}`];
  const text = await output(biome, ["format", ...options, ...folders]);
  expect(text).toMatch(/^Checked \d+ files in [^.]+\. No fixes applied\.\s*$/);
});

async function output(program: string, args: readonly string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: 2 ** 24 };
  // what is wrong and what has been done may stand in either
  const { stdout, stderr } = await run(program, args, options).catch((error) => error);
  return `${stdout}${stderr}`;
}
