/** The command line and `--check`. */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseOptions } from "../options.js";
import { TAKERS, TARGETS } from "../targets.js";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hams-bindgen-"));
  writeFileSync(
    join(folder, "a.wit"),
    "package a:b;\ninterface i { f: func(x: string) -> string; }\nworld w { export i; }\n",
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { status: number | null; stderr: string } {
  const command = ["--import", "tsx", "main.ts", ...args];
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stderr };
}

test("it writes, --check agrees, and names what was changed by hand", { timeout: 60_000 }, () => {
  const out = join(folder, "out");
  const wit = join(folder, "a.wit");
  const args = ["--wit", wit, "--world", "w", "--target", "node", "--out", out];
  expect(run(...args)).toStrictEqual({ status: 0, stderr: "" });
  expect(run(...args, "--check")).toStrictEqual({ status: 0, stderr: "" });
  appendFileSync(join(folder, "out/w.ts"), "// mine\n");
  const changed = run(...args, "--check");
  expect(changed.status).toBe(1);
  expect(changed.stderr).toContain(`${join(out, "w.ts")} is not what the WIT gives`);
  expect(readFileSync(join(folder, "out/w.ts"), "utf8")).toMatch(/\/\/ mine\n$/);
});

test("a text that is no WIT is one line and exit 1", { timeout: 60_000 }, () => {
  const path = join(folder, "invalid.wit");
  writeFileSync(path, "package a:b;\nworld w {\n  export f: func(x: nowhere);\n}\n");
  const invalid = run("--wit", path, "--world", "w", "--target", "c", "--out", folder);
  expect(invalid.status).toBe(1);
  expect(invalid.stderr).toBe("hams-bindgen: name `nowhere` does not exist\n");
});

test("wrong usage is exit 2, a refusal exit 1", { timeout: 60_000 }, () => {
  const wrong = run(
    "--wit",
    join(folder, "a.wit"),
    "--world",
    "w",
    "--target",
    "cobol",
    "--out",
    "out",
  );
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain(
    `--target "cobol" is not known; targets are ${Object.keys(TARGETS).join(", ")}`,
  );
  writeFileSync(
    join(folder, "r.wit"),
    "package a:b;\ninterface i { f: func() -> stream<u8>; }\nworld w { export i; }\n",
  );
  const refused = run(
    "--wit",
    join(folder, "r.wit"),
    "--world",
    "w",
    "--target",
    "node",
    "--out",
    folder,
  );
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("a:b/i.f (line 2, column 15): a stream is not supported");
});

const GOOD = ["--wit", "a", "--world", "w", "--target", "t", "--out", "o"];

test.each([
  ["a missing option", GOOD.slice(2), "--wit needs a value; it is missing"],
  ["an unknown option", [...GOOD, "--fast"], "--fast is not known; options are --wit, --world"],
  ["a stray word", [...GOOD, "word"], '"word" is no option'],
  ["a switch with a value", [...GOOD, "--check=yes"], '--check takes no value, "yes" came'],
  ["an empty value", ["--wit=", ...GOOD.slice(2)], "--wit needs a value"],
  [
    "an unknown encoding",
    [...GOOD, "--encoding", "utf32"],
    '--encoding "utf32" is not known; encodings are utf8, utf16, latin1+utf16',
  ],
  [
    "an encoding for a target that leaves it to the engine",
    [...GOOD, "--encoding", "utf8"],
    `--encoding is for ${TAKERS.encoding.join(", ")}; target t takes none`,
  ],
  [
    "a package for a target without one",
    [...GOOD, "--package", "a.b"],
    `--package is for ${TAKERS.package.join(", ")}; target t takes none`,
  ],
])("%s is named", (_, args, message) => {
  expect(() => parseOptions(args, ["t"])).toThrow(message);
});

test("encoding and package are as given, and none by default", () => {
  const java = ["--wit", "a", "--world", "w", "--target", "java", "--out", "o"];
  const given = parseOptions([...java, "--encoding", "utf8", "--package", "a.b"], ["java"]);
  expect([given.encoding, given.package]).toStrictEqual(["utf8", "a.b"]);
  const neither = parseOptions(java, ["java"]);
  expect([neither.encoding, neither.package]).toStrictEqual([undefined, undefined]);
});
