/** The example program, built as its first lines say. */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shopGuest } from "../guests.js";
import { generateInto, HERE, JAVA_CACHE } from "./projects.js";
import { classPath, compile, tool } from "./toolchain.js";

test("the shop sells what it has", { timeout: 300_000 }, async () => {
  const { wit, world, core } = await shopGuest();
  const folder = join(JAVA_CACHE, "example");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sources = await generateInto(join(folder, "example/shop"), { wit, world });
  const main = join(folder, "Main.java");
  copyFileSync(join(HERE, "../../example/java/Main.java"), main);
  await compile([...sources, main], join(folder, "classes"));
  const path = `${join(folder, "classes")}:${await classPath()}`;
  const expected = readFileSync(join(HERE, "../../example/expected.txt"), "utf8");
  expect(await tool("java", ["-cp", path, "Main", core])).toBe(expected);
});
