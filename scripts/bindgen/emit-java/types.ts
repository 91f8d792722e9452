/** The WIT's types in Java: a file each. */
import {
  type Enum,
  type Flags,
  type Interface,
  isNumber,
  type RecordType,
  resolve,
  type Type,
  type Variant,
  type World,
} from "../ir.js";
import type { Files } from "../target.js";
import { javaFile } from "./java-file.js";
import { paragraphs } from "./javadoc.js";
import { caseNames, components, constants, type TypeNames } from "./names.js";
import { note } from "./notes.js";
import { Printer } from "./printer.js";

export function emitTypes(world: World, names: TypeNames, header: string): Files {
  const files: Record<string, string> = {};
  for (const type of world.interfaces.flatMap((i: Interface) => i.types)) {
    const out = new Printer();
    let hidden: ReadonlySet<string> = new Set();
    if (type.kind === "record") emitRecord(type, names, out);
    else if (type.kind === "variant") hidden = emitVariant(type, names, out);
    else if (type.kind === "enum") emitEnum(type, type.cases, names, out);
    else if (type.kind === "flags") emitEnum(type, type.flags, names, out);
    else continue; // Java has no aliases, and a resource stands with its interface
    files[`${names.declared(type)}.java`] = javaFile(header, names, out, hidden);
  }
  return files;
}

/** `Tuple2.java` and so on, of the lengths that are used. */
export function emitTuples(names: TypeNames, header: string): Files {
  const files: Record<string, string> = {};
  for (const length of names.tuples) {
    const out = new Printer();
    const letters = Array.from({ length }, (_, i) => `T${i}`);
    const name = `Tuple${length}<${letters.join(", ")}>`;
    out.docs([`A WIT {@code tuple} of ${length}.`]);
    const items = letters.map(
      (t, i): Component => ({ name: `item${i}`, java: t, type: undefined }),
    );
    emitComponents(out, `public record ${name}`, `Tuple${length}`, items);
    files[`Tuple${length}.java`] = javaFile(header, names, out);
  }
  return files;
}

/** The errors that functions return, as exceptions. */
export function emitExceptions(
  errors: ReadonlyMap<string, Type | undefined>,
  names: TypeNames,
  header: string,
): Files {
  const files: Record<string, string> = {};
  for (const [name, error] of errors) {
    const out = new Printer();
    const java = error ? names.of(error) : names.use("Nothing");
    const boxed = names.boxed(error);
    const what = error ? "" : " that says no more";
    out.docs([`An error of a function${what}: see {@link ComponentException}.`]);
    out.block(`public final class ${name} extends ComponentException`, () => {
      out.line("private static final long serialVersionUID = 1L;");
      out.line();
      out.declare(`private final transient ${java}`, "payload");
      out.line();
      const takes = error ? [`${java} payload`] : [];
      out.docs(["Makes it of the error."]);
      out.method(`public ${name}`, takes, () => {
        if (error === undefined) {
          out.line('super("the function failed");');
          out.line("this.payload = Nothing.NOTHING;");
        } else {
          out.line(`super(${message(error, names)});`);
          out.line("this.payload = payload;");
        }
      });
      out.line();
      out.line("@Override");
      out.block(`public ${boxed} payload()`, () => out.line("return payload;"));
    });
    files[`${name}.java`] = javaFile(header, names, out);
  }
  return files;
}

function message(error: Type, names: TypeNames): string {
  if (resolve(error).kind === "string") return "payload";
  return hidesArray(error) ? `${names.use("Structural")}.text(payload)` : "String.valueOf(payload)";
}

interface Component {
  readonly name: string;
  readonly java: string;
  /** Undefined for one of any type, as that of a tuple. */
  readonly type: Type | undefined;
}

function emitRecord(type: RecordType, names: TypeNames, out: Printer): void {
  const name = names.declared(type);
  const labels = components(type.fields);
  const tags = type.fields.map((f, i) =>
    tag(`@param ${labels[i]}`, paragraphs(f.docs), note(f.type)),
  );
  docs(out, type.docs, `The WIT record {@code ${type.name}}.`, tags);
  const parts = type.fields.map(
    (f, i): Component => ({ name: labels[i] ?? "", java: names.of(f.type), type: f.type }),
  );
  if (type.fields.some((f) => hidesArray(f.type))) names.use("Structural");
  emitComponents(out, `public record ${name}`, name, parts);
}

/** A record's components, checks and, where Java's own would compare arrays by identity, methods. */
function emitComponents(
  out: Printer,
  head: string,
  name: string,
  parts: readonly Component[],
  tail = "",
  hidden: (name: string) => string = (n) => n,
): void {
  const references = parts.filter((p) => p.type === undefined || isReference(p.type));
  const structural = parts.some((p) => p.type === undefined || hidesArray(p.type));
  const parameters = parts.map((p) => `${p.java} ${p.name}`);
  if (references.length === 0) {
    out.signature(head, parameters, `${tail} {}`);
    return;
  }
  out.signature(head, parameters, `${tail} {`);
  out.indent(() => {
    out.docs(["Refuses null."]);
    out.block(`public ${name}`, () => {
      for (const p of references) {
        const list = p.type !== undefined && isList(p.type);
        if (list) out.assign(p.name, { head: `${hidden("List")}.copyOf`, args: [p.name] });
        else
          out.statement({
            head: `${hidden("Objects")}.requireNonNull`,
            args: [p.name, `"${p.name}"`],
          });
      }
    });
    if (structural) emitStructural(out, name, parts, hidden);
  });
  out.line("}");
}

