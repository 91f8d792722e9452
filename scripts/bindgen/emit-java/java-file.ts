/** A source file: header, package, the imports that its text needs, its text. */
import { LIBRARY, type TypeNames } from "./names.js";
import type { Printer } from "./printer.js";

export function javaFile(
  header: string,
  names: TypeNames,
  out: Printer,
  hidden: ReadonlySet<string> = new Set(),
): string {
  const text = out.toString();
  const words = wordsOf(text);
  const imports = Object.entries(LIBRARY)
    .filter(([space]) => space !== "java.lang")
    .flatMap(([space, classes]) =>
      classes.filter((c) => words.has(c) && !hidden.has(c)).map((c) => `import ${space}.${c};`),
    )
    .sort();
  const parts = [`${header}\npackage ${names.package};`, imports.join("\n"), text.trim()];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The names in code, apart from comments, texts and what follows a dot. */
function wordsOf(text: string): ReadonlySet<string> {
  const code = text.replaceAll(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\//g, " ");
  return new Set([...code.matchAll(/(?<![.\w])[A-Z]\w*/g)].map(([word]) => word));
}
