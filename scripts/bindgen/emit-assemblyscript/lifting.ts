/** Lifting: a step becomes an expression for the value that the host put there. */
import { inCoreValues, inMemory, offsetOf, type Slot, type Step, type Width } from "../abi.js";
import type { Handle, RecordType, Tuple, Type } from "../ir.js";
import { flatten, layout } from "../layout.js";
import type { Context } from "./context.js";
import { CORE_TYPES } from "./host.js";
import { isReference, typedArray } from "./names.js";
import { isFlat, LOAD_TYPES, UNSIGNED } from "./steps.js";

/** What a step's parts are read from: a base pointer or the names of core values. */
export interface Source {
  readonly base: string;
  readonly flat: readonly string[];
}

export class Lifting {
  readonly #context: Context;
  readonly #prefix: string;

  /** `prefix` stands before the functions of `values.ts` where they are called. */
  constructor(context: Context, prefix: string) {
    this.#context = context;
    this.#prefix = prefix;
  }

  lift(step: Step, source: Source): string {
    switch (step.step) {
      case "number": {
        const type = LOAD_TYPES[step.kind];
        if (step.slot.in === "memory") return this.#load(type, step.slot.offset, source);
        const value = this.#core(step.slot, source);
        switch (type) {
          case "u8":
          case "u16":
          case "i8":
          case "i16":
            return `abi.narrow<${type}>(${value})`;
          case "i32":
          case "i64":
            return `<${type}>${value}`;
          default:
            return value;
        }
      }
      case "bool":
        return `${this.#unsigned(step.slot, 1, source)} != 0`;
      case "char":
        return `abi.char(${this.#unsigned(step.slot, 4, source)})`;
      case "text":
        return `abi.takeText(${this.#pair(step, source)})`;
      case "numbers": {
        const list = { kind: "list", element: { kind: step.kind } } as const;
        const { size } = layout({ kind: step.kind });
        return `abi.takeNumbers<${typedArray(list)}>(${this.#pair(step, source)}, ${size})`;
      }
      case "list":
        return `${this.#takeList(step.element)}(${this.#pair(step, source)})`;
      case "handle":
        return this.#handle(step.type, this.#unsigned(step.slot, 4, source));
      case "enum":
        return `abi.label(${this.#unsigned(step.slot, step.width, source)}, ${step.type.cases.length})`;
      case "flags": {
        // the ABI has bits without a flag ignored
        const mask = 2 ** step.type.flags.length - 1;
        const value = this.#unsigned(step.slot, step.width, source);
        return step.type.flags.length === 32 ? `<i32>${value}` : `<i32>(${value} & ${mask})`;
      }
      case "parts":
        if (!isFlat(step))
          return `${this.#loadFunction(step.type)}(${this.#address(step, source)})`;
        return this.#construct(step.type, step.parts, source);
      case "choice":
        if (step.type.kind === "option") {
          const payload = step.payloads[1];
          const value = payload ? this.lift(payload, source) : "";
          const some = isReference(step.type.value)
            ? value
            : `new ${this.#name({ ...step.type }).replace(/ \| null$/, "")}(${value})`;
          return `abi.isSome(${this.#unsigned(step.discriminant, 1, source)}) ? ${some} : null`;
        }
        if (!isFlat(step))
          return `${this.#loadFunction(step.type)}(${this.#address(step, source)})`;
        return this.#liftCall(step, source);
    }
  }

