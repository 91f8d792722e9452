/** From the host to the component: statements that put a value into core values or memory. */
import { inMemory, offset, offsetOf, type Slot, type Step } from "../abi.js";
import type { NumberKind, Type } from "../ir.js";
import { choices, layout } from "../layout.js";
import { address, member, type Source } from "./functions.js";
import { members, payloadMembers } from "./names.js";
import type { Printer } from "./print.js";

/** How a core value lies in memory. */
export type Cell = "u8" | "u16" | "u32" | "u64" | "f32" | "f64";

/** Puts a core value where it belongs. */
export type Write = (slot: Slot, value: string, cell: Cell) => void;

export const CELLS: Readonly<Record<NumberKind, Cell>> = {
  u8: "u8",
  s8: "u8",
  u16: "u16",
  s16: "u16",
  u32: "u32",
  s32: "u32",
  u64: "u64",
  s64: "u64",
  f32: "f32",
  f64: "f64",
};

export const WIDTHS = { 1: "u8", 2: "u16", 4: "u32" } as const;

/** The type that wasm2c gives a core value. */
export const CORE_TYPES = { i32: "u32", i64: "u64", f32: "f32", f64: "f64" } as const;

export class Lowering {
  readonly #source: Source;
  readonly #out: Printer;
  /** Core values that are variables because cases share them. */
  readonly #declared = new Set<number>();
  readonly #variable: string;
  #spans = 0;

  /** `variable` and its index is what a core value that cases share is called. */
  constructor(source: Source, out: Printer, variable = "f") {
    this.#source = source;
    this.#out = out;
    this.#variable = variable;
  }

  /** Into core values; `write` takes them as they become known. */
  flat(step: Step, value: string, write: Write): void {
    switch (step.step) {
      case "parts":
        partMembers(step).forEach((name, i) => {
          const part = step.parts[i];
          if (part) this.flat(part, member(value, name), write);
        });
        break;
      case "choice":
        this.#choice(step, value, write);
        break;
      case "text":
      case "numbers":
      case "list": {
        const span = `s${this.#spans++}`;
        this.#out.line(`const rt_span ${span} = ${this.#span(step, value)};`);
        write(step.pointer, `${span}.pointer`, "u32");
        write(step.length, `${span}.length`, "u32");
        break;
      }
      default:
        this.#scalar(step, value, write);
    }
  }

  /** Into memory, at offsets from `base`. */
  memory(step: Step, base: string, value: string): void {
    const out = this.#out;
    switch (step.step) {
      case "parts":
      case "choice": {
        const store = this.#storer(step.type);
        out.line(`${store}(self, ${from(base, offsetOf(step))}, ${address(value)});`);
        break;
      }
      case "text":
      case "numbers":
      case "list": {
        const at = from(base, offset(step.pointer));
        out.line(`rt_store_span(self, ${at}, ${this.#span(step, value)});`);
        break;
      }
      default:
        this.#scalar(step, value, (slot, core, cell) => {
          out.line(`rt_store_${cell}(self, ${from(base, offset(slot))}, ${core});`);
        });
    }
  }

  #scalar(step: ScalarStep, value: string, write: Write): void {
    switch (step.step) {
      case "number": {
        const cell = CELLS[step.kind];
        write(step.slot, step.kind.startsWith("s") ? `(${coreOf(cell)})${value}` : value, cell);
        break;
      }
      case "bool":
        write(step.slot, value, "u8");
        break;
      case "char":
        write(step.slot, value, "u32");
        break;
      case "enum":
        write(step.slot, `(u32)${value}`, WIDTHS[step.width]);
        break;
      case "flags":
        write(step.slot, value, WIDTHS[step.width]);
        break;
      case "handle":
        write(step.slot, this.#handle(step, value), "u32");
        break;
    }
  }

  #handle({ type }: Step & { step: "handle" }, value: string): string {
    const number = this.#source.names.resource(type.resource);
    const index = member(value, "index");
    if (type.resource.side === "import") {
      const give = type.kind === "own" ? "rt_give" : "rt_give_borrow";
      return `${give}(self, ${number}, (uintptr_t)${value})`;
    }
    // the component gets its own object itself where it borrows it
    if (type.kind === "borrow") return `rt_show(self, ${index})`;
    return `rt_give(self, ${number}, rt_claim(self, ${index}))`;
  }

  /** An expression that copies a text or list into the component. */
  #span(step: ListStep, value: string): string {
    if (step.step === "text") return `rt_lower_text(self, ${value})`;
    const items = member(value, "items");
    const length = member(value, "length");
    if (step.step === "numbers") {
      const { size } = layout({ kind: step.kind });
      return `rt_lower_numbers(self, ${items}, ${length}, ${size})`;
    }
    return `${this.#lister(step.element)}(self, ${items}, ${length})`;
  }

  #lister(element: Type): string {
    const { names } = this.#source;
    const { size, align } = layout(element);
    const list: Type = { kind: "list", element };
    const parameters = [this.#source.self, names.constant(element, "items"), "size_t length"];
    return this.#source.function("lower", list, "rt_span", parameters, (out) => {
      out.line(
        `const rt_span span = {rt_allocate(self, (u64)length * ${size}, ${align}), (u32)length};`,
      );
      out.block("for (size_t i = 0; i < length; i++) {", () => {
        out.line(`const u32 at = span.pointer + (u32)i * ${size};`);
        new Lowering(this.#source, out).memory(inMemory(element), "at", "items[i]");
      });
      out.line("return span;");
    });
  }

  /** The function that writes a value of this type to memory. */
  #storer(type: Type): string {
    const parameters = [this.#source.self, "u32 at", this.#source.names.constant(type, "v")];
    return this.#source.function("store", type, "void", parameters, (out) => {
      const step = inMemory(type);
      const inside = new Lowering(this.#source, out);
      if (step.step === "parts") {
        partMembers(step).forEach((name, i) => {
          const part = step.parts[i];
          if (part) inside.memory(part, "at", `v->${name}`);
        });
      } else if (step.step === "choice") {
        const write = (value: string) => {
          out.line(`rt_store_${WIDTHS[step.width]}(self, at, ${value});`);
        };
        const payload = (i: number, value: string) => {
          const part = step.payloads[i];
          if (part) inside.memory(part, "at", value);
        };
        cases(this.#source, step, "*v", out, write, payload);
      }
    });
  }

  #choice(step: ChoiceStep, value: string, write: Write): void {
    const out = this.#out;
    const slots = [step.discriminant, ...step.shared].filter((s) => s.in === "flat");
    const outer = slots.filter((s) => !this.#declared.has(s.index));
    for (const slot of outer) {
      out.line(`${CORE_TYPES[slot.held]} ${this.#variable}${slot.index} = 0;`);
      this.#declared.add(slot.index);
    }
    const set: Write = (slot, core) => {
      if (slot.in === "flat") out.line(`${this.#variable}${slot.index} = ${widened(core, slot)};`);
    };
    const discriminant = (core: string) => set(step.discriminant, core, "u32");
    const payload = (i: number, inner: string) => {
      const part = step.payloads[i];
      if (part) this.flat(part, inner, set);
    };
    cases(this.#source, step, value, out, discriminant, payload);
    for (const slot of outer) {
      this.#declared.delete(slot.index);
      write(slot, `${this.#variable}${slot.index}`, "u32");
    }
  }
}

