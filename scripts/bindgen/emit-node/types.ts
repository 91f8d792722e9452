/** The first half of a host's file: the WIT's types and interfaces in TypeScript. */
import {
  type DeclaredType,
  type Func,
  type Interface,
  type Item,
  type Resource,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { Printer } from "../printer.js";
import {
  classMembers,
  hasClass,
  type InterfaceMembers,
  interfaceMembers,
  isOption,
  members,
  parameters,
  type TypeNames,
  type WorldMembers,
  worldMembers,
} from "./names.js";

/** Without the imports of other files, which depend on what follows. */
export function emitTypes(world: World, names: TypeNames): string {
  const out = new Printer();
  for (const owner of world.interfaces) {
    for (const type of owner.types) {
      out.line();
      if (type.kind === "resource") emitResource(type, owner, names, out);
      else emitDeclared(type, names, out);
    }
  }
  const imported = worldMembers(world.imports);
  const exported = worldMembers(world.exports);
  for (const { of } of [...imported.interfaces, ...exported.interfaces]) {
    out.line();
    out.docs(of.docs);
    out.block(`export interface ${names.interface(of)} {`, () => {
      emitMembers(interfaceMembers(of), names, out);
    });
  }
  if (imported.interfaces.length > 0 || imported.own) {
    out.line();
    out.docs("What the component calls; the application implements it.");
    emitWorld(names.imports, imported, names, out);
  }
  out.line();
  out.docs(world.docs);
  emitWorld(names.world, exported, names, out);
  return out.toString();
}

function emitWorld(
  name: string,
  { interfaces, own }: WorldMembers,
  names: TypeNames,
  out: Printer,
): void {
  if (interfaces.length === 0 && !own) {
    out.line(`export type ${name} = Readonly<Record<never, never>>;`);
    return;
  }
  out.block(`export interface ${name} {`, () => {
    for (const { of, label } of interfaces) {
      out.docs(of.docs);
      out.line(`readonly ${label}: ${names.interface(of)};`);
    }
    if (own) emitMembers(own, names, out);
  });
}

function emitMembers({ classes, functions }: InterfaceMembers, names: TypeNames, out: Printer) {
  for (const { resource, label } of classes)
    out.line(`readonly ${label}: ${names.class(resource)};`);
  for (const { func, label } of functions) emitMethod(label, func, names, out);
}

function emitMethod(label: string, func: Func, names: TypeNames, out: Printer): void {
  out.docs([func.docs, thrown(func, names)].filter((part) => part !== "").join("\n\n"));
  const own = parameters(func);
  const list = func.parameters
    .map((p, i) => `${own[i]}: ${names.of(p.type)}`)
    .filter((parameter) => !parameter.startsWith("this: "));
  const made = label === "new " ? `: ${names.declared(func.of?.resource as Resource)};` : "";
  out.list(`${label}(`, list, `)${made || `: ${returned(func.result, names)};`}`);
}

/** What is said of the error that a function returns. */
function thrown({ result }: Func, names: TypeNames): string {
  const it = result && resolve(result);
  if (it?.kind !== "result") return "";
  const payload = it.error ? `with a \`${names.of(it.error)}\`` : "without a payload";
  return `@throws {ComponentError} ${payload}`;
}

/** The interface of a resource's objects, and that of its class where it has one. */
function emitResource(resource: Resource, owner: Interface, names: TypeNames, out: Printer): void {
  const found = classMembers(owner, resource);
  const exported = resource.side === "export";
  out.docs(resource.docs);
  out.block(`export interface ${names.declared(resource)} {`, () => {
    for (const { func, label } of found.methods) emitMethod(label, func, names, out);
    if (exported) {
      out.docs(
        "Ends the object, which stays in the component until then. A second time does nothing.",
      );
      out.line("close(): void;");
      out.line("[Symbol.dispose](): void;");
    } else {
      out.docs("Called once, when the component has dropped the object.");
      out.line("close?(): void;");
    }
  });
  if (!hasClass(found)) return;
  out.line();
  out.docs(`What makes objects of \`${names.declared(resource)}\`.`);
  out.block(`export interface ${names.class(resource)} {`, () => {
    if (found.make) emitMethod("new ", found.make, names, out);
    for (const { func, label } of found.statics) emitMethod(label, func, names, out);
  });
}

function emitDeclared(type: Exclude<DeclaredType, Resource>, names: TypeNames, out: Printer): void {
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
          out.typed(`readonly ${labels[i]}${optional}: `, names.of(field.type), ";");
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

/** A result is returned, or thrown as a `ComponentError`. */
export function returned(type: Type | undefined, names: TypeNames): string {
  if (type === undefined) return "void";
  const it = resolve(type);
  if (it.kind !== "result") return names.of(type);
  return it.ok === undefined ? "void" : names.of(it.ok);
}
