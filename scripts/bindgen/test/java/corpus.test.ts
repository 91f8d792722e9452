/** Whatever the world: javac has nothing to warn of, and the formatter nothing to change. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CORPUS } from "../corpus.js";
import { echoGuest, relayGuest, resourcesGuest, type TestGuest } from "../guests.js";
import { hamsGuest } from "../hosts/vectors.js";
import { generateInto, HERE, JAVA_CACHE } from "./projects.js";
import { compile, unformatted } from "./toolchain.js";

const TIMEOUT_MS = 600_000;

describe("generated Java", () => {
  const sources: string[] = [];

  beforeAll(async () => {
    const guests: TestGuest[] = await Promise.all([
      ...[echoGuest(), relayGuest("utf8"), relayGuest("latin1+utf16")],
      ...[resourcesGuest(), hamsGuest()],
    ]);
    const worlds = [...CORPUS.map((each) => ({ ...each, encoding: "utf16" as const })), ...guests];
    for (const [i, { wit, world, encoding }] of worlds.entries()) {
      const name = `w${i}`; // a package each
      const folder = join(JAVA_CACHE, "corpus/src", name);
      sources.push(...(await generateInto(folder, { wit, world, encoding, package: name })));
    }
  }, TIMEOUT_MS);

  test("javac with all warnings as errors compiles every world", {
    timeout: TIMEOUT_MS,
  }, async () => {
    expect(sources.length).toBeGreaterThan(1000);
    await compile(sources, join(JAVA_CACHE, "corpus/classes"));
  });

  test("google-java-format would change nothing", { timeout: TIMEOUT_MS }, async () => {
    const own = readdirSync(HERE).filter((name) => name.endsWith(".java"));
    const example = join(HERE, "../../example/java/Main.java");
    const files = [...different(sources), ...own.map((n) => join(HERE, n)), example];
    expect(await unformatted(files)).toEqual([]);
  });

  test("no two files differ by nothing but case", () => {
    expect(new Set(sources.map((path) => path.toLowerCase())).size).toBe(sources.length);
  });

  test("the same world gives the same files", async () => {
    const { generate } = await import("../../generate.js");
    const { wit, world } = await echoGuest();
    const request = { wit, world, target: "java", json: true };
    expect(await generate(request)).toStrictEqual(await generate(request));
  });
});

/** Without those that differ in nothing but their package. */
function different(sources: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const path of sources) {
    const text = readFileSync(path, "utf8").replace(/^(?:\/\/.*\n)+package .*\n/, "");
    if (!found.has(text)) found.set(text, path);
  }
  return [...found.values()];
}
