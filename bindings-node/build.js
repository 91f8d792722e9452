/** After tsc: puts the core beside the code, and the licence beside the package. */
import { chmodSync, copyFileSync } from "node:fs";

const here = (path) => new URL(path, import.meta.url);

copyFileSync(here("../core/build/hams.core.wasm"), here("dist/hams.core.wasm"));
copyFileSync(here("../LICENSE"), here("LICENSE"));
chmodSync(here("dist/src/command/main.js"), 0o755);
