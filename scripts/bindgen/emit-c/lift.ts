/** From the component to the host: statements that read a value, which is all zero before. */
import { inMemory, offset, offsetOf, type Slot, type Step } from "../abi.js";
import type { Type } from "../ir.js";
import { type CoreType, choices, layout } from "../layout.js";
import { allFlags } from "./check.js";
import { address, member, type Source } from "./functions.js";
import { CELLS, type Cell, type ChoiceStep, from, partMembers, WIDTHS } from "./lower.js";
import { payloadMembers } from "./names.js";
import type { Printer } from "./print.js";

/** An expression for the core value in a slot. */
export type Read = (slot: Slot, cell: Cell) => string;

/** From memory, at offsets from `base`. */
export function fromMemory(base: string): Read {
  return (slot, cell) => `rt_load_${cell}(self, ${from(base, offset(slot))})`;
}

/** From core values that are variables. */
export function fromCore(name: (index: number) => string): Read {
  return (slot) => (slot.in === "flat" ? narrowed(name(slot.index), slot.held, slot.own) : "");
}

/** A value of the type that a slot stands for, of the one that cases share there. */
function narrowed(value: string, held: CoreType, own: CoreType): string {
  if (held === own) return value;
  if (own === "f64") return `rt_f64_of_bits(${value})`;
  const narrow = held === "i64" ? `(u32)${value}` : value;
  return own === "f32" ? `rt_f32_of_bits(${narrow})` : narrow;
}

export class Lifting {
  readonly #source: Source;
  readonly #out: Printer;
  readonly #read: Read;
  /** Where values lie in memory; undefined for core values. */
  readonly #base: string | undefined;

  constructor(source: Source, out: Printer, read: Read, base?: string) {
    this.#source = source;
    this.#out = out;
    this.#read = read;
    this.#base = base;
  }

  /** Reads into `target`. */
  lift(step: Step, target: string): void {
    const out = this.#out;
    const read = this.#read;
    switch (step.step) {
      case "number":
        out.assign(target, `${this.#cast(step.kind)}${read(step.slot, CELLS[step.kind])}`);
        break;
      case "bool":
        out.assign(target, `${read(step.slot, "u8")} != 0`);
        break;
      case "char":
        out.assign(target, `rt_char(self, ${read(step.slot, "u32")})`);
        break;
      case "enum": {
        const value = read(step.slot, WIDTHS[step.width]);
        const count = step.type.cases.length;
        out.assign(
          target,
          `(${this.#source.names.type(step.type)})rt_case(self, ${value}, ${count})`,
        );
        break;
      }
      case "flags": {
        const value = read(step.slot, WIDTHS[step.width]);
        out.assign(target, `${value} & ${allFlags(step.type.flags.length)}`);
        break;
      }
      case "handle":
        this.#handle(step, target);
        break;
      case "text":
        out.line(`rt_lift_text(self, ${this.#span(step)}, ${address(target)});`);
        break;
      case "numbers": {
        const { size } = layout({ kind: step.kind });
        const items = `rt_lift_numbers(self, ${this.#span(step)}, ${size})`;
        out.assign(member(target, "items"), items);
        out.assign(member(target, "length"), read(step.length, "u32"));
        break;
      }
      case "list": {
        const lift = this.#lister(step.element);
        out.line(`${lift}(self, ${this.#span(step)}, ${address(target)});`);
        break;
      }
      case "parts":
        if (this.#base !== undefined) this.#load(step, target);
        else this.#parts(step, target);
        break;
      case "choice":
        if (this.#base !== undefined) this.#load(step, target);
        else this.#choice(step, target);
        break;
    }
  }

  #cast(kind: (Step & { step: "number" })["kind"]): string {
    const same = kind === "u32" || kind === "u64" || kind === "f32" || kind === "f64";
    return same ? "" : `(${this.#source.names.type({ kind })})`;
  }

  #span(step: Step & { step: "text" | "numbers" | "list" }): string {
    return `${this.#read(step.pointer, "u32")}, ${this.#read(step.length, "u32")}`;
  }

