/** What tells whether a value of the host can be passed on. */
import { isNumber, parts, resolve, type Type } from "../ir.js";
import { layout } from "../layout.js";
import { address, member, type Source } from "./functions.js";
import { members, payloadMembers } from "./names.js";
import type { Printer } from "./print.js";

/** An expression that is true where the value is at fault; undefined where it cannot be. */
export function check(source: Source, type: Type, value: string): string | undefined {
  const it = resolve(type);
  if (!mayBeWrong(it)) return undefined;
  const { names } = source;
  switch (it.kind) {
    case "string":
      return `rt_check_text(self, ${value})`;
    case "char":
      return `rt_check_char(self, ${value})`;
    case "enum":
      return `rt_check_case(self, (u32)${value}, ${it.cases.length})`;
    case "flags":
      return `rt_check_flags(self, ${value}, ${allFlags(it.flags.length)})`;
    case "own":
    case "borrow": {
      const key = `${member(value, "index")}, ${member(value, "generation")}`;
      return `rt_check_handle(self, ${names.resource(it.resource)}, ${key}, ${it.kind === "own"})`;
    }
    default: {
      const parameters = [source.self, names.constant(it, "v")];
      const body = (out: Printer) => {
        printCheck(source, it, out);
        out.line("return false;");
      };
      return `${source.function("check", it, "bool", parameters, body)}(self, ${address(value)})`;
    }
  }
}

function mayBeWrong(type: Type): boolean {
  const it = resolve(type);
  switch (it.kind) {
    case "string":
    case "char":
    case "list":
    case "enum":
    case "variant":
      return true;
    case "flags":
      return it.flags.length < 32;
    case "own":
    case "borrow":
      return it.resource.side === "export";
    default:
      return parts(it).some(mayBeWrong);
  }
}

/** The bits of all flags. */
export function allFlags(count: number): string {
  return `0x${(2 ** count - 1).toString(16)}`;
}

function printCheck(source: Source, type: Type, out: Printer): void {
  const it = resolve(type);
  const part = (of: Type | undefined, path: string) => {
    const fault = of && check(source, of, `v->${path}`);
    if (fault !== undefined) out.when(fault, `return rt_at(self, ".${path}");`);
  };
  switch (it.kind) {
    case "list": {
      const { size } = layout(it.element);
      out.line(`if (rt_check_list(self, v->items, v->length, ${size})) return true;`);
      const fault = check(source, it.element, "v->items[i]");
      if (isNumber(resolve(it.element).kind) || fault === undefined) return;
      out.block("for (size_t i = 0; i < v->length; i++) {", () => {
        out.when(fault, "return rt_at_index(self, i);");
      });
      return;
    }
    case "record": {
      const labels = members(it.fields);
      it.fields.forEach((field, i) => {
        part(field.type, labels[i] ?? "");
      });
      return;
    }
    case "tuple":
      it.items.forEach((item, i) => {
        part(item, `item${i}`);
      });
      return;
    case "option":
      out.block("if (v->is_some) {", () => part(it.value, "value"));
      return;
    case "result":
      if (it.ok && mayBeWrong(it.ok)) {
        out.block("if (!v->is_error) {", () => part(it.ok, "value.ok"));
      }
      if (it.error && mayBeWrong(it.error)) {
        out.block("if (v->is_error) {", () => part(it.error, "value.error"));
      }
      return;
    case "variant": {
      const tag = `rt_check_case(self, (u32)v->tag, ${it.cases.length})`;
      out.when(tag, 'return rt_at(self, ".tag");');
      const labels = payloadMembers(it);
      const cases = source.names.cases(it);
      if (!it.cases.some((c) => c.type && mayBeWrong(c.type))) return;
      out.line("switch (v->tag) {");
      it.cases.forEach((each, i) => {
        if (each.type === undefined || !mayBeWrong(each.type)) return;
        out.line(`case ${cases[i]}:`);
        out.indent(() => {
          part(each.type, `value.${labels[i]}`);
          out.line("break;");
        });
      });
      out.line("default:");
      out.indent(() => out.line("break;"));
      out.line("}");
    }
  }
}
