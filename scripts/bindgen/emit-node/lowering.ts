/** The code that writes values into core values and into the module's memory. */
import { inMemory, offset, offsetOf, type Slot, type Step } from "../abi.js";
import { type Flags, resolve, type Type } from "../ir.js";
import { choices, layout } from "../layout.js";
import { isOption, members } from "./names.js";
import { NUMBERS } from "./numbers.js";
import {
  address,
  bit,
  type ChoiceStep,
  element,
  type HandleStep,
  type ListStep,
  partPaths,
  VIEW,
  type Writer,
} from "./writer.js";

/** Takes the core values of a value, slot by slot. */
export type Assign = (slot: Slot, value: string) => void;

export class Lowering {
  readonly #w: Writer;

  constructor(writer: Writer) {
    this.#w = writer;
  }

  // Lowering into core values.

  lower(step: Step, value: string, assign: Assign): void {
    switch (step.step) {
      case "number":
        assign(step.slot, value);
        break;
      case "bool":
        assign(step.slot, `${value} ? 1 : 0`);
        break;
      case "char":
        assign(step.slot, `${value}.codePointAt(0)!`);
        break;
      case "enum":
        assign(step.slot, `${this.#w.labelsOf(step.type)}.indexOf(${value})`);
        break;
      case "flags":
        assign(step.slot, `${this.#bits(step.type)}(${value})`);
        break;
      case "handle":
        assign(step.slot, this.#handed(step, value));
        break;
      case "text":
      case "numbers":
      case "list":
        this.#lowerList(step, value, assign);
        break;
      case "parts": {
        const paths = partPaths(step.type);
        step.parts.forEach((part, i) => {
          this.lower(part, value + paths[i], assign);
        });
        break;
      }
      case "choice":
        this.#lowerChoice(step, value, assign);
        break;
    }
  }

  /** Allocates at once, so that memory has settled when the call is made. */
  #lowerList(step: ListStep, value: string, assign: Assign): void {
    this.#atOnce(step.pointer, this.#allocated(step, value), assign);
    const length = this.#length(step, value);
    if (length === "g.units") this.#atOnce(step.length, length, assign);
    else assign(step.length, length);
  }

  /** Assigns a value that is another one later, or whose making changes others. */
  #atOnce(slot: Slot, value: string, assign: Assign): void {
    if (slot.in !== "flat") return;
    // inside a choice the slot is a variable already, and this assigns it
    if (this.#declaredSlots.has(slot.index)) assign(slot, value);
    else {
      this.#w.out.statement(`const f${slot.index} = `, value);
      assign(slot, `f${slot.index}`);
    }
  }

  /** Slots that are variables because cases share them. */
  readonly #declaredSlots = new Set<number>();