/** Writes the discriminant, and the payload of the case that is there. */
function cases(
  source: Source,
  step: ChoiceStep,
  value: string,
  out: Printer,
  discriminant: (value: string) => void,
  payload: (index: number, value: string) => void,
): void {
  const { type } = step;
  if (type.kind === "option") {
    discriminant(member(value, "is_some"));
    out.block(`if (${member(value, "is_some")}) {`, () => payload(1, member(value, "value")));
    return;
  }
  if (type.kind === "result") {
    const flag = member(value, "is_error");
    discriminant(flag);
    if (step.payloads[0]) {
      out.block(`if (!${flag}) {`, () => payload(0, member(value, "value.ok")));
    }
    if (step.payloads[1]) {
      out.block(`if (${flag}) {`, () => payload(1, member(value, "value.error")));
    }
    return;
  }
  discriminant(`(u32)${member(value, "tag")}`);
  if (step.payloads.every((p) => p === undefined)) return;
  const labels = payloadMembers(type);
  const tags = source.names.cases(type);
  out.line(`switch (${member(value, "tag")}) {`);
  choices(type).forEach((_, i) => {
    if (step.payloads[i] === undefined) return;
    out.line(`case ${tags[i]}: {`);
    out.indent(() => {
      payload(i, member(value, `value.${labels[i]}`));
      out.line("break;");
    });
    out.line("}");
  });
  out.line("default:");
  out.indent(() => out.line("break;"));
  out.line("}");
}

export type ChoiceStep = Step & { readonly step: "choice" };
type ListStep = Step & { readonly step: "text" | "numbers" | "list" };
type ScalarStep = Exclude<Step, { step: "parts" | "choice" | "text" | "numbers" | "list" }>;

/** How each part of a record or tuple is called. */
export function partMembers(step: Step & { step: "parts" }): string[] {
  if (step.type.kind === "tuple") return step.type.items.map((_, i) => `item${i}`);
  return members(step.type.fields);
}

function coreOf(cell: Cell): string {
  return cell === "u64" ? "u64" : "u32";
}

/** A value in the core type of the slot that cases share. */
function widened(value: string, slot: Slot & { in: "flat" }): string {
  const { held, own } = slot;
  if (held === own) return value;
  if (own === "f64") return `rt_bits_of_f64(${value})`;
  return own === "f32" ? `rt_bits_of_f32(${value})` : value;
}

/** So many bytes behind the base. */
export function from(base: string, at: number): string {
  return at === 0 ? base : `${base} + ${at}`;
}
