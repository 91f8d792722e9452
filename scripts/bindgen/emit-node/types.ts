/** The first half of a host's file: the WIT's types and interfaces in TypeScript. */
import type { DeclaredType, Interface, Item, Type, World } from "../ir.js";
import { resolve } from "../ir.js";
import { Printer } from "../printer.js";
import { isOption, members, parameters, type TypeNames } from "./names.js";

export function emitTypes(world: World, names: TypeNames): string {
  const out = new Printer();
  out.line('import * as abi from "./abi.js";');
  out.line();
  out.line('export { ComponentError, TooLargeError, TrapError } from "./abi.js";');
  for (const type of world.interfaces.flatMap((i) => i.types)) {
    out.line();
    emitDeclared(type, names, out);
  }
  for (const each of world.exports) {
    out.line();
    emitInterface(each, names, out);
  }
  out.line();
  out.docs(world.docs);
  out.block(`export interface ${names.world} {`, () => {
    const labels = members(world.exports);
    world.exports.forEach((each, i) => {
      out.docs(each.docs);
      out.line(`readonly ${labels[i]}: ${names.interface(each.id)};`);
    });
  });
  return out.toString();
}

function emitDeclared(type: DeclaredType, names: TypeNames, out: Printer): void {
  const name = names.declared(type);
  switch (type.kind) {
    case "alias":
      out.docs(type.docs);
      out.union(`export type ${name} =`, names.of(type.target).split(" | "));
      break;
    case "enum":
      out.docs(withItems(type.docs, type.cases));
      out.union(
        `export type ${name} =`,
        type.cases.map((c) => `"${c.name}"`),
      );
      break;
    case "variant":
      out.docs(withItems(type.docs, type.cases));
      out.union(
        `export type ${name} =`,
        type.cases.map((c) => {
          const payload = c.type ? `; readonly val: ${names.of(c.type)}` : "";
          return `{ readonly tag: "${c.name}"${payload} }`;
        }),
      );
      break;
    case "flags":
      out.docs(type.docs);
      out.block(`export interface ${name} {`, () => {
        const labels = members(type.flags);
        type.flags.forEach((flag, i) => {
          out.docs(flag.docs);
          out.line(`readonly ${labels[i]}?: boolean | undefined;`);
        });
      });
      break;
    case "record":
      out.docs(type.docs);
      out.block(`export interface ${name} {`, () => {
        const labels = members(type.fields);
        type.fields.forEach((field, i) => {
          out.docs(field.docs);
          const optional = mayBeLeftOut(field.type) ? "?" : "";
          out.line(`readonly ${labels[i]}${optional}: ${names.of(field.type)};`);
        });
      });
      break;
  }
}

/** An option that is `undefined` where it is absent; one in another has a tag. */
function mayBeLeftOut(type: Type): boolean {
  const it = resolve(type);
  return it.kind === "option" && !isOption(it.value);
}

/** Cases are literals, where no comment can stand; their docs go above. */
function withItems(docs: string, items: readonly Item[]): string {
  const lines = items
    .filter((i) => i.docs !== "")
    .map((i) => `- \`${i.name}\`: ${i.docs.replaceAll("\n", "\n  ")}`);
  return [docs, lines.join("\n")].filter((part) => part !== "").join("\n\n");
}

function emitInterface(each: Interface, names: TypeNames, out: Printer): void {
  out.docs(each.docs);
  out.block(`export interface ${names.interface(each.id)} {`, () => {
    const labels = members(each.functions);
    each.functions.forEach((func, i) => {
      out.docs(func.docs);
      const own = parameters(func.parameters);
      const list = func.parameters.map((p, n) => `${own[n]}: ${names.of(p.type)}`);
      out.list(`${labels[i]}(`, list, `): ${returned(func.result, names)};`);
    });
  });
}

/** A result is returned, or thrown as a `ComponentError`. */
function returned(type: Type | undefined, names: TypeNames): string {
  if (type === undefined) return "void";
  const it = resolve(type);
  if (it.kind !== "result") return names.of(type);
  return it.ok === undefined ? "void" : names.of(it.ok);
}
