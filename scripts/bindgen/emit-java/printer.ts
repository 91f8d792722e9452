/**
 * Collects lines of Java in the layout that google-java-format gives them: 100
 * columns, two spaces a block, four where a line goes on.
 */
import { javadoc } from "./javadoc.js";

/** A call, `head(arguments)tail`, or any other text, which is never broken. */
export type Expression =
  | string
  | { readonly head: string; readonly args: readonly Expression[]; readonly tail?: string };

export function call(head: string, ...args: readonly Expression[]): Expression {
  return { head, args };
}

export function text(value: Expression): string {
  if (typeof value === "string") return value;
  return `${value.head}(${value.args.map(text).join(", ")})${value.tail ?? ""}`;
}

const WIDTH = 100;
const CONTINUED = 2; // steps of two

export class Printer {
  readonly #lines: string[] = [];
  #depth: number;

  /** `depth` is how many blocks its lines will stand in. */
  constructor(depth = 0) {
    this.#depth = depth;
  }

  line(line = ""): void {
    this.#lines.push(line === "" ? "" : "  ".repeat(this.#depth) + line);
  }

  indent(body: () => void, steps = 1): void {
    this.#depth += steps;
    body();
    this.#depth -= steps;
  }

  /** `head {`, then what `body` prints one step further in, then `tail`; all in a line if nothing. */
  block(head: string, body: () => void, tail = "}"): void {
    const [first, rest] = this.#clauses(`${head} {`);
    this.line(first);
    if (rest !== undefined) this.indent(() => this.line(rest), CONTINUED);
    const begins = this.#lines.length;
    this.indent(body);
    if (this.#lines.length === begins) this.#lines[begins - 1] += tail;
    else this.line(tail);
  }

  /** `value;` */
  statement(value: Expression): void {
    this.#broken("", value, ";");
  }

  /** `return value;` and the like. */
  word(word: string, value: Expression): void {
    this.#broken(`${word} `, value, ";");
  }

  /** `target = value;`, and the value in the next line where it is too long. */
  assign(target: string, value: Expression): void {
    const space = target.lastIndexOf(" ");
    if (space < 0 || this.#fits(`${target} =`)) this.#after(`${target} =`, value, ";");
    else {
      this.line(target.slice(0, space));
      this.indent(() => this.#after(`${target.slice(space + 1)} =`, value, ";"), CONTINUED);
    }
  }

  /** `value instanceof pattern name) {`, of which the bracket is open. */
  instanceOf(value: string, pattern: string, name: string): void {
    const end = name === "" ? ") {" : ` ${name}) {`;
    if (this.#fits(`${value} instanceof ${pattern}${end}`)) {
      this.line(`${value} instanceof ${pattern}${end}`);
      return;
    }
    this.line(value);
    this.indent(() => {
      this.line("instanceof");
      if (this.#fits(`${pattern}${end}`)) {
        this.line(`${pattern}${end}`);
        return;
      }
      const dot = pattern.indexOf(".");
      this.line(pattern.slice(0, dot));
      const steps = name === "" ? CONTINUED : 2 * CONTINUED;
      this.indent(() => this.line(`${pattern.slice(dot)}${name === "" ? end : ""}`), steps);
      if (name !== "") this.indent(() => this.line(`${name}) {`), CONTINUED);
    }, CONTINUED);
  }

  /** `case label -> value;` */
  arrow(label: string, value: Expression): void {
    this.#after(`${label} ->`, value, ";");
  }

  /** `type name;`, the name in the next line where it is too long. */
  declare(type: string, name: string): void {
    this.#typed(type, name, ";");
  }

  /** `head(parameters) {` and the body. */
  method(head: string, parameters: readonly string[], body: () => void): void {
    this.signature(head, parameters, " {");
    const begins = this.#lines.length;
    this.indent(body);
    if (this.#lines.length === begins) this.#lines[begins - 1] += "}";
    else this.line("}");
  }

  /**
   * `head(parameters)tail`, broken after the bracket, then at each comma; before the name
   * where even that is too long. A tail that says what is implemented goes to the next line.
   */
  signature(head: string, parameters: readonly string[], tail: string): void {
    const whole = `${head}(${parameters.join(", ")})`;
    const [first, rest] = this.#clauses(`${whole}${tail}`);
    if (this.#fits(`${whole}${tail}`) || (rest !== undefined && this.#fits(first))) {
      this.line(first);
      if (rest !== undefined) this.indent(() => this.line(rest), CONTINUED);
      return;
    }
    if (this.#fits(parameters.length === 0 ? `${whole}${tail}` : `${head}(`)) {
      this.#parameters(head, parameters, tail);
      return;
    }
    const name = head.lastIndexOf(" ");
    this.#type(head.slice(0, name));
    this.indent(() => this.#parameters(head.slice(name + 1), parameters, tail), CONTINUED);
  }

  #parameters(head: string, parameters: readonly string[], tail: string): void {
    const list = `${parameters.join(", ")})${tail}`;
    if (this.#fits(`${head}(${list}`)) {
      this.line(`${head}(${list}`);
      return;
    }
    this.line(`${head}(`);
    this.indent(() => {
      if (this.#fits(list)) this.line(list);
      else {
        parameters.forEach((parameter, i) => {
          const space = parameter.lastIndexOf(" ");
          const after = i === parameters.length - 1 ? `)${tail}` : ",";
          this.#typed(parameter.slice(0, space), parameter.slice(space + 1), after);
        });
      }
    }, CONTINUED);
  }

  /** A class's head in two lines, where it is too long for one. */
  #clauses(head: string): readonly [first: string, rest: string | undefined] {
    const at = this.#fits(head) ? -1 : head.search(/ (extends|implements) /);
    return at < 0 ? [head, undefined] : [head.slice(0, at), head.slice(at + 1)];
  }

  #typed(type: string, name: string, tail: string): void {
    if (this.#fits(`${type} ${name}${tail}`)) {
      this.line(`${type} ${name}${tail}`);
      return;
    }
    this.#type(type);
    this.indent(() => this.line(`${name}${tail}`), CONTINUED);
  }

  /** A type in a line, or its arguments in lines of their own. */
  #type(type: string, tail = "", steps = 2 * CONTINUED): void {
    const open = type.indexOf("<");
    if (open < 0 || this.#fits(type + tail)) {
      this.line(type + tail);
      return;
    }
    this.line(type.slice(0, open + 1));
    this.indent(() => {
      const inner = type.slice(open + 1, -1);
      if (this.#fits(`${inner}>${tail}`)) this.line(`${inner}>${tail}`);
      else {
        const args = typeArguments(inner);
        args.forEach((arg, i) => {
          this.#type(arg, i === args.length - 1 ? `>${tail}` : ",", CONTINUED);
        });
      }
    }, steps);
  }

  /** A doc comment of HTML paragraphs and `@tags`; nothing where there are none. */
  docs(paragraphs: readonly string[], tags: readonly string[] = []): void {
    for (const line of javadoc(paragraphs, tags, this.#depth * 2)) this.line(line);
  }

  /** What another printer has collected, which knew its depth. */
  append(other: Printer): void {
    this.#lines.push(...other.#lines);
  }

  #after(head: string, value: Expression, tail: string): void {
    const whole = `${head} ${text(value)}${tail}`;
    if (this.#fits(whole)) this.line(whole);
    else {
      this.line(head);
      this.indent(() => this.#broken("", value, tail), CONTINUED);
    }
  }

  #broken(prefix: string, value: Expression, tail: string): void {
    const whole = `${prefix}${text(value)}${tail}`;
    if (typeof value === "string" || this.#fits(whole)) {
      this.line(whole);
      return;
    }
    const dot = value.head.lastIndexOf(".");
    if (dot > 0 && !this.#fits(`${prefix}${value.head}(`)) {
      this.line(`${prefix}${value.head.slice(0, dot)}`);
      const rest = value.head.slice(dot);
      const made = value.head.startsWith("new ") && value.args.length > 0;
      if (made) {
        this.indent(() => this.line(`${rest}(`), CONTINUED);
        this.indent(() => this.#arguments(value.args, `)${value.tail ?? ""}${tail}`), CONTINUED);
      } else this.indent(() => this.#broken("", { ...value, head: rest }, tail), CONTINUED);
      return;
    }
    if (value.args.length === 0) {
      this.line(whole);
      return;
    }
    this.line(`${prefix}${value.head}(`);
    this.indent(() => this.#arguments(value.args, `)${value.tail ?? ""}${tail}`), CONTINUED);
  }

  #arguments(args: readonly Expression[], end: string): void {
    const all = `${args.map(text).join(", ")}${end}`;
    if (this.#fits(all)) this.line(all);
    else if (args.every(isShort)) this.#filled(args.map(text), end);
    else {
      args.forEach((arg, i) => {
        this.#broken("", arg, i === args.length - 1 ? end : ",");
      });
    }
  }

  /** As many to a line as fit. */
  #filled(args: readonly string[], end: string): void {
    let line = "";
    args.forEach((arg, i) => {
      const next = `${arg}${i === args.length - 1 ? end : ","}`;
      if (line === "") line = next;
      else if (this.#fits(`${line} ${next}`)) line += ` ${next}`;
      else {
        this.line(line);
        line = next;
      }
    });
    this.line(line);
  }

  #fits(line: string): boolean {
    return this.#depth * 2 + line.length <= WIDTH;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Names and literals of fewer than ten characters, which are not given a line each. */
function isShort(arg: Expression): boolean {
  return typeof arg === "string" && /^(\w+|"[^"]*")$/.test(arg) && arg.length < 10;
}

/** Splits at the commas outside of all brackets. */
function typeArguments(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === "<") depth++;
    else if (list[i] === ">") depth--;
    else if (list[i] === "," && depth === 0) {
      found.push(list.slice(from, i));
      from = i + 2;
    }
  }
  return [...found, list.slice(from)];
}
