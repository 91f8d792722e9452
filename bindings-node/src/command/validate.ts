/** `hams validate`: whether `start` would accept a configuration file. */
import { configure } from "./configuration.js";
import { EXIT } from "./refusal.js";

export function validate(file: string): number {
  configure(file, false);
  console.log(`${file}: valid`);
  return EXIT.ok;
}
