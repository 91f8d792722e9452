/** The runner of a world in C: its session as a program. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, type TestGuest } from "../guests.js";
import { type CompileOptions, compile, generateInto, translate } from "./toolchain.js";

const built = new Map<string, Promise<string>>();

/** Builds it, once, into a folder of this name; the program. */
export function buildRunner(
  guest: TestGuest,
  name = "run",
  options: CompileOptions = {},
): Promise<string> {
  const folder = join(CACHE, "c", name, `${guest.world}-${guest.encoding}`);
  const building = built.get(folder) ?? build(guest, folder, options);
  built.set(folder, building);
  return building;
}

async function build(guest: TestGuest, folder: string, options: CompileOptions): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const prefix = await generateInto(folder, guest);
  await translate(folder, prefix, guest.core);
  const main = join(folder, "main.c");
  writeFileSync(
    main,
    `#include "${prefix}_json.h"\n\nint main(void) { return ${prefix}_serve(); }\n`,
  );
  return compile(folder, prefix, [join(folder, `${prefix}_json.c`), main], options);
}
