/** One line for all that every target makes of every world of the corpus: printed when run by itself. */
import { createHash } from "node:crypto";
import { argv } from "node:process";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { generate } from "../generate.js";
import { TARGETS } from "../targets.js";
import { CORPUS } from "./corpus.js";

/** A digest by target; the worlds are generated in the order given. */
export async function corpusDigest(worlds = CORPUS): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const target of Object.keys(TARGETS)) {
    const texts = new Map<string, string>();
    for (const { name, wit, world } of worlds) {
      const files = await generate({ wit, world, target, json: true });
      texts.set(name, JSON.stringify(files));
      await setImmediate(); // a test's worker must not be silent for long
    }
    const hash = createHash("sha256");
    for (const name of [...texts.keys()].sort()) hash.update(texts.get(name) ?? "");
    found[target] = hash.digest("hex");
  }
  return found;
}

if (argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await corpusDigest()));
