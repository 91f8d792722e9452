/** What users of the bindings meet: the facts of `behaviour.py`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { echoGuest, relayGuest, resourcesGuest } from "../guests.js";
import { emptyFolder, generatePackage, programs } from "./environment.js";

const BEHAVIOUR = fileURLToPath(new URL("behaviour.py", import.meta.url));

let parameters: string[] = [];

beforeAll(async () => {
  const folder = emptyFolder("behaviour");
  const guests = [await echoGuest(), await relayGuest(), await resourcesGuest()];
  for (const guest of guests) await generatePackage(folder, "bindings", guest);
  parameters = [folder, ...guests.map((guest) => guest.component)];
}, 600_000);

test.each([
  ["the fast way", ""],
  ["wasmtime's public functions", "1"],
])("by %s", { timeout: 300_000 }, (_, value) => {
  const { status, stderr } = spawnSync(join(programs(), "python"), [BEHAVIOUR, ...parameters], {
    encoding: "utf8",
    env: { ...process.env, HAMS_BINDGEN_PUBLIC: value },
  });
  expect(stderr).toMatch(/\nRan \d\d tests in .*\n\nOK\n$/);
  expect(status).toBe(0);
});
