/** Builds the echo world's bindings for C, and measures a call by them and by hand. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, generateInto, run, translate } from "../../../bindgen/test/c/toolchain.js";
import { CACHE, echoGuest } from "../../../bindgen/test/guests.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));

const guest = await echoGuest();
const folder = join(CACHE, "c/bench");
const prefix = await generateInto(folder, guest);
await translate(folder, prefix, guest.core);
const sources = ["by_hand.c", "bench.c"].map((name) => join(HERE, name));
process.stdout.write(await run(await compile(folder, prefix, sources, { flags: ["-O2"] }), []));
