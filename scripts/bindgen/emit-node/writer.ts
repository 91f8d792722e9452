/** What the parts of the emitter share while they print one file. */
import type { Step } from "../abi.js";
import { closure, type Enum, type Flags, type Type, type Variant, type World } from "../ir.js";
import { choices } from "../layout.js";
import { Scope } from "../names.js";
import { Printer } from "../printer.js";
import type { Encoding } from "../target.js";
import { TypeFunctions } from "../type-functions.js";
import { members, parameters, RESERVED, type TypeNames } from "./names.js";

export class Writer {
  readonly names: TypeNames;
  readonly encoding: Encoding;
  readonly out = new Printer();
  readonly scope: Scope;
  readonly functions: TypeFunctions;
  /** The class of an instance: what it has to keep track of. */
  readonly guest: "abi.Guest" | "host.Guest" | "handles.Guest";
  /** Tables of an enum's or flags' labels. */
  readonly labels = new Printer();

  constructor(world: World, names: TypeNames, encoding: Encoding) {
    this.names = names;
    this.encoding = encoding;
    // a parameter may be called as no function here, which it would hide
    const taken = [...world.imports, ...world.exports].flatMap((i) =>
      i.functions.flatMap((f) => parameters(f)),
    );
    this.scope = new Scope(RESERVED, taken);
    this.functions = new TypeFunctions(this.scope, (type) => names.declared(type));
    this.guest = guestOf(world);
  }

  /** A call that copies a text into the module, or reads one from there. */
  text(verb: "lower" | "read" | "lift", args: string): string {
    if (this.encoding === "utf16") return `g.${UTF16[verb]}(${args})`;
    return `${this.encoding === "utf8" ? "utf8" : "latin1"}.${verb}(g, ${args})`;
  }

  /** The table of an enum's or variant's labels, or of the members that flags are. */
  labelsOf(type: Enum | Variant | Flags): string {
    return this.functions.name("labels", type, (name) => {
      const labels = type.kind === "flags" ? members(type.flags) : type.cases.map((c) => c.name);
      const kind = type.kind === "enum" ? this.names.of(type) : "string";
      this.labels.line();
      this.labels.list(
        `const ${name}: readonly ${kind}[] = [`,
        labels.map((l) => `"${l}"`),
        "];",
      );
    });
  }

  /** A `switch` over the tag of a value of several cases. */
  switch(type: Type, value: string, each: (index: number) => void): void {
    const { out } = this;
    out.block(`switch (${value}.tag) {`, () => {
      choices(type).forEach((c, i) => {
        out.line(`case "${c.name}":`);
        out.indent(() => {
          each(i);
          out.line("break;");
        });
      });
    });
  }
}

/** UTF-16 is the language's own, and so has no file of its own. */
const UTF16 = { lower: "text", read: "readText", lift: "textAt" } as const;

function guestOf(world: World): Writer["guest"] {
  const declared = world.interfaces.flatMap((i) => i.types);
  if (declared.some((t) => t.kind === "resource")) return "handles.Guest";
  return world.imports.length > 0 ? "host.Guest" : "abi.Guest";
}

/** Whether a value of this type is or holds a handle to an object of the component. */
export function holdsExported(type: Type): boolean {
  return closure([type]).some(
    (t) => (t.kind === "own" || t.kind === "borrow") && t.resource.side === "export",
  );
}

export type ChoiceStep = Step & { readonly step: "choice" };
export type ListStep = Step & { readonly step: "text" | "numbers" | "list" };
export type HandleStep = Step & { readonly step: "handle" };

/** How each part of a record or tuple is reached from the whole. */
export function partPaths(type: (Step & { step: "parts" })["type"]): string[] {
  if (type.kind === "tuple") return type.items.map((_, i) => `[${i}]`);
  return members(type.fields).map((label) => `.${label}`);
}

// Where a part lies in memory.

export const VIEW = { 1: "u8", 2: "u16", 4: "u32" } as const;
const SHIFT = { 1: "", 2: " >>> 1", 4: " >>> 2", 8: " >>> 3" } as const;

export function address(base: string, at: number): string {
  return at === 0 ? base : `${base} + ${at}`;
}

/** The element of a view that is at an offset from the base. */
export function element(view: string, base: string, at: number, size: 1 | 2 | 4 | 8): string {
  const where = address(base, at);
  const index = size === 1 ? where : `${at === 0 ? where : `(${where})`}${SHIFT[size]}`;
  return `g.${view}[${index}]`;
}

export function bit(index: number): string {
  return `${index < 31 ? 2 ** index : -(2 ** 31)}`;
}
