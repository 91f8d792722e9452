/**
 * The doc comments and positions of a WIT text, by the path of the item. The
 * text is known to be valid when this runs: the resolver has read it before.
 */

export interface Note {
  /** The doc comment's lines without markers; empty without one. */
  readonly docs: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Paths are `ns:pkg/interface`, then the item, then the field or case:
 * `hams:core/types.settings.name`. Versions are left out.
 */
export type Notes = ReadonlyMap<string, Note>;

interface Token {
  readonly text: string;
  readonly docs: string;
  readonly line: number;
  readonly column: number;
}

const TOKEN =
  /\/\/\/?[^\n]*|\/\*[\s\S]*?\*\/|%?[A-Za-z][A-Za-z0-9-]*|[0-9][0-9A-Za-z.+-]*|->|[^\s]/g;

const BODIES = new Set(["record", "variant", "enum", "flags", "resource"]);

export function notes(text: string): Notes {
  const found = new Map<string, Note>();
  const tokens = tokenize(text);
  let at = 0;
  let mainPackage = "";

  const peek = (): string => tokens[at]?.text ?? "";
  const note = (path: string, token: Token): void => {
    found.set(path, { docs: token.docs, line: token.line, column: token.column });
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

  const body = (path: string, packageName: string): void => {
    at++; // {
    while (at < tokens.length && peek() !== "}") {
      const docs = skipAttributes();
      const head = tokens[at];
      if (head === undefined) return;
      const documented = { ...head, docs: head.docs || docs };
      const next = tokens[at + 1];
      if (next?.text === ":") {
        note(`${path}.${plain(head)}`, documented); // name: func
        skipTo(";");
        at++;
      } else if (BODIES.has(head.text)) {
        const inner = `${path}.${plain(next)}`;
        note(inner, documented);
        at += 2;
        if (peek() === "{") members(inner, head.text === "resource" ? ";}" : ",}");
        else at++;
      } else if (head.text === "type") {
        note(`${path}.${plain(next)}`, documented);
        skipTo(";");
        at++;
      } else if (
        (head.text === "import" || head.text === "export") &&
        tokens[at + 2]?.text === ":" &&
        tokens[at + 3]?.text === "interface"
      ) {
        note(`${path}.${plain(next)}`, documented);
        at += 4;
        body(`${path}.${plain(next)}`, packageName);
      } else {
        if (head.text === "import" || head.text === "export") {
          note(`${path}.${plain(next)}`, documented);
        }
        skipTo(";");
        at++;
      }
    }
    at++; // }
  };

  const file = (packageName: string, nested: boolean): void => {
    let current = packageName;
    while (at < tokens.length && !(nested && peek() === "}")) {
      const docs = skipAttributes();
      const head = tokens[at];
      if (head === undefined) return;
      if (head.text === "package") {
        let name = "";
        for (at++; at < tokens.length && !";{@".includes(peek()); at++) name += plain(tokens[at]);
        if (peek() === "@") at += 2;
        if (peek() === "{") {
          at++;
          file(name, true);
          at++;
        } else {
          current = name;
          mainPackage = name;
          at++;
        }
      } else if (head.text === "interface" || head.text === "world") {
        const path = `${current}/${plain(tokens[at + 1])}`;
        note(path, { ...head, docs: head.docs || docs });
        at += 2;
        body(path, current);
      } else {
        skipTo(";");
        at++;
      }
    }
  };
  file(mainPackage, false);
  return found;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let docs: string[] = [];
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
    if (token.startsWith("///")) docs.push(token.slice(3).replace(/^ /, "").trimEnd());
    else if (token.startsWith("/**") && token !== "/**/") docs.push(...blockLines(token));
    else if (!token.startsWith("//") && !token.startsWith("/*")) {
      tokens.push({
        text: token,
        docs: docs.join("\n").trim(),
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
