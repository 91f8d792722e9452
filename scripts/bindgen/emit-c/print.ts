/** Collects lines of C. The generator breaks lines; clang-format, told to keep them, changes nothing. */
export class Printer {
  readonly #lines: string[] = [];
  #depth = 0;

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : "  ".repeat(this.#depth) + text);
  }

  indent(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `head`, then what `body` prints one step further in, then `tail`. */
  block(head: string, body: () => void, tail = "}"): void {
    this.line(head);
    this.indent(body);
    this.line(tail);
  }

  /** `head items tail`, the items in as many lines as they need. */
  list(head: string, items: readonly string[], tail: string): void {
    let line = head;
    items.forEach((item, i) => {
      const last = i === items.length - 1;
      const piece = item + (last ? tail : ",");
      if (i > 0 && this.#width(`${line} ${piece}`) > WIDTH) {
        this.line(line);
        line = `    ${piece}`;
      } else line += i === 0 ? piece : ` ${piece}`;
    });
    this.line(items.length === 0 ? head + tail : line);
  }

  /** `if (condition) statement`, in braces where it is too long for one line. */
  when(condition: string, statement: string): void {
    const whole = `if (${condition}) ${statement}`;
    if (this.#width(whole) <= WIDTH) this.line(whole);
    else this.block(`if (${condition}) {`, () => this.line(statement));
  }

  /** `target = value;`, broken after the sign where it is too long. */
  assign(target: string, value: string): void {
    const whole = `${target} = ${value};`;
    if (this.#width(whole) <= WIDTH) this.line(whole);
    else {
      this.line(`${target} =`);
      this.line(`    ${value};`);
    }
  }

  /** A doc comment; nothing for an empty text. */
  docs(text: string): void {
    if (text === "") return;
    const lines = safe(text).split("\n");
    const whole = `/** ${lines[0]} */`;
    if (lines.length === 1 && this.#width(whole) <= WIDTH) {
      this.line(whole);
      return;
    }
    this.line("/**");
    for (const line of lines) this.line(` * ${line}`.trimEnd());
    this.line(" */");
  }

  /** What another printer has collected. */
  append(other: Printer): void {
    for (const line of other.#lines) this.line(line);
  }

  #width(line: string): number {
    return this.#depth * 2 + line.length;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

const WIDTH = 100;

/** Without what would end or upset a comment: its marks, a trigraph, marks that turn the direction. */
function safe(text: string): string {
  return text
    .replaceAll("*/", "*\\/")
    .replaceAll("/*", "/ *")
    .replaceAll("??/", "? ?/")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Prose in lines that fit into a comment. */
export function wrapped(text: string, width = 92): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
