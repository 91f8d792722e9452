/**
 * `main.ts LANGUAGE…`: prints each figure that HaMS promises beside its target; ends with 1 if
 * one is missed. A language is a folder here whose `main.ts` exports `bench`.
 */
import { missedLines } from "./lines.ts";

for (const language of process.argv.slice(2)) {
  const { bench } = (await import(`./${language}/main.ts`)) as { bench(): Promise<void> };
  console.log(language);
  await bench();
}
process.exitCode = missedLines() === 0 ? 0 : 1;
