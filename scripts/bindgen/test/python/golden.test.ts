/** Both ways into wasmtime, the fast one and its public functions, give the same. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { echoGuest } from "../guests.js";
import { emptyFolder, generatePackage, python } from "./environment.js";

const GOLDEN = fileURLToPath(new URL("golden.py", import.meta.url));
const CALLS = process.env.HAMS_FULL ? 20_000 : 2_000;

test("seeded values of every shape", { timeout: 300_000 }, async () => {
  const guest = await echoGuest();
  const folder = emptyFolder("golden");
  await generatePackage(folder, "bindings", guest);
  const printed = python(GOLDEN, folder, "bindings.echoes_json", guest.component, `${CALLS}`);
  expect(printed).toBe(`${CALLS} compared, 0 beyond the public way\n`);
});
