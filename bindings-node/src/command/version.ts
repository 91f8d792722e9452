/** `hams version`. */
import { readFileSync } from "node:fs";
import { EXIT } from "./refusal.js";

export function version(): number {
  const file = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  console.log(`hams ${version}`);
  return EXIT.ok;
}
