/** `hams replay`: runs a recording, or a file of test vectors, and names the first answer that differs. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { instantiate } from "../../generated/hams.js";
import { coreModule } from "../core.js";
import { type Defaults, drive, type VectorFile } from "../vectors/drive.js";
import { EXIT, Refusal } from "./refusal.js";

const NO_DEFAULTS: Defaults = { settings: {}, probe: {}, request: {} };

export function replay(file: string): number {
  const { cases } = parse(file, read(file));
  const beside = join(dirname(file), "defaults.json");
  const defaults = existsSync(beside) ? (JSON.parse(read(beside)) as Defaults) : NO_DEFAULTS;
  let steps = 0;
  for (const vector of cases) {
    try {
      const found = drive(instantiate(coreModule()), vector, defaults);
      if (found !== undefined) {
        const { now } = vector.steps[found.step] ?? { now: 0 };
        console.log(`${vector.name}: step ${found.step} at ${now} ms differs in ${found.path}`);
        console.log(`  expected ${JSON.stringify(found.expected)}`);
        console.log(`  came     ${JSON.stringify(found.came)}`);
        return EXIT.no;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new Refusal([`${file}: ${vector.name}: ${error.message}`]);
    }
    steps += vector.steps.length;
  }
  console.log(`${file}: ${cases.length} cases, ${steps} steps: all the same`);
  return EXIT.ok;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal([`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code}`]);
  }
}

/** The recording of a process that was killed has no end, and perhaps half a last line. */
function parse(file: string, text: string): VectorFile {
  const whole = text.replace(/,?\s*$/, "");
  const lines = whole.slice(0, whole.lastIndexOf("\n")).replace(/,\s*$/, "");
  for (const candidate of [text, `${whole}]}]}`, `${lines}]}]}`]) {
    try {
      const parsed = JSON.parse(candidate) as Partial<VectorFile>;
      if (Array.isArray(parsed.cases)) return parsed as VectorFile;
    } catch {
      // The next one may do.
    }
  }
  throw new Refusal([`${file}: is neither a recording nor a file of test vectors`]);
}
