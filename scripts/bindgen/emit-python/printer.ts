/** Collects lines of source text in the layout that Ruff gives Python. */

/** An expression: text, or what may be broken into one item a line. */
export type Code =
  | string
  | { readonly head: string; readonly items: readonly Code[]; readonly tail: string };

export interface Parameter {
  readonly label: string;
  /** Empty for one without. */
  readonly type: string;
}

export function call(name: string, items: readonly Code[]): Code {
  return { head: `${name}(`, items, tail: ")" };
}

export function flat(code: Code): string {
  if (typeof code === "string") return code;
  return code.head + code.items.map(flat).join(", ") + code.tail;
}

export class Printer {
  readonly #width = 88;
  readonly #lines: string[] = [];
  #depth = 0;

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : "    ".repeat(this.#depth) + text);
  }

  /** Blank lines before a definition: two at the top of the module, one in a class. */
  space(): void {
    this.line();
    if (this.#depth === 0) this.line();
  }

  /** `head`, then what `body` prints one step further in. */
  block(head: string, body: () => void): void {
    this.line(head);
    this.indent(body);
  }

  indent(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `head code tail` in one line if it fits, else the code's items each in a line of its own. */
  expression(head: string, code: Code, tail = ""): void {
    const whole = head + flat(code) + tail;
    if (typeof code === "string" || code.items.length === 0 || this.#fits(whole)) {
      this.line(whole);
      return;
    }
    this.line(head + code.head);
    this.indent(() => {
      for (const item of code.items) this.expression("", item, ",");
    });
    // the comma of a tuple of one is there already
    this.line((code.tail === ",)" ? ")" : code.tail) + tail);
  }

  /** `name = value`, the value in brackets where that makes all of it fit. */
  assignment(name: string, value: Code): void {
    const head = `${name} = `;
    const begins = typeof value === "string" || value.items.length === 0 ? flat(value) : value.head;
    const items = typeof value === "string" ? [] : value.items;
    const lines = [`${head}(`, `    ${begins}`, ...items.map((i) => `        ${flat(i)},`)];
    const fitsInside = lines.every((line) => this.#fits(line));
    if (this.#fits(head + flat(value)) || this.#fits(head + begins) || !fitsInside) {
      this.expression(head, value);
      return;
    }
    this.line(`${head}(`);
    this.indent(() => this.expression("", value));
    this.line(")");
  }

  /** `head type tail`, the type's parts each in a line of its own where it is too long. */
  typed(head: string, type: string, tail: string): void {
    if (this.#fits(head + type + tail)) {
      this.line(head + type + tail);
      return;
    }
    const members = splitTop(type, " | ");
    members.forEach((member, i) => {
      const before = i === 0 ? head : "| ";
      const after = i === members.length - 1 ? tail : "";
      this.#subscript(before, member, after);
    });
  }

  /** `field: type tail` of a class, the type in brackets where it is too long and has none. */
  field(name: string, type: string, tail: string): void {
    const members = splitTop(type, " | ");
    const breaks = members.length > 1 || !type.includes("[");
    if (!breaks || this.#fits(`${name}: ${type}${tail}`)) {
      this.typed(`${name}: `, type, tail);
      return;
    }
    this.line(`${name}: (`);
    this.indent(() => this.#union(members));
    this.line(`)${tail}`);
  }

  /** `returned: type = value`. */
  returned(type: string, value: Code): void {
    if (type.includes("[") && !this.#fits(`returned: ${type} = ${flat(value)}`)) {
      const begins = typeof value === "string" ? value : value.head;
      if (!this.#fits(`returned: ${type} = ${begins}`)) {
        this.typed("returned: ", type, ` = ${flat(value)}`);
        return;
      }
    }
    this.assignment(`returned: ${type}`, value);
  }

  #subscript(head: string, type: string, tail: string): void {
    const open = type.indexOf("[");
    if (this.#fits(head + type + tail) || open < 0) {
      this.line(head + type + tail);
      return;
    }
    const items = splitTop(type.slice(open + 1, -1), ", ");
    this.line(head + type.slice(0, open + 1));
    this.indent(() => {
      for (const item of items) this.typed("", item, items.length > 1 ? "," : "");
    });
    this.line(`]${tail}`);
  }

  /** `head = a | b`, one member a line in brackets where it is too long. */
  union(head: string, members: readonly string[]): void {
    const whole = members.join(" | ");
    if (this.#fits(`${head} = ${whole}`)) {
      this.line(`${head} = ${whole}`);
      return;
    }
    this.line(`${head} = (`);
    this.indent(() => this.#union(members));
    this.line(")");
  }

  #union(members: readonly string[]): void {
    const whole = members.join(" | ");
    if (this.#fits(whole)) this.line(whole);
    else for (const [i, m] of members.entries()) this.line(i === 0 ? m : `| ${m}`);
  }

  /** A function's head, its parameters in as many lines as they need, and `tail`. */
  signature(name: string, parameters: readonly Parameter[], result: string, tail: string): void {
    const whole = parameters.map(({ label, type }) => label + (type && `: ${type}`)).join(", ");
    if (this.#fits(`def ${name}(${whole}) -> ${result}${tail}`)) {
      this.line(`def ${name}(${whole}) -> ${result}${tail}`);
      return;
    }
    this.line(`def ${name}(`);
    this.indent(() => {
      for (const { label, type } of parameters) {
        if (type === "") this.line(`${label},`);
        else this.typed(`${label}: `, type, ",");
      }
    });
    this.typed(") -> ", result, tail);
  }

  /** A docstring; nothing for an empty text. */
  docs(text: string): void {
    if (text === "") return;
    const lines = normal(text);
    const [first = ""] = lines;
    const open = first.startsWith('"') ? '""" ' : '"""';
    if (lines.length === 1) {
      this.line(`${open}${first}${first.endsWith('"') ? " " : ""}"""`);
      return;
    }
    this.line(open + first);
    for (const line of lines.slice(1)) this.line(line);
    this.line('"""');
  }

  #fits(line: string): boolean {
    return this.#depth * 4 + line.length <= this.#width;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** The lines of a docstring: escaped, without tabs, and with the indentation that all share taken off. */
function normal(text: string): string[] {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  const [first = "", ...rest] = escaped
    .replaceAll("\t", "    ")
    .split("\n")
    .map((line) => line.trimEnd());
  const indents = rest.filter((l) => l !== "").map((l) => l.length - l.trimStart().length);
  const shared = Math.min(...indents, 1000);
  const lines = [first.trimStart(), ...rest.map((l) => l.slice(shared))];
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  while (lines.length > 1 && lines[0] === "") lines.shift();
  return lines;
}

/** Splits where `separator` stands outside all brackets. */
export function splitTop(text: string, separator: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "[") depth++;
    if (text[i] === "]") depth--;
    if (depth === 0 && text.startsWith(separator, i)) {
      found.push(text.slice(from, i));
      from = i + separator.length;
    }
  }
  return [...found, text.slice(from)];
}
