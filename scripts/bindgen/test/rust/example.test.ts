/** The example's program in Rust prints what it does in every language. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generate } from "../../generate.js";
import { shopGuest } from "../guests.js";
import { Crate } from "./crate.js";

const EXAMPLE = new URL("../../example/", import.meta.url);

const run = promisify(execFile);

test("the shop sells tea and jam", { timeout: 900_000 }, async () => {
  const { wit, world, component } = await shopGuest();
  const files = await generate({ wit, world, target: "rust", json: false });
  const main = readFileSync(new URL("rust/main.rs", EXAMPLE), "utf8");
  const crate = new Crate("example");
  crate.add("shop", { ...files, "main.rs": `#![deny(warnings)]\n${main}` });
  await crate.build("shop");
  const { stdout } = await run(crate.program("shop"), [component]);
  expect(stdout).toBe(readFileSync(new URL("expected.txt", EXAMPLE), "utf8"));
});
