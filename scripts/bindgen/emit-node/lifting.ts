/** The code that reads values out of the module's memory and out of core values. */
import {
  inCoreValues,
  inMemory,
  offset,
  offsetOf,
  pointsAtMemory,
  type Slot,
  type Step,
  type Width,
} from "../abi.js";
import { type Flags, holdsHandle, resolve, type Type } from "../ir.js";
import { choices, flatten, layout } from "../layout.js";
import { arrayOf, isOption, members } from "./names.js";
import { FROM_CORE, NUMBERS } from "./numbers.js";
import {
  address,
  bit,
  type ChoiceStep,
  element,
  type HandleStep,
  VIEW,
  type Writer,
} from "./writer.js";

export class Lifting {
  readonly #w: Writer;

  constructor(writer: Writer) {
    this.#w = writer;
  }

  // Lifting from memory: an expression.

  load(step: Step, base: string): string {
    switch (step.step) {
      case "number": {
        const { view, size, read } = NUMBERS[step.kind];
        return read(`${element(view, base, offset(step.slot), size)}!`);
      }
      case "bool":
        return `${element("u8", base, offset(step.slot), 1)} !== 0`;
      case "char":
        return `abi.char(${element("u32", base, offset(step.slot), 4)}!)`;
      case "enum":
        return `abi.label(${this.#w.labelsOf(step.type)}, ${this.#discriminant(step.slot, step.width, base)})`;
      case "flags":
        return `${this.#flagsOf(step.type)}(${this.#discriminant(step.slot, step.width, base)})`;
      case "text":
        return this.#w.text("read", address(base, offset(step.pointer)));
      case "numbers": {
        const at = address(base, offset(step.pointer));
        const bytes = `g.readBytes(${at}, ${NUMBERS[step.kind].size})`;
        return step.kind === "u8" ? bytes : `new ${arrayOf(step.kind)}(${bytes}.buffer)`;
      }
      case "list": {
        const { size, align } = layout(step.element);
        const at = address(base, offset(step.pointer));
        return `g.readList(${at}, ${size}, ${align}, ${this.#loader(step.element)})`;
      }
      case "handle":
        return this.#taken(step, `${element("u32", base, offset(step.slot), 4)}!`);
      case "choice":
        if (step.type.kind === "option") {
          const [, payload] = step.payloads;
          const value = payload ? this.load(payload, base) : "undefined";
          const nested = isOption(step.type.value);
          const some = nested ? `{ tag: "some", val: ${value} }` : value;
          const none = nested ? '{ tag: "none" }' : "undefined";
          return `g.isSome(${address(base, offset(step.discriminant))}) ? ${some} : ${none}`;
        }
        return `${this.#loader(step.type)}(g, ${address(base, offsetOf(step))})`;
      case "parts":
        return `${this.#loader(step.type)}(g, ${address(base, offsetOf(step))})`;
    }
  }

