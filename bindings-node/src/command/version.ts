/** `hams version`. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { EXIT } from "./refusal.js";

export function version(): number {
  const file = createRequire(import.meta.url).resolve("hams/package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  console.log(`hams ${version}`);
  return EXIT.ok;
}