  #handle({ type, slot }: Step & { step: "handle" }, target: string): void {
    const { names } = this.#source;
    const number = names.resource(type.resource);
    const owned = type.kind === "own";
    const value = `${owned ? "rt_take" : "rt_borrow"}(self, ${number}, ${this.#read(slot, "u32")})`;
    if (type.resource.side === "import") {
      this.#out.assign(target, `(${names.handle(type)})${value}`);
      return;
    }
    const hand = owned ? "rt_hand" : "rt_hand_borrow";
    const index = member(target, "index");
    this.#out.assign(index, `${hand}(self, ${number}, ${value})`);
    this.#out.assign(member(target, "generation"), `rt_generation(self, ${index})`);
  }

  #parts(step: Step & { step: "parts" }, target: string): void {
    partMembers(step).forEach((name, i) => {
      const part = step.parts[i];
      if (part) this.lift(part, member(target, name));
    });
  }

  #choice(step: ChoiceStep, target: string): void {
    const out = this.#out;
    const { type } = step;
    const count = choices(type).length;
    const discriminant = this.#read(step.discriminant, WIDTHS[step.width]);
    const checked = `rt_case(self, ${discriminant}, ${count})`;
    const payload = (i: number, name: string) => {
      const part = step.payloads[i];
      if (part) this.lift(part, member(target, name));
    };
    if (type.kind === "option") {
      out.assign(member(target, "is_some"), `${checked} == 1`);
      out.block(`if (${member(target, "is_some")}) {`, () => payload(1, "value"));
      return;
    }
    if (type.kind === "result") {
      const flag = member(target, "is_error");
      out.assign(flag, `${checked} == 1`);
      if (step.payloads[0]) out.block(`if (!${flag}) {`, () => payload(0, "value.ok"));
      if (step.payloads[1]) out.block(`if (${flag}) {`, () => payload(1, "value.error"));
      return;
    }
    const tag = this.#source.names.type(type).replace(/_t$/, "_tag_t");
    out.assign(member(target, "tag"), `(${tag})${checked}`);
    if (step.payloads.every((p) => p === undefined)) return;
    const labels = payloadMembers(type);
    const tags = this.#source.names.cases(type);
    out.line(`switch (${member(target, "tag")}) {`);
    choices(type).forEach((_, i) => {
      if (step.payloads[i] === undefined) return;
      out.line(`case ${tags[i]}:`);
      out.indent(() => {
        payload(i, `value.${labels[i]}`);
        out.line("break;");
      });
    });
    out.line("default:");
    out.indent(() => out.line("break;"));
    out.line("}");
  }

  /** Reads a record, tuple or choice that lies in memory. */
  #load(step: Step & { step: "parts" | "choice" }, target: string): void {
    const { type } = step;
    const { names } = this.#source;
    const parameters = [this.#source.self, "u32 at", names.pointer(type, "v")];
    const load = this.#source.function("load", type, "void", parameters, (out) => {
      const whole = inMemory(type);
      const inside = new Lifting(this.#source, out, fromMemory("at"), "at");
      if (whole.step === "parts") inside.#parts(whole, "*v");
      else if (whole.step === "choice") inside.#choice(whole, "*v");
    });
    this.#out.line(`${load}(self, ${from(this.#base ?? "", offsetOf(step))}, ${address(target)});`);
  }

  /** The function that reads a list whose elements are no plain numbers. */
  #lister(element: Type): string {
    const { names } = this.#source;
    const list: Type = { kind: "list", element };
    const { size, align } = layout(element);
    const parameters = [this.#source.self, "u32 pointer", "u32 length", names.pointer(list, "v")];
    return this.#source.function("lift", list, "void", parameters, (out) => {
      out.line(`const rt_layout in = {${size}, ${align}};`);
      const made = "rt_lift_list(self, pointer, length, in, sizeof *items)";
      out.line(`${names.pointer(element, "items")} = ${made};`);
      out.line("v->items = items;");
      out.line("v->length = length;");
      out.block("for (u32 i = 0; i < length; i++) {", () => {
        out.line(`const u32 at = pointer + i * ${size};`);
        new Lifting(this.#source, out, fromMemory("at"), "at").lift(inMemory(element), "items[i]");
      });
    });
  }
}