  #discriminant(slot: Slot, width: Width, base: string): string {
    return `${element(VIEW[width], base, offset(slot), width)}!`;
  }

  /** The function that reads a value of this type from memory. */
  #loader(type: Type): string {
    const it = resolve(type);
    return this.#w.functions.name("load", it, (name) => {
      const out = this.#w.out;
      const step = inMemory(it);
      out.line();
      out.function(name, [`g: ${this.#w.guest}`, "p: number"], this.#w.names.of(it), () => {
        if (step.step === "parts") {
          const values = step.parts.map((part) => this.load(part, "p"));
          if (step.type.kind === "tuple") out.list("return [", values, "];");
          else {
            const labels = members(step.type.fields);
            out.block(
              "return {",
              () => {
                values.forEach((value, i) => {
                  out.member(`${labels[i]}: `, value);
                });
              },
              "};",
            );
          }
        } else if (step.step === "choice" && step.type.kind !== "option") this.#loadCases(step);
        else out.statement("return ", this.load(step, "p"));
      });
    });
  }

  #loadCases(step: ChoiceStep): void {
    const out = this.#w.out;
    const tag = this.#discriminant(step.discriminant, step.width, "p");
    out.block(`switch (${tag}) {`, () => {
      choices(step.type).forEach((_, i) => {
        const payload = step.payloads[i];
        out.line(`case ${i}:`);
        out.indent(() => {
          const value = payload && this.load(payload, "p");
          out.statement("return ", caseOf(step.type, i, value));
        });
      });
      out.line("default:");
      out.indent(() => out.line(`throw abi.unknownCase(${tag});`));
    });
  }

  /** The object for the number by which the module knows it. */
  #taken(step: HandleStep, handle: string): string {
    const verb = step.type.kind === "own" ? "takeOwn" : "borrow";
    return `g.${verb}(${this.#w.names.handles(step.type.resource)}, ${handle})`;
  }

  // Lifting from core values, which `named` names: an expression.

  fromCore(step: Step, named: (index: number) => string): string {
    const core = (slot: Slot): string => narrowed(slot, named);
    switch (step.step) {
      case "number":
        return FROM_CORE[step.kind](core(step.slot));
      case "bool":
        return `${core(step.slot)} !== 0`;
      case "char":
        return `abi.char(${core(step.slot)} >>> 0)`;
      case "enum":
        return `abi.label(${this.#w.labelsOf(step.type)}, ${core(step.slot)} >>> 0)`;
      case "flags":
        return `${this.#flagsOf(step.type)}(${core(step.slot)})`;
      case "handle":
        return this.#taken(step, core(step.slot));
      case "text":
        return this.#w.text("lift", `${core(step.pointer)}, ${core(step.length)} >>> 0`);
      case "numbers": {
        const { size } = NUMBERS[step.kind];
        const bytes = `g.bytesAt(${core(step.pointer)}, ${core(step.length)} >>> 0, ${size})`;
        return step.kind === "u8" ? bytes : `new ${arrayOf(step.kind)}(${bytes}.buffer)`;
      }
      case "list": {
        const { size, align } = layout(step.element);
        const where = `${core(step.pointer)}, ${core(step.length)} >>> 0`;
        return `g.listAt(${where}, ${size}, ${align}, ${this.#loader(step.element)})`;
      }
      case "parts": {
        const values = step.parts.map((part) => this.fromCore(part, named));
        if (step.type.kind === "tuple") return `[${values.join(", ")}]`;
        const labels = members(step.type.fields);
        return `{ ${values.map((value, i) => `${labels[i]}: ${value}`).join(", ")} }`;
      }
      case "choice": {
        if (step.shared.length === 0) {
          // no case has a payload
          const discriminant = `${core(step.discriminant)} >>> 0`;
          if (step.type.kind === "variant" && step.type.cases.length > SEEN_THROUGH) {
            const labels = this.#w.labelsOf(step.type);
            return `{ tag: abi.label(${labels}, ${discriminant}) } as ${this.#w.names.of(step.type)}`;
          }
          const labels = choices(step.type).map((c) => `"${c.name}"`);
          const nothing = step.type.kind === "result" ? ", val: undefined" : "";
          return `{ tag: abi.label([${labels.join(", ")}] as const, ${discriminant})${nothing} }`;
        }
        const slots = [step.discriminant, ...step.shared].map(core);
        const args = usesGuest(step.type) ? ["g", ...slots] : slots;
        return `${this.#lifter(step.type)}(${args.join(", ")})`;
      }
    }
  }

  /** The core values f0, f1 … of a parameter. */
  argument(step: Step): string {
    if (step.step !== "parts") return this.fromCore(step, (i) => `f${i}`);
    const [first = 0] = flatIndexes(step);
    const slots = flatten(step.type).map((_, i) => `f${first + i}`);
    const args = usesGuest(step.type) ? ["g", ...slots] : slots;
    return `${this.#lifter(step.type)}(${args.join(", ")})`;
  }

  /** The function that reads a value of several parts or cases from core values. */
  #lifter(type: Type): string {
    return this.#w.functions.name("lift", type, (name) => {
      const { out } = this.#w;
      const held = flatten(type);
      const step = inCoreValues(type, 0, held);
      const cores = held.map((core, i) => `f${i}: ${core === "i64" ? "bigint" : "number"}`);
      const parameters = usesGuest(type) ? [`g: ${this.#w.guest}`, ...cores] : cores;
      out.line();
      out.function(name, parameters, this.#w.names.of(type), () => {
        const value = (part: Step) => this.fromCore(part, (i) => `f${i}`);
        if (step.step !== "choice") {
          out.statement("return ", value(step));
          return;
        }
        out.block("switch (f0 >>> 0) {", () => {
          choices(step.type).forEach((_, i) => {
            const payload = step.payloads[i];
            out.line(`case ${i}:`);
            out.indent(() =>
              out.statement("return ", caseOf(step.type, i, payload && value(payload))),
            );
          });
          out.line("default:");
          out.indent(() => out.line("throw abi.unknownCase(f0 >>> 0);"));
        });
      });
    });
  }

  /** The function that makes flags of bits. */
  #flagsOf(type: Flags): string {
    return this.#w.functions.name("flags", type, (name) => {
      const out = this.#w.out;
      const labels = members(type.flags);
      out.line();
      out.function(name, ["bits: number"], this.#w.names.of(type), () => {
        out.block(
          "return {",
          () => {
            labels.forEach((label, i) => {
              out.line(`${label}: (bits & ${bit(i)}) !== 0,`);
            });
          },
          "};",
        );
      });
    });
  }
}

/** So many cases TypeScript tells apart by a tag that may be any of theirs. */
const SEEN_THROUGH = 25;

/** One case of several as it is in the language; an option's are `undefined` and the value. */
function caseOf(type: ChoiceStep["type"], index: number, value: string | undefined): string {
  if (type.kind === "option" && !isOption(type.value)) return value ?? "undefined";
  const tag = choices(type)[index]?.name;
  const nothing = type.kind === "result" ? ", val: undefined" : "";
  return `{ tag: "${tag}"${value === undefined ? nothing : `, val: ${value}`} }`;
}

/** Which core values a step begins with. */
function flatIndexes(step: Step): number[] {
  switch (step.step) {
    case "parts":
      return step.parts.flatMap(flatIndexes);
    case "text":
    case "numbers":
    case "list":
      return indexOf(step.pointer);
    case "choice":
      return indexOf(step.discriminant);
    default:
      return indexOf(step.slot);
  }
}

function indexOf(slot: Slot): number[] {
  return slot.in === "flat" ? [slot.index] : [];
}

/** Whether more than core values is needed to lift a value of this type. */
function usesGuest(type: Type): boolean {
  return pointsAtMemory(type) || holdsHandle(type);
}

/** A core value in the type that it has by itself, where it shares its slot with others. */
function narrowed(slot: Slot, named: (index: number) => string): string {
  if (slot.in !== "flat") throw new Error("a value in memory is no core value");
  const { held, own } = slot;
  const name = named(slot.index);
  if (held === own) return name;
  if (own === "f64") return `host.f64OfBits(${name})`;
  const bits = held === "i64" ? `Number(BigInt.asIntN(32, ${name}))` : name;
  return own === "f32" ? `host.f32OfBits(${bits})` : bits;
}
