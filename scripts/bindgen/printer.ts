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
      this.line(head.trimEnd());
      this.indent(() => {
        for (const item of items) this.#item(item);
      });
      this.#closing(tail.trimStart());
    }
  }

  /** One of several in brackets: a parameter with its type, or a value. */
  #item(item: string): void {
    const [label = "", type] = splitTop(item, ": ");
    if (this.#fits(`${item},`)) this.line(`${item},`);
    else if (type !== undefined && /^[\w$]+\??$/.test(label)) this.typed(`${label}: `, type, ",");
    else this.#expression("", item, ",");
  }

  /** What ends a list of parameters, with the type of what is returned. */
  #closing(tail: string): void {
    const [, type, end = ""] = /^\): (.+?)( \{|;)$/.exec(tail) ?? [];
    if (type === undefined) this.line(tail);
    else this.typed("): ", type, end);
  }

  /** What ends with a type: a union in lines of its own, else broken at its outermost brackets. */
  typed(head: string, type: string, tail = ""): void {
    const members = splitTop(type, " | ");
    const [, before = "", bracket, inner = "", after = ""] =
      /^([^<[({]*)([<[])(.*)([>\]](?:\[\])?)$/.exec(type) ?? [];
    if (this.#fits(head + type + tail) || (members.length === 1 && bracket === undefined)) {
      this.line(head + type + tail);
    } else if (members.length === 2 && members[1] === "null") {
      this.typed(head, members[0] ?? "", ` | null${tail}`);
    } else if (members.length > 1) {
      this.line(head.trimEnd());
      this.indent(() => {
        members.forEach((member, i) => {
          this.#member(member, i === members.length - 1 ? tail : "");
        });
      });
    } else {
      this.line(head + before + bracket);
      this.indent(() => {
        const parts = splitTop(inner, ", ");
        parts.forEach((each, i) => {
          // type arguments have no comma at the end, items of a tuple do
          this.typed("", each, bracket === "[" || i < parts.length - 1 ? "," : "");
        });
      });
      this.line(after + tail);
    }
  }

  /** A member of a union; what it has inside is indented by the width of its sign. */
  #member(member: string, tail: string): void {
    const printed = new Printer();
    printed.#depth = this.#depth + (this.#fits(`| ${member}${tail}`) ? 0 : 1);
    printed.typed("", member, tail);
    const [first = "", ...rest] = printed.#lines;
    this.line(`| ${first.trimStart()}`);
    this.#lines.push(...rest);
  }

  /** `import { a, b } from "c";`: the keyword, the names and what follows them. */
  specifiers(keyword: string, names: readonly string[], tail: string): void {
    const whole = `${keyword} { ${names.join(", ")} }${tail};`;
    if (names.length === 1 || this.#fits(whole)) this.line(whole);
    else this.list(`${keyword} {`, names, `}${tail};`);
  }

  /** The lines of another printer. */
  append(other: Printer): void {
    for (const line of other.#lines) this.line(line);
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
    this.line(`${head} (`);
    this.indent(() => {
      const inner = operands.join(`${operator} `);
      if (this.#fits(inner)) this.line(inner);
      else this.#operands(operands, operator);
    });
    this.line(");");
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
      const print = () => this.#expression("", o, i === operands.length - 1 ? tail : operator);
      if (i === 0 || tail === "") print();
      else this.indent(print);
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
    const [, cast = "", converted] = /^(<\w+>)([^(].*)$/.exec(value) ?? [];
    if (converted !== undefined) {
      this.line(`${head}${cast}(`);
      this.indent(() => this.#expression("", converted, ""));
      this.line(`)${tail}`);
      return;
    }
    const [, operand, member = ""] = /^(.*\))(\.\w+)$/.exec(value) ?? [];
    if (operand !== undefined) {
      this.#expression(head, operand, member + tail);
      return;
    }
    const open = lastBracket(value);
    const first = open < 0 ? value + tail : value.slice(0, open + 1);
    const callee = value[open] === "(" ? value.slice(0, open) : "";
    if (hasTypesToBreak(callee) && !this.#fits(head + first)) {
      this.#breakTypes(head, callee, value.slice(open + 1, -1), tail);
      return;
    }
    if (/[=:] $/.test(head) && !this.#fits(head + first) && /^["\w]/.test(value)) {
      this.line(head.trimEnd());
      this.indent(() => this.#expression("", value, tail));
      return;
    }
    if (open < 0) {
      this.line(head + value + tail);
      return;
    }
    const inner = value.slice(open + 1, -1).trim();
    if (inner === "") {
      this.line(head + value + tail);
      return;
    }
    if (value[open] === "(" && /^[{[]/.test(inner) && splitTop(inner, ", ").length === 1) {
      // an object alone is held as the call's brackets are
      this.#expression(head + value.slice(0, open + 1), inner, `)${tail}`);
      return;
    }
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

  /** A call whose type arguments do not fit: they are broken, and what it is given if it must. */
  #breakTypes(head: string, callee: string, given: string, tail: string): void {
    if (this.#fits(`>(${given})${tail}`)) {
      this.typed(head, callee, `(${given})${tail}`);
      return;
    }
    this.typed(head, callee, "(");
    this.indent(() => {
      for (const item of splitTop(given, ", ")) this.#expression("", item, ",");
    });
    this.line(`)${tail}`);
  }

  /** `case object.member:`, in two lines where it is too long. */
  caseOf(object: string, member: string): void {
    if (this.#fits(`case ${object}.${member}:`)) this.line(`case ${object}.${member}:`);
    else {
      this.line(`case ${object}`);
      this.indent(() => this.line(`.${member}:`));
    }
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

/** `new A<b, c>`: a single plain name in the brackets stays where it is. */
function hasTypesToBreak(callee: string): boolean {
  const inner = /^[^<]*<(.*)>$/.exec(callee)?.[1];
  return inner !== undefined && /[<,]/.test(inner);
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
