/** The worlds of `corpus/`, in the order of their names. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface CorpusWorld {
  /** The file's name without its ending. */
  readonly name: string;
  readonly wit: string;
  /** What the world is asked for by: its name, after a `%` where that is a keyword. */
  readonly world: string;
  /** What the file is there for. */
  readonly purpose: string;
}

const FOLDER = fileURLToPath(new URL("corpus/", import.meta.url));

/** A file begins with `// world: purpose.`; the world has the file's name. */
const FIRST_LINE = /^\/\/ (%?([a-z0-9-]+)): (.+)\n/;

export const CORPUS: readonly CorpusWorld[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".wit"))
  .sort()
  .map((file) => read(file.slice(0, -".wit".length)));

function read(name: string): CorpusWorld {
  const wit = readFileSync(`${FOLDER}${name}.wit`, "utf8");
  const [, world, plain, purpose] = FIRST_LINE.exec(wit) ?? [];
  if (world === undefined || purpose === undefined || plain !== name) {
    throw new Error(`corpus/${name}.wit does not begin with "// ${name}: purpose."`);
  }
  return { name, wit, world, purpose };
}
