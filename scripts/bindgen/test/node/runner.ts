/** Builds the runner of a world: its generated code and a main of a few lines. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { generate } from "../../generate.js";
import { CACHE, type TestGuest } from "../guests.js";

export async function buildRunner(guest: TestGuest): Promise<readonly string[]> {
  const { wit, world, encoding } = guest;
  const folder = join(CACHE, "node", `${world}-${encoding}`);
  const files = await generate({ wit, world, target: "node", json: true, encoding });
  transpile(folder, { ...files, "main.ts": mainOf(world) });
  return [process.execPath, join(folder, "main.js")];
}

function mainOf(world: string): string {
  return `import { readFileSync } from "node:fs";
import { serve } from "./${world}.session.js";

serve(new WebAssembly.Module(readFileSync(process.argv[2] ?? "")));
`;
}

/** TypeScript to JavaScript, without a look at its types: compile.test.ts has that. */
export function transpile(folder: string, files: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  for (const [name, text] of Object.entries(files)) {
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), outputText);
  }
}