  /** A pointer and a length, as two arguments. */
  #pair(step: { pointer: Slot; length: Slot }, source: Source): string {
    return `${this.#unsigned(step.pointer, 4, source)}, ${this.#unsigned(step.length, 4, source)}`;
  }

  #load(type: string, offset: number, source: Source): string {
    return offset === 0
      ? `load<${type}>(${source.base})`
      : `load<${type}>(${source.base}, ${offset})`;
  }

  #unsigned(slot: Slot, width: Width, source: Source): string {
    return slot.in === "memory"
      ? this.#load(UNSIGNED[width], slot.offset, source)
      : this.#core(slot, source);
  }

  /** A core value as the type it stands for; a slot that cases share may hold a wider one. */
  #core(slot: Slot & { in: "flat" }, source: Source): string {
    const value = source.flat[slot.index] ?? "";
    const { held, own } = slot;
    if (held === own) return value;
    if (own === "i32") return `<u32>${value}`;
    if (own === "f64") return `reinterpret<f64>(${value})`;
    return held === "i32" ? `reinterpret<f32>(${value})` : `reinterpret<f32>(<u32>${value})`;
  }

  #address(step: Step, source: Source): string {
    const offset = offsetOf(step);
    return offset === 0 ? source.base : `${source.base} + ${offset}`;
  }

  #construct(type: RecordType | Tuple, parts: readonly Step[], source: Source): string {
    const values = parts.map((p) => this.lift(p, source));
    return `new ${this.#name(type)}(${values.join(", ")})`;
  }

  /** The host's objects come by handle; one's own by handle if given, by what they are if lent. */
  #handle(type: Handle, value: string): string {
    const name = this.#name(type);
    if (type.resource.side === "import") {
      return `handles.${type.kind === "own" ? "owned" : "lent"}<${name}>(${value})`;
    }
    if (type.kind === "borrow") return `handles.object<${name}>(${value})`;
    const take = this.#context.functions.name("take", type, (made) => {
      const out = this.#context.values;
      const { representation, drop } = this.#context.resourceCalls(type.resource);
      out.line();
      out.function(
        made,
        ["handle: u32"],
        name,
        () => {
          const rep = this.#context.intrinsic(type.resource, representation, true);
          out.statement("const it = ", `handles.object<${name}>(${rep}(handle))`);
          out.line("handles.beginReturn(it);");
          out.line(`${this.#context.intrinsic(type.resource, drop, false)}(handle);`);
          out.line("handles.endReturn();");
          out.line("return it;");
        },
        "export ",
      );
    });
    return `${this.#prefix}${take}(${value})`;
  }

  #loadFunction(type: Type): string {
    const name = this.#context.functions.name("load", type, (made) => {
      const inside = new Lifting(this.#context, "");
      const step = inMemory(type);
      const source: Source = { base: "p", flat: [] };
      this.#print(made, ["p: usize"], this.#name(type), () => {
        if (step.step === "parts") {
          this.#context.values.statement(
            "return ",
            inside.#construct(step.type, step.parts, source),
          );
        } else inside.#cases(step, source);
      });
    });
    return this.#prefix + name;
  }

  /** Lifts a variant or result from core values by a function of its own, which sees its own types. */
  #liftCall(step: Step & { step: "choice" }, source: Source): string {
    const own = flatten(step.type);
    const name = this.#context.functions.name("lift", step.type, (made) => {
      const inside = new Lifting(this.#context, "");
      const flat = own.map((_, i) => `p${i}`);
      const parameters = own.map((core, i) => `p${i}: ${CORE_TYPES[core]}`);
      this.#print(made, parameters, this.#name(step.type), () =>
        inside.#cases(inCoreValues(step.type, 0, own), { base: "", flat }),
      );
    });
    const slots = [step.discriminant, ...step.shared];
    const values = slots.map((s) => (s.in === "flat" ? this.#core(s, source) : ""));
    return `${this.#prefix}${name}(${values.join(", ")})`;
  }

  /** A switch over the discriminant that returns the case's object. */
  #cases(step: Step, source: Source): void {
    if (step.step !== "choice") return;
    const out = this.#context.values;
    const { type } = step;
    const tag = this.#unsigned(step.discriminant, step.width, source);
    out.block(`switch (${tag}) {`, () => {
      step.payloads.forEach((payload, i) => {
        out.line(`case ${i}:`);
        out.indent(() => {
          const made = caseClass(this.#context, type, i);
          const nothing = type.kind === "result" ? "t.NOTHING" : "";
          const value = payload ? this.lift(payload, source) : nothing;
          out.statement("return ", `new ${made}(${value})`);
        });
      });
      out.line("default:");
      out.indent(() => out.line("return unreachable();"));
    });
  }

  #takeList(element: Type): string {
    const list = { kind: "list", element } as const;
    const name = this.#context.functions.name("take", list, (made) => {
      const inside = new Lifting(this.#context, "");
      const out = this.#context.values;
      const { size, align } = layout(element);
      const type = this.#name(element);
      const parameters = ["pointer: usize", "length: usize"];
      this.#print(made, parameters, `Array<${type}>`, () => {
        out.line(`const bytes = abi.span(pointer, length, ${size}, ${align});`);
        out.statement("const list = ", `new Array<${type}>(<i32>length)`);
        out.line("let p = pointer;");
        out.block("for (let i = 0; i < <i32>length; i++) {", () => {
          const value = inside.lift(inMemory(element), { base: "p", flat: [] });
          out.statement("list[i] = ", value);
          out.line(`p += ${size};`);
        });
        out.line("abi.release(pointer, bytes);");
        out.line("return list;");
      });
    });
    return this.#prefix + name;
  }

  /** A function of `values.ts`. */
  #print(name: string, parameters: readonly string[], result: string, body: () => void): void {
    this.#context.values.line();
    this.#context.values.function(name, parameters, result, body, "export ");
  }

  #name(type: Type): string {
    return this.#context.names.of(type, "t.");
  }
}

/** The class of one case of a variant or result. */
export function caseClass({ names }: Context, type: Type, index: number): string {
  if (type.kind === "variant") return `t.${names.caseClass(type, index)}`;
  const generic = names.of(type, "t.").slice("t.Result".length);
  return index === 0 ? `t.Ok${generic}` : `t.Err${generic}`;
}
