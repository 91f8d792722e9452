/**
 * Black-box runs: starts the test apps of the languages named and asks them as the world would.
 *
 *   main.ts [--only SUITE] LANGUAGE…
 *
 * Known failures stand in known-failures/LANGUAGE.txt, one name a line under its reason. They are
 * run like all others; one that passes, or names no case, is a failure itself.
 */
import { readFileSync } from "node:fs";
import { endpoints } from "./ask-endpoints.ts";
import { malformed, siege } from "./hostile.ts";
import { lifecycle } from "./live-lives.ts";
import { readers } from "./readers.ts";
import type { Result, Suite } from "./result.ts";
import { sweep } from "./sweep.ts";

const SUITES: Readonly<Record<string, Suite>> = {
  endpoints,
  lifecycle,
  sweep,
  malformed,
  siege,
  readers,
};

const parameters = process.argv.slice(2);
const only = parameters[0] === "--only" ? parameters.splice(0, 2)[1] : undefined;
if (only !== undefined && !(only in SUITES)) {
  console.error(`no suite "${only}"; there are: ${Object.keys(SUITES).join(", ")}`);
  process.exit(2);
}

const count = { passed: 0, failed: 0, skipped: 0 };
const seen = new Map<string, { language: string; what: string | undefined }>();
for (const language of parameters) {
  const known = knownFailures(language);
  for (const [name, suite] of Object.entries(SUITES)) {
    if (only !== undefined && only !== name) continue;
    const began = performance.now();
    const results = await run(suite, name, language);
    for (const result of results) tell(language, compared(language, result), known);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${language}: ${name}: ${results.length} cases in ${seconds} s`);
  }
  if (only === undefined) {
    for (const name of known) fail(`${language}: the known failure "${name}" names no case`);
  }
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed === 0 ? 0 : 1);

async function run(suite: Suite, name: string, language: string): Promise<Result[]> {
  try {
    return await suite(language);
  } catch (error) {
    return [{ name, problem: error instanceof Error ? (error.stack ?? "") : String(error) }];
  }
}

/** A case that passed fails after all if the first language showed something else. */
function compared(language: string, result: Result): Result {
  if (result.problem !== undefined) return result;
  const first = seen.get(result.name);
  if (first === undefined) {
    seen.set(result.name, { language, what: result.seen });
    return result;
  }
  if (first.what === result.seen) return result;
  const problem = `${language} shows ${result.seen}, ${first.language} ${first.what}`;
  return { name: result.name, problem };
}

function tell(language: string, { name, problem }: Result, known: Set<string>): void {
  const expected = known.delete(name);
  if (problem === undefined && !expected) count.passed += 1;
  else if (problem === undefined) fail(`${language}: ${name}: passes, and is a known failure`);
  else if (!expected) fail(`${language}: ${name}: ${problem}`);
  else {
    count.skipped += 1;
    console.log(`known failure: ${language}: ${name}: ${problem}`);
  }
}

function fail(message: string): void {
  count.failed += 1;
  console.log(`FAILED ${message}`);
}

function knownFailures(language: string): Set<string> {
  const file = `scripts/blackbox/known-failures/${language}.txt`;
  const lines = readFileSync(file, "utf8").split("\n");
  return new Set(lines.filter((line) => line !== "" && !line.startsWith("#")));
}
