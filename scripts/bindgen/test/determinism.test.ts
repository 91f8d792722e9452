/** Every target gives the same bytes for a world, whatever came before and in every process. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TARGETS } from "../targets.js";
import { CORPUS } from "./corpus.js";
import { corpusDigest } from "./corpus-digest.js";

test("the same worlds give the same bytes", { timeout: 300_000 }, async () => {
  const script = fileURLToPath(new URL("corpus-digest.ts", import.meta.url));
  const command = ["--import", "tsx", script];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  const first = await corpusDigest();
  expect(Object.keys(first)).toStrictEqual(Object.keys(TARGETS));
  expect(await corpusDigest(CORPUS.toReversed())).toStrictEqual(first);
  expect(JSON.parse(stdout)).toStrictEqual(first);
});
