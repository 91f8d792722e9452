/** Builds and runs `bench.rs`: the generated calls against wasmtime's typed ones, on the echo guest. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { generate } from "../../../bindgen/generate.ts";
import { echoGuest } from "../../../bindgen/test/guests.ts";
import { Crate } from "../../../bindgen/test/rust/crate.ts";

const { wit, world, component } = await echoGuest();
const files = await generate({ wit, world, target: "rust", json: false });
const crate = new Crate("bench");
crate.add("bench", {
  ...files,
  "main.rs": readFileSync(new URL("bench.rs", import.meta.url), "utf8"),
});
await crate.build("bench", "release");
execFileSync(crate.program("bench", "release"), [component], { stdio: "inherit" });
