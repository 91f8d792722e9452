/** Collects lines of source text in the layout that Biome and Prettier give TypeScript. */
export class Printer {
  readonly width = 100;
  readonly #lines: string[] = [];
  readonly #unit = "  ";
  #depth = 0;

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : this.#unit.repeat(this.#depth) + text);
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

  /** `head(items) tail` in one line if it fits, else one item a line. */
  list(head: string, items: readonly string[], tail: string): void {
    const whole = `${head}${items.join(", ")}${tail}`;
    if (this.#fits(whole)) this.line(whole);
    else {
      const body = () => {
        for (const item of items) this.line(`${item},`);
      };
      this.block(head, body, tail);
    }
  }

  /** `head value;`, broken at the outermost ternary, call or object where it is too long. */
  statement(head: string, value: string): void {
    this.#expression(head, value, ";");
  }

  /** `head(args);`, one argument a line where it is too long. */
  call(head: string, args: readonly string[]): void {
    this.list(`${head}(`, args, ");");
  }

  /** `label: value,` of an object. */
  member(head: string, value: string): void {
    this.#expression(head, value, ",");
  }

  /** A function's head, its parameters in as many lines as they need, and its body. */
  function(
    name: string,
    parameters: readonly string[],
    result: string,
    body: () => void,
    prefix = "",
  ): void {
    this.list(`${prefix}function ${name}(`, parameters, `): ${result} {`);
    this.indent(body);
    this.line("}");
  }

  /** `head = a | b;`, one member a line where it is too long. */
  union(head: string, members: readonly string[]): void {
    if (this.#fits(`${head} ${members.join(" | ")};`)) {
      this.line(`${head} ${members.join(" | ")};`);
      return;
    }
    this.line(head);
    this.indent(() => {
      members.forEach((m, i) => {
        const line = `| ${m}${i === members.length - 1 ? ";" : ""}`;
        if (this.#fits(line) || !m.startsWith("{ ")) this.line(line);
        else this.#objectType(m, line.slice(m.length + 2));
      });
    });
  }

  /** A member of a union that is an object's type, one property a line. */
  #objectType(type: string, tail: string): void {
    this.line("| {");
    this.indent(() =>
      this.indent(() => {
        for (const property of splitTop(type.slice(2, -2), "; ")) this.line(`${property};`);
      }),
    );
    this.line(`  }${tail}`);
  }

  /** `head a ?? b;`, in brackets and one operand a line where it is too long. */
  chain(head: string, operands: readonly string[], operator: string): void {
    const whole = `${head} ${operands.join(`${operator} `)};`;
    if (this.#fits(whole)) {
      this.line(whole);
      return;
    }
    this.block(`${head} (`, () => this.#operands(operands, operator), ");");
  }

  /** `head(a ?? b);`, one operand a line where it is too long. */
  callChain(head: string, operands: readonly string[], operator: string): void {
    const whole = `${head}(${operands.join(`${operator} `)});`;
    if (this.#fits(whole)) this.line(whole);
    else {
      this.line(`${head}(`);
      this.indent(() => {
        const inner = operands.join(`${operator} `);
        if (this.#fits(`${inner},`)) this.line(`${inner},`);
        else this.#operands(operands, operator, ",");
      });
      this.line(");");
    }
  }

  #operands(operands: readonly string[], operator: string, tail = ""): void {
    operands.forEach((o, i) => {
      const line = o + (i === operands.length - 1 ? tail : operator);
      if (i === 0 || tail === "") this.line(line);
      else this.indent(() => this.line(line));
    });
  }

  #expression(head: string, value: string, tail: string): void {
    if (this.#fits(head + value + tail)) {
      this.line(head + value + tail);
      return;
    }
    const [condition, then, otherwise] = splitTernary(value);
    if (then !== undefined && otherwise !== undefined) {
      this.line(`${head}${condition}`);
      this.indent(() => {
        this.#expression("? ", then, "");
        this.#expression(": ", otherwise, tail);
      });
      return;
    }
    const open = lastBracket(value);
    if (open < 0) {
      this.line(head + value + tail);
      return;
    }
    const inner = value.slice(open + 1, -1).trim();
    this.line(head + value.slice(0, open + 1));
    const rest = () => {
      this.indent(() => {
        for (const item of splitTop(inner, ", ")) {
          const label = value[open] === "{" ? /^\w+: /.exec(item)?.[0] : undefined;
          this.#expression(label ?? "", item.slice(label?.length ?? 0), ",");
        }
      });
      this.line(value.slice(-1) + tail);
    };
    // a branch of a ternary is indented by the width of its sign
    if (head === "? " || head === ": ") this.indent(rest);
    else rest();
  }

  /** A doc comment; nothing for an empty text. */
  docs(text: string): void {
    if (text === "") return;
    const lines = text.replaceAll("*/", "*\\/").split("\n");
    if (lines.length === 1) {
      this.line(`/** ${lines[0]} */`);
      return;
    }
    this.line("/**");
    for (const line of lines) this.line(` * ${line}`.trimEnd());
    this.line(" */");
  }

  #fits(line: string): boolean {
    return this.#depth * this.#unit.length + line.length <= this.width;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Splits where `separator` stands outside all brackets, those of type arguments too. */
function splitTop(text: string, separator: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let angle = 0; // `a < b` and `a >> b` are no brackets: those follow a name without a space
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const [before = "", here = "", after = ""] = [text[i - 1], text[i], text[i + 1]];
    if ("([{".includes(here)) depth++;
    else if (")]}".includes(here)) depth--;
    else if (here === "<" && /\w/.test(before) && /[\w({[]/.test(after)) angle++;
    else if (here === ">" && angle > 0 && before !== "=" && before !== " ") angle--;
    if (depth === 0 && angle === 0 && text.startsWith(separator, i)) {
      found.push(text.slice(from, i));
      i += separator.length - 1;
      from = i + 1;
    }
  }
  found.push(text.slice(from));
  return found;
}

function splitTernary(text: string): [string, string | undefined, string | undefined] {
  const [condition = "", ...rest] = splitTop(text, " ? ");
  if (rest.length === 0) return [condition, undefined, undefined];
  const [then, ...otherwise] = splitTop(rest.join(" ? "), " : ");
  return [condition, then, otherwise.join(" : ")];
}

/** Where the bracket opens that ends the text: a call, an object or an array; else -1. */
function lastBracket(text: string): number {
  if (!")}]".includes(text.slice(-1))) return -1;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (")}]".includes(text[i] ?? "")) depth++;
    if ("({[".includes(text[i] ?? "") && --depth === 0) return i;
  }
  return -1;
}
