/** Every test vector, over the glue of this binding. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { instantiate } from "../dist/generated/hams.js";
import { coreModule } from "../dist/src/core.js";
import { type Defaults, drive, type VectorFile } from "../dist/src/vectors/drive.js";

const FOLDER = new URL("../../core/conformance/", import.meta.url);
const NOT_VECTORS = ["schema.json", "defaults.json"];

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as T;
}

const defaults = read<Defaults>("defaults.json");
const files = readdirSync(FOLDER).filter(
  (file) => file.endsWith(".json") && !NOT_VECTORS.includes(file),
);

describe.each(files)("%s", (file) => {
  test.each(read<VectorFile>(file).cases)("$name", (vector) => {
    expect(drive(instantiate(coreModule()), vector, defaults)).toBeUndefined();
  });
});

test("the vectors are there", () => {
  expect(files.length).toBeGreaterThan(10);
});
