/** Collects lines of Rust in the layout that rustfmt gives them. */
const WIDTH = 100;
/** rustfmt's `fn_call_width`: longer arguments stand one a line. */
const ARGUMENTS_WIDTH = 60;
/** rustfmt's `short_array_element_width_threshold`. */
const SHORT_WIDTH = 10;
/** rustfmt's `chain_width`. */
const CHAIN_WIDTH = 60;
/** Has rustfmt leave alone what follows; for what has no short line to break at. */
const SKIP = "#[rustfmt::skip]";
/** rustfmt is stricter with the bounds of a trait. */
const BOUNDS_WIDTH = 93;
/** And with a list of imports. */
const IMPORTS_WIDTH = 98;
const UNIT = "    ";

export class RustPrinter {
  readonly #lines: string[] = [];
  /** Lines of items that rustfmt is told to leave alone. */
  readonly #settled = new Set<string>();
  #depth = 0;

  line(text = ""): void {
    this.#lines.push(text === "" ? "" : UNIT.repeat(this.#depth) + text);
  }

  /** A line as it is, of a text inside of a literal. */
  raw(text: string): void {
    this.#lines.push(text);
  }

  /** `head{a, b}tail` of a `use`; nothing for no item. */
  list(head: string, items: readonly string[], tail: string): void {
    if (items.length === 0) return;
    const whole =
      items.length === 1 ? `${head}${items[0]}${tail}` : `${head}{${items.join(", ")}}${tail}`;
    if (whole.length <= IMPORTS_WIDTH) {
      this.line(whole);
      return;
    }
    this.line(`${head}{`);
    this.nested(() => this.#rows(items));
    this.line(`}${tail}`);
  }

  /** `head`, then what `body` prints one step further in, then `tail`. */
  block(head: string, body: () => void, tail = "}"): void {
    this.line(head);
    this.#depth++;
    body();
    this.#depth--;
    this.line(tail);
  }

  /** A function's head and body; parameters that do not fit in the line stand one a line. */
  function(name: string, parameters: readonly string[], result: string, body: () => void): void {
    this.item(() => {
      const tail = `)${result === "" ? "" : ` -> ${result}`} {`;
      const whole = `${name}(${parameters.join(", ")}${tail}`;
      if (this.#fits(whole)) this.line(whole);
      else {
        this.line(`${name}(`);
        this.nested(() => {
          for (const each of parameters) this.line(`${each},`);
        });
        this.line(tail);
      }
      this.nested(body);
      this.line("}");
    });
  }

  /** What `print` prints, which rustfmt is told to leave alone if a line of it is too long. */
  item(print: () => void): void {
    const from = this.#lines.length;
    print();
    const lines = this.#lines.slice(from);
    const long = (line: string) => line.length >= WIDTH && !/^ *\/\//.test(line);
    if (!lines.some((line) => long(line) && !this.#settled.has(line))) return;
    for (const line of lines) this.#settled.add(line);
    this.#lines.splice(from, 0, UNIT.repeat(this.#depth) + SKIP);
  }

  /** `head(arguments)tail`; arguments that are too long stand one a line. */
  call(head: string, args: readonly string[], tail = ""): void {
    const inner = args.join(", ");
    const whole = `${head}(${inner})${tail}`;
    const [name = "", value] = whole.split(" = ");
    const short = inner.length <= ARGUMENTS_WIDTH;
    if (short && this.#fits(whole)) this.line(whole);
    else if (short && value !== undefined && this.#fits(UNIT + value)) this.assign(name, value);
    else this.block(`${head}(`, () => this.#items(args), `)${tail}`);
  }

  /** What rustfmt is to leave alone. */
  asIs(statement: string): void {
    this.line(SKIP);
    this.line(statement);
    this.#settled.add(this.#lines.at(-1) ?? "");
  }

  /** `head = value`, in two lines where it is too long. */
  assign(head: string, value: string): void {
    const whole = `${head} = ${value}`;
    // rustfmt keeps a column free for what may follow a `?`
    if (this.#fits(value.endsWith("?;") ? `${whole} ` : whole)) {
      this.line(whole);
      return;
    }
    this.line(`${head} =`);
    this.nested(() => this.line(value));
  }

  /** What `body` prints, one step further in. */
  nested(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `head a + b {}`, in lines of their own where that is too long. */
  bounds(head: string, bounds: readonly string[]): void {
    const inner = bounds.join(" + ");
    const whole = `${head} ${inner} {}`;
    if (whole.length <= BOUNDS_WIDTH) {
      this.line(whole);
      return;
    }
    this.line(head);
    this.nested(() => {
      if (this.#fits(inner)) this.line(inner);
      else for (const [i, bound] of bounds.entries()) this.line(i === 0 ? bound : `+ ${bound}`);
    });
    this.line("{");
    this.line("}");
  }

  /** `head.a().b()`, one call a line where they are too long. */
  chain(head: string, calls: readonly string[]): void {
    const whole = head + calls.join("");
    if (whole.length <= CHAIN_WIDTH && this.#fits(whole)) {
      this.line(whole);
      return;
    }
    this.line(head);
    this.nested(() => {
      for (const call of calls) this.line(call);
    });
  }

  /** `head(args, |parameters| { body })tail`; what does not fit in the line stands one a line. */
  closure(
    head: string,
    args: readonly string[],
    taken: string,
    body: () => void,
    tail: string,
  ): void {
    const whole = `${head}(${[...args, taken].join(", ")}`;
    if (this.#fits(whole)) {
      this.block(whole, body, `})${tail}`);
      return;
    }
    const vertical = () => {
      for (const each of args) this.line(`${each},`);
      this.block(taken, body, "},");
    };
    this.block(`${head}(`, vertical, `)${tail}`);
  }

  /** `pattern => value,` of a `match`. */
  arm(pattern: string, value: string): void {
    const whole = `${pattern} => ${value},`;
    if (this.#fits(whole)) this.line(whole);
    else this.block(`${pattern} => {`, () => this.line(value));
  }

  /** `head vec![a, b] tail`, one item a line where they are too long. */
  vector(head: string, items: readonly string[], tail: string, open = "vec!["): void {
    const inner = items.join(", ");
    const whole = `${head}${open}${inner}]${tail}`;
    if (inner.length <= ARGUMENTS_WIDTH && this.#fits(whole)) {
      this.line(whole);
      return;
    }
    const body = () => {
      for (const each of items) this.line(`${each},`);
    };
    // a pattern has a line for each, however short
    this.block(head + open, open === "[" ? body : () => this.#items(items), `]${tail}`);
  }

  /** A doc comment; nothing for an empty text. `mark` is `///` or `//!`. */
  docs(text: string, mark = "///"): void {
    if (text === "") return;
    for (const line of text.replaceAll("\t", UNIT).split("\n")) {
      this.line(`${mark} ${line}`.trimEnd());
    }
  }

  /** One a line, or as many as fit in each where all are short. */
  #items(items: readonly string[]): void {
    if (items.every((item) => item.length <= SHORT_WIDTH)) this.#rows(items);
    else for (const each of items) this.line(`${each},`);
  }

  /** As many as fit in each line. */
  #rows(items: readonly string[]): void {
    let row = "";
    for (const each of items) {
      const longer = row === "" ? `${each},` : `${row} ${each},`;
      if (row !== "" && !this.#fits(longer)) {
        this.line(row);
        row = `${each},`;
      } else row = longer;
    }
    this.line(row);
  }

  #fits(line: string): boolean {
    return this.#depth * UNIT.length + line.length <= WIDTH;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
