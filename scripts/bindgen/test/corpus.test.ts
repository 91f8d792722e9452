/** The corpus is what its README says. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CORPUS } from "./corpus.js";

const folder = new URL("corpus/", import.meta.url);

/** The last column of the table of bugs. */
const CASES = readFileSync(new URL("README.md", folder), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) => [...(line.split(" | ").at(-1) ?? "").matchAll(/`([^`]+)`/g)].map((m) => m[1]));

test("every known bug has a case", () => {
  expect(CASES.length).toBe(55);
  for (const [first = "", ...others] of CASES) {
    for (const name of [first, ...others]) {
      const file = name?.startsWith("..") ? name : `${name}.wit`;
      expect(existsSync(new URL(file, folder)), `${name}`).toBe(true);
    }
  }
});

test("there are worlds enough, and each says what it is for", () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60);
  const purposes = CORPUS.map((c) => c.purpose);
  expect(new Set(purposes).size).toBe(purposes.length);
});
