/** The bindings of every world of the corpus fit a component of that world. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { moduleName } from "../../emit-python/names.js";
import { resolveWorld } from "../../wit.js";
import { CORPUS } from "../corpus.js";
import { emptyFolder, generatePackage, python } from "./environment.js";

const LINK = fileURLToPath(new URL("link.py", import.meta.url));

test("each can be instantiated, in both ways", { timeout: 300_000 }, async () => {
  const folder = emptyFolder("corpus");
  const modules: string[] = [];
  for (const { wit, world } of CORPUS) {
    const request = { witSource: wit, world, stringEncoding: "utf16" as const };
    const core = await componentEmbed({ ...request, dummy: true });
    const name = moduleName(await resolveWorld(wit, world));
    writeFileSync(join(folder, `${name}.wasm`), await componentNew(core));
    await generatePackage(folder, "corpus", { wit, world });
    modules.push(name);
  }
  expect(python(LINK, folder, ...modules)).toBe(`${CORPUS.length} linked\n`);
});
