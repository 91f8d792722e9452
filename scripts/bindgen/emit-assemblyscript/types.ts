/** `types.ts` of a guest: a class, enum or alias for each type of the world. */
import { type DeclaredType, type Interface, resources, type World } from "../ir.js";
import { Printer } from "../printer.js";
import {
  cases,
  fileNames,
  implementationFiles,
  importFiles,
  isReference,
  members,
  type TypeNames,
  usedTypes,
} from "./names.js";

export function emitTypes(world: World, names: TypeNames, header: string): string {
  const out = new Printer();
  out.line(header);
  out.line("// What the WIT's types are in AssemblyScript.");
  emitClasses(world, names, out);
  emitGenericTypes(world, out);
  for (const declared of world.interfaces.flatMap((i) => i.types)) {
    if (declared.kind === "resource") continue;
    out.line();
    emitDeclared(declared, names, out);
  }
  return out.toString();
}

/** The resources' classes stand where they are implemented or imported. */
function emitClasses(world: World, names: TypeNames, out: Printer): void {
  const exported: string[] = [];
  const emit = (owner: Interface, path: string) => {
    const { classes } = fileNames(owner);
    const imported = resources(owner).map((resource) => {
      const [there, here] = [classes.get(resource) ?? "", names.declared(resource)];
      exported.push(here);
      return there === here ? here : `${there} as ${here}`;
    });
    if (imported.length > 0) out.specifiers("import", imported, ` from "${path}"`);
  };
  for (const [owner, file] of importFiles(world)) emit(owner, `./${file}`);
  for (const [owner, file] of implementationFiles(world)) emit(owner, `../${file}`);
  if (exported.length === 0) return;
  out.line();
  out.specifiers("export", exported, "");
}

/** The classes for `option`, `result` and `tuple`, those that are used. */
function emitGenericTypes(world: World, out: Printer): void {
  const used = usedTypes(world);
  if (used.some((t) => t.kind === "option" && !isReference(t.value))) {
    out.line();
    out.docs("A value where `T | null` cannot tell it from its absence.");
    out.block("export class Some<T> {", () => out.line("constructor(readonly value: T) {}"));
  }
  const results = used.filter((t) => t.kind === "result");
  if (results.length > 0) {
    out.line();
    out.docs("Either an `Ok` or an `Err`.");
    out.block("export abstract class Result<T, E> {", () =>
      out.line("constructor(readonly isOk: bool) {}"),
    );
    for (const [name, generic, field, ok] of [
      ["Ok", "T", "value", true],
      ["Err", "E", "error", false],
    ] as const) {
      out.line();
      out.block(`export class ${name}<T, E> extends Result<T, E> {`, () =>
        out.block(`constructor(readonly ${field}: ${generic}) {`, () => out.line(`super(${ok});`)),
      );
    }
  }
  if (results.some((t) => t.ok === undefined || t.error === undefined)) {
    out.line();
    out.docs("The payload of a result that has none.");
    out.line("export class Nothing {}");
    out.line();
    out.line("export const NOTHING = new Nothing();");
  }
  const sizes = new Set(used.filter((t) => t.kind === "tuple").map((t) => t.items.length));
  for (const size of [...sizes].sort((a, b) => a - b)) {
    const indices = Array.from({ length: size }, (_, i) => i);
    out.line();
    out.block(`export class Tuple${size}<${indices.map((i) => `T${i}`).join(", ")}> {`, () =>
      emitConstructor(
        indices.map((i) => `public item${i}: T${i}`),
        out,
      ),
    );
  }
}

function emitDeclared(type: DeclaredType, names: TypeNames, out: Printer): void {
  const name = names.declared(type);
  out.docs(type.docs);
  switch (type.kind) {
    case "alias":
      out.line(`export type ${name} = ${names.of(type.target)};`);
      break;
    case "enum":
      out.block(`export enum ${name} {`, () => emitCases(type.cases, out));
      break;
    case "flags":
      out.block(`export enum ${name} {`, () =>
        emitCases(type.flags, out, (i) => (i < 31 ? ` = ${2 ** i}` : ` = ${-(2 ** 31)}`)),
      );
      break;
    case "record": {
      const fields = members(type.fields);
      const [only] = type.fields;
      if (type.fields.length === 1 && only?.docs === "") {
        out.block(`export class ${name} {`, () =>
          emitConstructor([`public ${fields[0]}: ${names.of(only.type)}`], out),
        );
        break;
      }
      out.block(`export class ${name} {`, () =>
        out.block(
          "constructor(",
          () =>
            type.fields.forEach((field, i) => {
              out.docs(field.docs);
              out.typed(`public ${fields[i]}: `, names.of(field.type), ",");
            }),
          ") {}",
        ),
      );
      break;
    }
    case "variant": {
      const tag = names.tagEnum(type);
      const labels = cases(type.cases);
      out.block(`export abstract class ${name} {`, () =>
        out.line(`constructor(readonly tag: ${tag}) {}`),
      );
      out.line();
      out.docs(`The cases of \`${name}\`.`);
      out.block(`export enum ${tag} {`, () => emitCases(type.cases, out));
      type.cases.forEach((each, i) => {
        out.line();
        out.docs(each.docs);
        out.block(`export class ${names.caseClass(type, i)} extends ${name} {`, () => {
          out.list(
            "constructor(",
            each.type ? [`readonly value: ${names.of(each.type)}`] : [],
            ") {",
          );
          out.indent(() => out.call("super", [`${tag}.${labels[i]}`]));
          out.line("}");
        });
      });
      break;
    }
  }
}

function emitCases(
  items: readonly { readonly name: string; readonly docs: string }[],
  out: Printer,
  value: (index: number) => string = () => "",
): void {
  const labels = cases(items);
  items.forEach((item, i) => {
    out.docs(item.docs);
    out.line(`${labels[i]}${value(i)},`);
  });
}

/** One parameter that is a property stands in the head's line, several have a line each. */
function emitConstructor(parameters: readonly string[], out: Printer): void {
  if (parameters.length === 1) out.list("constructor(", parameters, ") {}");
  else {
    const body = () => {
      for (const parameter of parameters) out.line(`${parameter},`);
    };
    out.block("constructor(", body, ") {}");
  }
}
