/**
 * The doc comments and positions of a WIT text, by the path of the item. The
 * text is known to be valid when this runs: the resolver has read it before.
 */

export interface Note {
  /** The doc comment's lines without markers; empty without one. */
  readonly docs: string;
  /** Where several files were joined. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/**
 * Paths are the full name of an interface or world, then the item, then the
 * field or case: `hams:core/types@0.1.0#settings.name`. What a world imports or
 * exports under a plain name says so: `hams:core/hams@0.1.0#import log`.
 */
export type Notes = ReadonlyMap<string, Note>;

interface Token extends Note {
  readonly text: string;
}

const TOKEN =
  /\/\/\/?[^\n]*|\/\*[\s\S]*?\*\/|%?[A-Za-z][A-Za-z0-9-]*|[0-9][0-9A-Za-z.+-]*|->|[^\s]/g;

const BODIES = new Set(["record", "variant", "enum", "flags", "resource"]);

export function notes(text: string): Notes {
  const found = new Map<string, Note>();
  const tokens = tokenize(text);
  const includes: Include[] = [];
  let at = 0;

  const peek = (): string => tokens[at]?.text ?? "";
  const note = (path: string, token: Token): void => {
    const { docs, file, line, column } = token;
    found.set(path, { docs, file, line, column });
  };
  const plain = (token: Token | undefined): string => (token?.text ?? "").replace(/^%/, "");
  /** Up to one of the ends outside any bracket, which is not consumed. */
  const skipTo = (ends: string): void => {
    let depth = 0;
    for (; at < tokens.length; at++) {
      const t = peek();
      if (depth === 0 && ends.includes(t)) return;
      if ("<({".includes(t)) depth++;
      if (">)}".includes(t)) depth--;
    }
  };
  /** Attributes (`@since(version = 1.0.0)`) stand between a doc comment and its item. */
  const skipAttributes = (): string => {
    const docs = tokens[at]?.docs ?? "";
    while (peek() === "@") {
      at += 2;
      if (peek() === "(") {
        at++;
        skipTo(")");
        at++;
      }
    }
    return docs;
  };

  const members = (path: string, end: string): void => {
    at++; // {
    while (at < tokens.length && peek() !== "}") {
      const docs = skipAttributes();
      const token = tokens[at];
      if (token === undefined) return;
      note(`${path}.${plain(token)}`, { ...token, docs: token.docs || docs });
      skipTo(end);
      if (peek() !== "}") at++;
    }
    at++; // }
  };

  /** `start` begins the paths of the items. */
  const body = (start: string, packageName: string): void => {
    at++; // {
    while (at < tokens.length && peek() !== "}") {
      const docs = skipAttributes();
      const head = tokens[at];
      if (head === undefined) return;
      const documented = { ...head, docs: head.docs || docs };
      const next = tokens[at + 1];
      if (next?.text === ":") {
        note(start + plain(head), documented); // name: func
        skipTo(";");
        at++;
      } else if (BODIES.has(head.text)) {
        const path = start + plain(next);
        note(path, documented);
        at += 2;
        if (peek() === "{") members(path, head.text === "resource" ? ";}" : ",}");
        else at++;
      } else if (head.text === "type") {
        note(start + plain(next), documented);
        skipTo(";");
        at++;
      } else if (head.text === "import" || head.text === "export") {
        const path = `${start}${head.text} ${plain(next)}`;
        note(path, documented);
        if (tokens[at + 2]?.text === ":" && tokens[at + 3]?.text === "interface") {
          at += 4;
          body(`${path}.`, packageName);
        } else {
          skipTo(";");
          at++;
        }
      } else if (head.text === "include") {
        includes.push({ into: start, ...included(packageName) });
      } else {
        skipTo(";");
        at++;
      }
    }
    at++; // }
  };

  /** `include w;` or `include w with { a as b }`, `w` of this package or by its full name. */
  const included = (packageName: string): Pick<Include, "from" | "renamed"> => {
    let name = "";
    for (at++; at < tokens.length && !"{;".includes(peek()) && peek() !== "with"; at++) {
      name += plain(tokens[at]);
    }
    const renamed = new Map<string, string>();
    for (; at < tokens.length && !";}".includes(peek()); at++) {
      if (peek() === "as") renamed.set(plain(tokens[at - 1]), plain(tokens[at + 1]));
    }
    at++; // ; or }
    return { from: `${name.includes("/") ? name : inPackage(packageName, name)}#`, renamed };
  };

  const file = (packageName: string, nested: boolean): void => {
    let current = packageName;
    while (at < tokens.length && !(nested && peek() === "}")) {
      const docs = skipAttributes();
      const head = tokens[at];
      if (head === undefined) return;
      if (head.text === "package") {
        let name = "";
        for (at++; at < tokens.length && !";{".includes(peek()); at++) name += plain(tokens[at]);
        const nests = peek() === "{";
        at++; // { or ;
        if (nests) {
          file(name, true);
          at++;
        } else current = name;
      } else if (head.text === "interface" || head.text === "world") {
        const path = inPackage(current, plain(tokens[at + 1]));
        note(path, { ...head, docs: head.docs || docs });
        at += 2;
        body(`${path}#`, current);
      } else {
        skipTo(";");
        at++;
      }
    }
  };
  file("", false);
  for (const include of includes) copyIncluded(found, include);
  return found;
}

/** One world that takes over the items of another. */
interface Include {
  /** What the paths of both worlds' items begin with. */
  readonly into: string;
  readonly from: string;
  readonly renamed: ReadonlyMap<string, string>;
}

function copyIncluded(found: Map<string, Note>, { into, from, renamed }: Include): void {
  for (const [path, note] of [...found]) {
    if (!path.startsWith(from)) continue;
    const [, side = "", name = "", rest = ""] =
      /^(import |export )?([^.]*)(.*)$/.exec(path.slice(from.length)) ?? [];
    const to = into + side + (renamed.get(name) ?? name) + rest;
    if (!found.has(to)) found.set(to, note);
  }
}

/** The full name of what a package declares: `a:b@1.0.0` and `i` -> `a:b/i@1.0.0`. */
function inPackage(packageName: string, name: string): string {
  const [path, version] = packageName.split("@");
  return `${path}/${name}${version === undefined ? "" : `@${version}`}`;
}

const MARKER = "// from the file ";

/** Stands in a text that is joined from files: the next line is the first of this one. */
export function fileMarker(name: string): string {
  return MARKER + name;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let docs: string[] = [];
  let file: string | undefined;
  let line = 1;
  let lineStart = 0;
  let scanned = 0;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    for (; scanned < match.index; scanned++) {
      if (text[scanned] === "\n") {
        line++;
        lineStart = scanned + 1;
      }
    }
    if (token.startsWith(MARKER)) {
      file = token.slice(MARKER.length);
      line = 0;
    } else if (token.startsWith("///")) docs.push(token.slice(3).replace(/^ /, "").trimEnd());
    else if (token.startsWith("/**") && token !== "/**/") docs.push(...blockLines(token));
    else if (!token.startsWith("//") && !token.startsWith("/*")) {
      tokens.push({
        text: token,
        docs: docs.join("\n").trim(),
        file,
        line,
        column: match.index - lineStart + 1,
      });
      docs = [];
    }
  }
  return tokens;
}

function blockLines(comment: string): string[] {
  return comment
    .slice(3, -2)
    .split("\n")
    .map((l) => l.trim().replace(/^\* ?/, ""));
}
