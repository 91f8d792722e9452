/**
 * After tsc: makes few files of many, since Node takes near a millisecond for each, and a service is
 * to answer at once. `dist/lib` is what runs; `dist/src` holds its types, and the modules for tests.
 */
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("dist/lib"), { recursive: true, force: true });
await build({
  entryPoints: {
    index: here("dist/src/index.js"),
    worker: here("dist/src/worker.js"),
    command: here("dist/src/command/main.js"),
    "test-app": here("dist/test-app/main.js"),
  },
  outdir: here("dist/lib"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
copyFileSync(here("../core/build/hams.core.wasm"), here("dist/hams.core.wasm"));
copyFileSync(here("../LICENSE"), here("LICENSE"));
