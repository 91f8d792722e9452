/** The example of the README. */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { shopGuest } from "../guests.js";
import { emptyFolder, generatePackage, python } from "./environment.js";

const MAIN = fileURLToPath(new URL("../../example/python/main.py", import.meta.url));
const EXPECTED = new URL("../../example/expected.txt", import.meta.url);

test("the example prints what the README shows", { timeout: 300_000 }, async () => {
  const guest = await shopGuest();
  const folder = emptyFolder("example");
  await generatePackage(folder, "shop_bindings", guest);
  copyFileSync(MAIN, join(folder, "main.py"));
  const printed = python(join(folder, "main.py"), guest.component);
  expect(printed).toBe(readFileSync(EXPECTED, "utf8"));
});
