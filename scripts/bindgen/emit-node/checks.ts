/** The functions that check what the application passes. */
import { isNumber, resolve, type Type } from "../ir.js";
import { choices, layout } from "../layout.js";
import { arrayOf, isOption, members } from "./names.js";
import { holdsExported, type Writer } from "./writer.js";

export class Checks {
  readonly #w: Writer;

  constructor(writer: Writer) {
    this.#w = writer;
  }

  /** An expression that is what is wrong with a value, or undefined. */
  of(type: Type, value: string): string {
    const it = resolve(type);
    if (it.kind === "own" || it.kind === "borrow") {
      if (it.resource.side === "import") return `abi.object(${value})`;
      const verb = it.kind === "own" ? "given" : "lent";
      return `g.${verb}(${this.#w.names.handles(it.resource)}, ${value})`;
    }
    if (holdsExported(it)) return `${this.#checker(it)}(g, ${value})`;
    return `${this.#checker(it)}(${value})`;
  }

  /** The same as a function of the value. */
  #function(type: Type): string {
    const it = resolve(type);
    if (it.kind === "own" || it.kind === "borrow") {
      return it.resource.side === "import" ? "abi.object" : `(e) => ${this.of(it, "e")}`;
    }
    return holdsExported(it) ? `(e) => ${this.of(it, "e")}` : this.#checker(it);
  }

  /** The function that checks a value of this type. */
  #checker(type: Type): string {
    const it = resolve(type);
    if (isNumber(it.kind) || it.kind === "bool" || it.kind === "string") return `abi.${it.kind}`;
    if (it.kind === "char") return "abi.character";
    return this.#w.functions.name("check", it, (name) => this.#printCheck(name, it));
  }

  #printCheck(name: string, type: Type): void {
    const out = this.#w.out;
    const it = resolve(type);
    const value = `v: ${this.#w.names.of(it)}`;
    const parameters = holdsExported(it) ? [`g: ${this.#w.guest}`, value] : [value];
    out.line();
    out.function(name, parameters, "abi.Fault | undefined", () => {
      switch (it.kind) {
        case "enum":
          out.line(`return abi.oneOf(${this.#w.labelsOf(it)}, v);`);
          break;
        case "flags":
          out.line(`return abi.flags(${this.#w.labelsOf(it)}, v);`);
          break;
        case "list": {
          const element = resolve(it.element).kind;
          const { size } = layout(it.element);
          out.line(
            isNumber(element)
              ? `return abi.numbers(${arrayOf(element)}, v);`
              : `return abi.list(${this.#function(it.element)}, ${size}, v);`,
          );
          break;
        }
        case "record": {
          const labels = members(it.fields);
          const fields = it.fields.map(
            (f, i) => `abi.at(".${labels[i]}", ${this.of(f.type, `v.${labels[i]}`)})`,
          );
          out.chain("return", ["abi.object(v)", ...fields], " ??");
          break;
        }
        case "tuple": {
          const items = it.items.map((t, i) => `abi.at("[${i}]", ${this.of(t, `v[${i}]`)})`);
          out.chain("return", [`abi.tuple(${it.items.length}, v)`, ...items], " ??");
          break;
        }
        case "option":
          if (isOption(it.value)) this.#checkCases(it);
          else out.statement("return ", `v === undefined ? undefined : ${this.of(it.value, "v")}`);
          break;
        case "variant":
        case "result":
          this.#checkCases(it);
          break;
      }
    });
  }

  #checkCases(type: Type): void {
    const out = this.#w.out;
    const cases = choices(type);
    out.line("const fault = abi.object(v);");
    out.line("if (fault !== undefined) return fault;");
    out.block("switch (v.tag) {", () => {
      for (const each of cases) {
        out.line(`case "${each.name}":`);
        out.indent(() => {
          const payload = each.type && `abi.at(".val", ${this.of(each.type, "v.val")})`;
          out.statement("return ", payload ?? "undefined");
        });
      }
      out.line("default:");
      out.indent(() => {
        const labels = cases.map((c) => `"${c.name}"`);
        out.call("return abi.noCase", ["v", ...labels]);
      });
    });
  }
}