function emitStructural(
  out: Printer,
  name: string,
  parts: readonly Component[],
  hidden: (name: string) => string,
): void {
  const own = (p: Component): string => p.name;
  out.line();
  out.line("@Override");
  out.block("public boolean equals(Object other)", () => {
    const generic = /^Tuple(\d+)$/.exec(name);
    const pattern = generic ? `${name}<${Array(Number(generic[1])).fill("?").join(", ")}>` : name;
    out.block(`if (!(other instanceof ${pattern} that))`, () => out.line("return false;"));
    parts.forEach((p, i) => {
      const equal = `Structural.equal(${own(p)}, that.${p.name})`;
      if (i === parts.length - 1) out.line(`return ${equal};`);
      else out.block(`if (!${equal})`, () => out.line("return false;"));
    });
  });
  out.line();
  out.line("@Override");
  out.block("public int hashCode()", () => {
    out.word("return", { head: "Structural.hash", args: parts.map(own) });
  });
  out.line();
  out.line("@Override");
  out.block(`public ${hidden("String")} toString()`, () => {
    const builder = hidden("StringBuilder");
    out.line(`${builder} text = new ${builder}("${name}[");`);
    parts.forEach((p, i) => {
      const before = `${i === 0 ? "" : ", "}${p.name}=`;
      out.line(`text.append("${before}").append(Structural.text(${own(p)}));`);
    });
    out.line('return text.append("]").toString();');
  });
}

function emitVariant(type: Variant, names: TypeNames, out: Printer): ReadonlySet<string> {
  const name = names.declared(type);
  const cases = caseNames(name, type.cases);
  const hidden = new Set(cases);
  docs(out, type.docs, `The WIT variant {@code ${type.name}}.`, []);
  out.block(`public sealed interface ${name}`, () => {
    type.cases.forEach((each, i) => {
      if (i > 0) out.line();
      const tags = each.type ? tag("@param value", [], note(each.type)) : "";
      docs(out, each.docs, `The case {@code ${each.name}}.`, [tags]);
      if (each.type !== undefined && hidesArray(each.type)) names.use("Structural");
      const parts: Component[] = each.type
        ? [{ name: "value", java: names.of(each.type, hidden), type: each.type }]
        : [];
      const label = cases[i] ?? "";
      emitComponents(out, `record ${label}`, label, parts, ` implements ${name}`, (n) =>
        names.qualified(n, hidden),
      );
    });
  });
  return hidden;
}

function emitEnum(
  type: Enum | Flags,
  items: readonly { name: string; docs: string }[],
  names: TypeNames,
  out: Printer,
): void {
  const labels = constants(items);
  docs(out, type.docs, `The WIT ${type.kind} {@code ${type.name}}.`, []);
  out.block(`public enum ${names.declared(type)}`, () => {
    items.forEach((item, i) => {
      docs(out, item.docs, `{@code ${item.name}}`, []);
      out.line(`${labels[i]}${i < items.length - 1 ? "," : ""}`);
    });
  });
}

/** The WIT's documentation, or what there is to say without. */
export function docs(out: Printer, text: string, otherwise: string, tags: readonly string[]): void {
  const body = paragraphs(text);
  out.docs(
    body.length > 0 ? body : [otherwise],
    tags.filter((t) => t !== ""),
  );
}

/** A Javadoc tag: what the WIT says, then what is to be noted of the type; nothing without either. */
export function tag(head: string, said: readonly string[], noted: string): string {
  const text = said.join(" ");
  if (text === "") return noted === "" ? "" : `${head} ${noted}`;
  if (noted === "") return `${head} ${text}`;
  const sentence = `${noted.charAt(0).toUpperCase()}${noted.slice(1)}.`;
  return `${head} ${text}${/[.!?]$/.test(text) ? "" : "."} ${sentence}`;
}

function isReference(type: Type): boolean {
  const { kind } = resolve(type);
  return !isNumber(kind) && kind !== "bool" && kind !== "char";
}

function isList(type: Type): boolean {
  const it = resolve(type);
  return it.kind === "list" && !isNumber(resolve(it.element).kind);
}

/** Whether Java's own equality would miss an array in a value of this type. */
function hidesArray(type: Type): boolean {
  const it = resolve(type);
  switch (it.kind) {
    case "list":
      return isNumber(resolve(it.element).kind) || hidesArray(it.element);
    case "option":
      return hidesArray(it.value);
    default:
      return false; // records, tuples and results of their own compare rightly
  }
}
