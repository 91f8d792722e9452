/**
 * The part of `Marshal.java` that checks arguments. A value that the host has made is right in
 * what Java's types and the records' constructors see to; here is what they do not.
 */
import { isNumber, parts, resolve, type Type } from "../ir.js";
import { layout } from "../layout.js";
import type { TypeFunctions } from "../type-functions.js";
import { components, type TypeNames } from "./names.js";
import { call, type Expression, type Printer } from "./printer.js";

/** Kinds of which not every value of the Java type fits. */
const CHECKED: Readonly<Record<string, string>> = {
  ...{ u8: "u8", u16: "u16", u32: "u32", char: "character", string: "text" },
};

export class CheckWriter {
  readonly #names: TypeNames;
  readonly #functions: TypeFunctions;
  readonly #out: Printer;

  constructor(names: TypeNames, functions: TypeFunctions, out: Printer) {
    this.#names = names;
    this.#functions = functions;
    this.#out = out;
  }

  /** A call that throws where the value at `step` of the path does not fit; undefined where all do. */
  of(type: Type, guest: string, step: string, value: string): Expression | undefined {
    const it = resolve(type);
    if (isScalarOfJava(it)) return undefined;
    if (it.kind === "option") {
      return call("Checks.optional", guest, step, value, this.#reference(it.value));
    }
    return call(this.#checker(it), guest, step, value);
  }

  #reference(type: Type): string {
    const it = resolve(type);
    return (isScalarOfJava(it) ? "Checks.present" : this.#checker(it)).replace(".", "::");
  }

  #checker(type: Type): string {
    const it = resolve(type);
    const fixed = CHECKED[it.kind];
    if (fixed !== undefined) return `Checks.${fixed}`;
    if (!isDeep(it)) return "Checks.present";
    return `Marshal.${this.#functions.name("check", it, (name) => this.#print(name, it))}`;
  }

  #print(name: string, type: Type): void {
    const out = this.#out;
    const it = resolve(type);
    const takes = ["ComponentInstance guest", "String step", `${this.#names.of(it)} v`];
    out.line();
    out.method(`static void ${name}`, takes, () => {
      switch (it.kind) {
        case "list":
          this.#printList(it.element);
          break;
        case "option":
          out.statement(call("Checks.optional", "guest", "step", "v", this.#reference(it.value)));
          break;
        case "own":
        case "borrow":
          out.statement(call("Checks.present", "guest", "step", "v"));
          out.statement(call(`v.object.${it.kind === "own" ? "pass" : "lend"}`, "guest", "step"));
          break;
        default:
          out.statement(call("Checks.present", "guest", "step", "v"));
          out.line("try {");
          out.indent(() => this.#printParts(it));
          out.line("} catch (Checks.Fault fault) {");
          out.indent(() => out.line("throw fault.in(step);"));
          out.line("}");
      }
    });
  }

  #printList(element: Type): void {
    const { size } = layout(element);
    if (isNumber(resolve(element).kind)) {
      this.#out.statement(call("Checks.present", "guest", "step", "v"));
      this.#out.statement(call("Checks.size", "step", "v.length", `${size}`));
      return;
    }
    const each = this.#reference(element);
    this.#out.statement(call("Checks.list", "guest", "step", "v", `${size}`, each));
  }

  #printParts(type: Type): void {
    const it = resolve(type);
    const out = this.#out;
    const check = (part: Type, step: string, value: string): void => {
      const found = isDeep(part) ? this.of(part, "guest", `"${step}"`, value) : undefined;
      if (found !== undefined) out.statement(found);
    };
    if (it.kind === "record") {
      const labels = components(it.fields);
      it.fields.forEach((f, i) => {
        check(f.type, `.${labels[i]}`, `v.${labels[i]}()`);
      });
    } else if (it.kind === "tuple") {
      it.items.forEach((t, i) => {
        check(t, `[${i}]`, `v.item${i}()`);
      });
    } else if (it.kind === "result") {
      [it.ok, it.error].forEach((side, i) => {
        if (side === undefined || !isDeep(side)) return;
        const name = i === 0 ? "value" : "error";
        out.line(`var ${name} = v.${name}OrNull();`);
        out.block(`if (${name} != null)`, () => check(side, `.${name}`, name));
      });
    } else if (it.kind === "variant") {
      const cases = this.#names.cases(it);
      const deep = it.cases.flatMap(({ type }, i) =>
        type !== undefined && isDeep(type) ? [{ type, pattern: cases[i] }] : [],
      );
      deep.forEach(({ type: payload, pattern = "" }, i) => {
        out.instanceOf(`${i === 0 ? "" : "} else "}if (v`, pattern, "it");
        out.indent(() => check(payload, ".value", "it.value()"));
      });
      out.line("}");
    }
  }
}

/** Types that Java passes by value and of which every value fits. */
function isScalarOfJava(type: Type): boolean {
  const { kind } = resolve(type);
  return (isNumber(kind) || kind === "bool") && CHECKED[kind] === undefined;
}

/** Whether a value that is not null may still not fit. */
function isDeep(type: Type): boolean {
  const it = resolve(type);
  if (CHECKED[it.kind] !== undefined || it.kind === "list") return true;
  if (it.kind === "own" || it.kind === "borrow") return it.resource.side === "export";
  return parts(it).some(isDeep);
}
