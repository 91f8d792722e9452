/** The public functions as an author calls them, under the sanitizers and valgrind. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CACHE, type Encoding, relayGuest } from "../guests.js";
import { compile, generateInto, run, SANITIZED, translate, VALGRIND } from "./toolchain.js";

const PROGRAM = fileURLToPath(new URL("api.c", import.meta.url));
const TIMEOUT_MS = 300_000;
const ENCODINGS: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];

test.each(ENCODINGS)("%s inside", { timeout: TIMEOUT_MS }, async (encoding) => {
  const program = await build(encoding, SANITIZED, "gcc");
  expect(await run(program, [])).toBe("all hold\n");
});

test("built by clang", { timeout: TIMEOUT_MS }, async () => {
  const program = await build("utf16", ["-O2"], "clang");
  expect(await run(program, [])).toBe("all hold\n");
});

test("optimised, under valgrind", { timeout: TIMEOUT_MS }, async () => {
  const program = await build("utf16", ["-g", "-O2"], "gcc");
  const [command = "", ...args] = VALGRIND;
  expect(await run(command, [...args, program])).toBe("all hold\n");
});

async function build(
  encoding: Encoding,
  flags: readonly string[],
  compiler: string,
): Promise<string> {
  const guest = await relayGuest(encoding);
  const folder = join(
    CACHE,
    "c/api",
    [encoding, compiler, ...flags].join(" ").replaceAll(/\W+/g, "-"),
  );
  const prefix = await generateInto(folder, guest);
  await translate(folder, prefix, guest.core);
  return compile(folder, prefix, [PROGRAM], { compiler, flags });
}