  #lowerChoice(step: ChoiceStep, value: string, assign: Assign): void {
    const out = this.#w.out;
    const slots = [step.discriminant, ...step.shared].filter((s) => s.in === "flat");
    const outer = slots.filter((s) => !this.#declaredSlots.has(s.index));
    for (const slot of outer) {
      out.line(`let f${slot.index} = ${slot.held === "i64" ? "0n" : "0"};`);
      this.#declaredSlots.add(slot.index);
    }
    const set: Assign = (slot, what) => {
      if (slot.in === "flat") out.statement(`f${slot.index} = `, widened(what, slot));
    };
    const { type } = step;
    if (type.kind === "option" && !isOption(type.value)) {
      const [, payload] = step.payloads;
      out.block(`if (${value} !== undefined) {`, () => {
        set(step.discriminant, "1");
        if (payload) this.lower(payload, value, set);
      });
    } else {
      this.#w.switch(type, value, (i) => {
        set(step.discriminant, `${i}`);
        const payload = step.payloads[i];
        if (payload) this.lower(payload, `${value}.val`, set);
      });
    }
    for (const slot of outer) {
      this.#declaredSlots.delete(slot.index);
      assign(slot, `f${slot.index}`);
    }
  }

  /** An expression that copies a list or text into the module, and is its pointer. */
  #allocated(step: ListStep, value: string): string {
    if (step.step === "text") return this.#w.text("lower", value);
    if (step.step === "numbers") return `g.numbers(${value})`;
    const { size, align } = layout(step.element);
    return `g.list(${value}, ${size}, ${align}, ${this.#storer(step.element)})`;
  }

  /** What the module is told of its length, once it is copied. */
  #length(step: ListStep, value: string): string {
    return step.step === "text" && this.#w.encoding !== "utf16" ? "g.units" : `${value}.length`;
  }

  /** The number by which the module knows an object. */
  #handed(step: HandleStep, value: string): string {
    const verb = step.type.kind === "own" ? "giveOwn" : "lend";
    return `g.${verb}(${this.#w.names.handles(step.type.resource)}, ${value})`;
  }

  /** A value that is one core value, as an expression. */
  toCore(step: Step, value: string): string {
    switch (step.step) {
      case "parts": {
        const [part] = step.parts;
        return part ? this.toCore(part, value + partPaths(step.type)[0]) : "";
      }
      case "choice": {
        // no case has a payload
        if (step.type.kind === "variant") {
          return `${this.#w.labelsOf(step.type)}.indexOf(${value}.tag)`;
        }
        const labels = choices(step.type).map((c) => `"${c.name}"`);
        return `[${labels.join(", ")}].indexOf(${value}.tag)`;
      }
      default: {
        let core = "";
        this.lower(step, value, (_, assigned) => {
          core = assigned;
        });
        return core;
      }
    }
  }

  // Lowering into memory.

  store(step: Step, base: string, value: string): void {
    const out = this.#w.out;
    switch (step.step) {
      case "number": {
        const { view, size } = NUMBERS[step.kind];
        out.line(`${element(view, base, offset(step.slot), size)} = ${value};`);
        break;
      }
      case "bool":
        out.line(`${element("u8", base, offset(step.slot), 1)} = ${value} ? 1 : 0;`);
        break;
      case "char":
        out.line(`${element("u32", base, offset(step.slot), 4)} = ${value}.codePointAt(0)!;`);
        break;
      case "enum": {
        const index = `${this.#w.labelsOf(step.type)}.indexOf(${value})`;
        out.line(`${element(VIEW[step.width], base, offset(step.slot), step.width)} = ${index};`);
        break;
      }
      case "flags": {
        const bits = `${this.#bits(step.type)}(${value})`;
        out.line(`${element(VIEW[step.width], base, offset(step.slot), step.width)} = ${bits};`);
        break;
      }
      case "text":
      case "numbers":
      case "list": {
        const at = address(base, offset(step.pointer));
        out.call("g.span", [at, this.#allocated(step, value), this.#length(step, value)]);
        break;
      }
      case "handle":
        out.line(`${element("u32", base, offset(step.slot), 4)} = ${this.#handed(step, value)};`);
        break;
      case "parts":
      case "choice":
        out.call(this.#storer(step.type), ["g", address(base, offsetOf(step)), value]);
        break;
    }
  }

  /** The function that writes a value of this type to memory. */
  #storer(type: Type): string {
    const it = resolve(type);
    return this.#w.functions.name("store", it, (name) => {
      const out = this.#w.out;
      const step = inMemory(it);
      const parameters = [`g: ${this.#w.guest}`, "p: number", `v: ${this.#w.names.of(it)}`];
      out.line();
      out.function(name, parameters, "void", () => {
        if (step.step === "parts") {
          const paths = partPaths(step.type);
          step.parts.forEach((part, i) => {
            this.store(part, "p", `v${paths[i]}`);
          });
        } else if (step.step === "choice") this.#storeChoice(step);
        else this.store(step, "p", "v");
      });
    });
  }

  #storeChoice(step: ChoiceStep): void {
    const out = this.#w.out;
    const { type } = step;
    const discriminant = element(VIEW[step.width], "p", 0, step.width);
    if (type.kind === "option" && !isOption(type.value)) {
      const [, payload] = step.payloads;
      out.line(`${discriminant} = v === undefined ? 0 : 1;`);
      if (payload) {
        out.block("if (v !== undefined) {", () => this.store(payload, "p", "v"));
      }
      return;
    }
    this.#w.switch(type, "v", (i) => {
      const payload = step.payloads[i];
      out.line(`${discriminant} = ${i};`);
      if (payload) this.store(payload, "p", "v.val");
    });
  }

  /** The function that makes bits of flags. */
  #bits(type: Flags): string {
    return this.#w.functions.name("bits", type, (name) => {
      const out = this.#w.out;
      const labels = members(type.flags);
      out.line();
      out.function(name, [`v: ${this.#w.names.of(type)}`], "number", () => {
        const bits = labels.map((label, i) => `v.${label} ? ${bit(i)} : 0`);
        if (bits.length === 1) out.line(`return ${bits[0]};`);
        else {
          const each = bits.map((b) => `(${b})`);
          out.chain("return", each, " |");
        }
      });
    });
  }
}

/** A value in the core type of the slot that cases share. */
function widened(value: string, slot: Slot & { in: "flat" }): string {
  const { held, own } = slot;
  if (held === own) return value;
  const bits = own === "f32" ? `abi.bitsOfF32(${value})` : value;
  if (own === "f64") return `abi.bitsOfF64(${value})`;
  if (held !== "i64") return bits;
  return bits.includes(" ? ") ? `BigInt((${bits}) >>> 0)` : `BigInt(${bits} >>> 0)`;
}
