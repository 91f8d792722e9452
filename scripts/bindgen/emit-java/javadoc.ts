/** Doc comments: from the WIT's text to Javadoc, wrapped as google-java-format wraps it. */

const WIDTH = 100;

/** The WIT's text in paragraphs of HTML that holds nothing but itself. */
export function paragraphs(docs: string): string[] {
  return docs
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map(html);
}

/** Markdown's code becomes Javadoc's; what either language would take for its own is escaped. */
function html(markdown: string): string {
  const pieces = markdown.replaceAll(/\s+/g, " ").split(/`([^`]+)`/);
  return pieces.map((piece, i) => (i % 2 === 0 ? escaped(piece) : code(piece))).join("");
}

function code(piece: string): string {
  return /^[^\s{}@\\*][^{}@\\*]*$/.test(piece)
    ? `{@code ${piece.trim()}}`
    : `<code>${escaped(piece)}</code>`;
}

function escaped(plain: string): string {
  return plain
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replaceAll("\\", "&#92;") // Java reads `\u` in comments too
    .replaceAll("*/", "*&#47;");
}

/** The lines of a doc comment that stands `indent` columns in. */
export function javadoc(
  body: readonly string[],
  tags: readonly string[],
  indent: number,
): readonly string[] {
  if (body.length === 0 && tags.length === 0) return [];
  const [only = ""] = body;
  const single = `/** ${only} */`;
  if (body.length === 1 && tags.length === 0 && indent + single.length <= WIDTH) return [single];
  const width = WIDTH - indent - 3;
  const lines: string[] = [];
  body.forEach((paragraph, i) => {
    if (i > 0) lines.push("");
    lines.push(...wrapped(i === 0 ? paragraph : `<p>${paragraph}`, width, ""));
  });
  if (body.length > 0 && tags.length > 0) lines.push("");
  for (const tag of tags) lines.push(...wrapped(tag, width, "    "));
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** As many words a line as fit; `hanging` stands before every line but the first. */
function wrapped(paragraph: string, width: number, hanging: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = hanging + word;
    }
  }
  return [...lines, line];
}
