/** One generated file: its head says what it imports, known when all else is printed. */
import { Printer } from "../printer.js";

/** The generated files that others refer to, by what they are called there. */
const GENERATED: readonly (readonly [name: string, file: string])[] = [
  ["abi", "./abi"],
  ["handles", "./handles"],
  ["host", "./host"],
  ["t", "./types"],
  ["values", "./values"],
];

/** `about` is a sentence; `modules` are further imports, name and path. */
export function fileText(
  header: string,
  about: string,
  modules: readonly (readonly [name: string, path: string])[],
  body: Printer,
  docs = "",
): string {
  const text = body.toString();
  const code = withoutDocs(text);
  const used = GENERATED.filter(([name]) => new RegExp(`\\b${name}\\.`).test(code));
  const imports = [...modules, ...used].sort((a, b) => (a[1] < b[1] ? -1 : 1));
  const out = new Printer();
  out.line(header);
  out.line(`// ${about}`);
  out.docs(docs);
  for (const [name, path] of imports) out.line(`import * as ${name} from "${path}";`);
  return `${out}${text}`;
}

/** The text without doc comments, in which any word may stand. */
export function withoutDocs(text: string): string {
  return text.replaceAll(/\/\*\*.*?\*\//gs, "");
}
