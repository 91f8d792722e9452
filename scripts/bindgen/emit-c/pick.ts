/** Of a fixed file only what is used: generated code has no function that nobody calls. */

const NAME = /\b(?:rt|RT|core|js|JS)_\w+/g;

/** The definitions of a file, each with its comment; empty lines at the left margin part them. */
export function chunks(text: string): string[] {
  return text.trim().split(/\n\n(?=\S)/);
}

/** Those of the chunks, in their order, whose names stand in the text or in another one of these. */
export function needed(all: readonly string[], text: string): string[] {
  const wanted = new Set(text.match(NAME));
  const found = new Set<string>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const chunk of all) {
      if (found.has(chunk) || !defined(chunk).some((name) => wanted.has(name))) continue;
      found.add(chunk);
      for (const name of chunk.match(NAME) ?? []) wanted.add(name);
      grown = true;
    }
  }
  return all.filter((chunk) => found.has(chunk));
}

/** What a chunk defines: the first name of its code, or those of its macros. */
function defined(chunk: string): string[] {
  const code = chunk.replace(/^\/\*\*[\s\S]*?\*\/\n/, "");
  const macros = [...code.matchAll(/^#define (\w+)/gm)].map((m) => m[1] ?? "");
  if (macros.length > 0) return macros;
  const [line = ""] = code.split("\n");
  // of `static rt_span rt_lower_text(…` the last before the bracket
  const names = line.split(/[({=]/)[0]?.match(NAME) ?? line.match(NAME) ?? [];
  return names.slice(-1);
}
