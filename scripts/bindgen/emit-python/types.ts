/** The first part of a module: the WIT's types as Python's. */
import type { DeclaredType, Func, Item, RecordType, Resource, Type, Variant } from "../ir.js";
import { resolve } from "../ir.js";
import { constants, isOption, members, type Names } from "./names.js";
import { type Parameter, type Printer, splitTop } from "./printer.js";

/** A class for an interface or resource whose functions stand elsewhere. */
export type ClassOf = (resource: Resource) => void;

export function emitType(type: DeclaredType, names: Names, out: Printer, classOf: ClassOf): void {
  const name = names.declared(type);
  switch (type.kind) {
    case "alias": {
      out.space();
      const target = names.of(type.target);
      out.union(`${name}: TypeAlias`, splitTop(target, " | "));
      out.docs(type.docs);
      break;
    }
    case "enum":
      out.space();
      out.block(`class ${name}(Enum):`, () => {
        out.docs(type.docs);
        if (type.docs !== "") out.line();
        const labels = constants(type.cases);
        emitMembers(type.cases, (item, i) => out.assignment(`${labels[i]}`, `"${item.name}"`), out);
      });
      break;
    case "flags":
      out.space();
      out.block(`class ${name}(Flag):`, () => {
        out.docs(type.docs);
        if (type.docs !== "") out.line();
        const labels = constants(type.flags);
        emitMembers(type.flags, (_, i) => out.line(`${labels[i]} = 1 << ${i}`), out);
      });
      break;
    case "record":
      emitRecord(name, type, names, out);
      break;
    case "variant":
      emitVariant(name, type, names, out);
      break;
    case "resource":
      classOf(type);
      break;
  }
}

function emitMembers(
  items: readonly Item[],
  print: (item: Item, i: number) => void,
  out: Printer,
): void {
  items.forEach((item, i) => {
    print(item, i);
    out.docs(item.docs);
  });
}

function emitRecord(name: string, type: RecordType, names: Names, out: Printer): void {
  const labels = members(type.fields);
  const lastGiven = type.fields.findLastIndex((f) => !isOption(f.type));
  out.space();
  out.line("@dataclass(frozen=True, slots=True)");
  out.block(`class ${name}:`, () => {
    out.docs(type.docs);
    if (type.docs !== "") out.line();
    type.fields.forEach((field, i) => {
      out.field(`${labels[i]}`, names.of(field.type), i > lastGiven ? " = None" : "");
      out.docs(field.docs);
    });
  });
}

function emitVariant(name: string, type: Variant, names: Names, out: Printer): void {
  const classes = names.cases(type);
  type.cases.forEach((each, i) => {
    out.space();
    out.line("@dataclass(frozen=True, slots=True)");
    out.block(`class ${classes[i]}:`, () => {
      out.docs(each.docs || `The case \`${each.name}\` of \`${name}\`.`);
      if (each.type === undefined) return;
      out.line();
      out.field("value", names.of(each.type), "");
    });
  });
  out.space();
  out.union(`${name}: TypeAlias`, classes);
  out.docs(type.docs);
}

/** A function's parameters with their types, after `self`. */
export function parametersOf(func: Func, names: Names, place: "given" | "got"): Parameter[] {
  const given = func.of?.kind === "method" ? func.parameters.slice(1) : func.parameters;
  const labels = members(given);
  const typed = given.map((p, i) => ({ label: `${labels[i]}`, type: names.of(p.type, place) }));
  return [{ label: "self", type: "" }, ...typed];
}

/** What a caller gets: a result is returned or raised. */
export function returned(type: Type | undefined, names: Names, place: "given" | "got"): string {
  if (type === undefined) return "None";
  const it = resolve(type);
  return it.kind === "result" ? names.of(it.ok, place) : names.of(type, place);
}

/** The docs of a function, and what it raises. */
export function functionDocs(func: Func, names: Names): string {
  const result = func.result && resolve(func.result);
  if (result?.kind !== "result") return func.docs;
  const payload = result.error ? `with \`${names.of(result.error, "got")}\`` : "without a payload";
  const raises = `Raises:\n    ComponentError: ${payload}.`;
  return `${func.docs || "May fail."}\n\n${raises}`;
}
