/** What is published: installed into an empty folder, where the README's first program runs. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Program } from "./program.js";
import { freePort, until } from "./service.js";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const README = readFileSync(join(HERE, "README.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "hams-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the package works where it is installed", { timeout: 120_000 }, async () => {
  const npm = (...args: string[]) => execFileSync("npm", args, { cwd: folder, encoding: "utf8" });
  const pack = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
    { cwd: HERE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const [{ filename, files }] = JSON.parse(pack) as [
    { filename: string; files: { path: string }[] },
  ];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "README.md",
      "dist/hams.core.wasm",
      "dist/src/index.d.ts",
      "schema/config.schema.json",
    ]),
  );
  expect(paths.filter((path) => path.includes("test"))).toEqual([]);

  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  npm("install", "--no-audit", "--no-fund", "--silent", "--prefer-offline", join(folder, filename));
  const program = /```js\n([\s\S]*?)```/.exec(README)?.[1] as string;
  writeFileSync(join(folder, "service.js"), program);
  const port = await freePort();
  const service = new Program(join(folder, "service.js"), [], { HAMS_LISTEN: `127.0.0.1:${port}` });
  const [, request, answer] =
    /```console\n\$ curl http:\/\/localhost:8079(\S+)\n([\s\S]*?)\n```/.exec(README) as unknown as [
      string,
      string,
      string,
    ];
  const ask = () => fetch(`http://127.0.0.1:${port}${request}`).then((answer) => answer.text());
  await until(() =>
    ask().then(
      () => true,
      () => false,
    ),
  );
  await until(async () => (await ask()) === answer);
  service.kill("SIGTERM");
  expect(await service.ended).toMatchObject({ code: 0, errors: "" });
  expect(npm("exec", "--offline", "hams", "version")).toBe("hams 0.1.0\n");

  // its declarations need nothing but those of Node, and are checked themselves
  const compilerOptions = {
    ...{ target: "ES2023", lib: ["ES2023"], module: "NodeNext", strict: true, noEmit: true },
    ...{ skipLibCheck: false, types: ["node"], typeRoots: [join(HERE, "../node_modules/@types")] },
  };
  writeFileSync(join(folder, "service.ts"), 'export * from "hams";\n');
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["service.ts"] }),
  );
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const compiled = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect(compiled.stdout).toBe("");
  expect(compiled.status).toBe(0);
});
