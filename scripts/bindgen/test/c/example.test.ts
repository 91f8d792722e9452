/** The example's program in C prints what it does in every language. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CACHE, shopGuest } from "../guests.js";
import { compile, generateInto, run, SANITIZED, translate } from "./toolchain.js";

const EXAMPLE = new URL("../../example/", import.meta.url);
const STYLE = fileURLToPath(new URL("../../emit-c/clang-format", import.meta.url));
const MAIN = fileURLToPath(new URL("c/main.c", EXAMPLE));

test("the shop", { timeout: 300_000 }, async () => {
  const guest = await shopGuest();
  const folder = join(CACHE, "c/example");
  const prefix = await generateInto(folder, guest);
  await translate(folder, prefix, guest.core);
  const program = await compile(folder, prefix, [MAIN], { flags: SANITIZED });
  expect(await run(program, [])).toBe(readFileSync(new URL("expected.txt", EXAMPLE), "utf8"));
});

test("clang-format changes nothing in what was written by hand", async () => {
  const api = fileURLToPath(new URL("api.c", import.meta.url));
  await run("clang-format", ["--dry-run", "--Werror", `--style=file:${STYLE}`, MAIN, api]);
});
