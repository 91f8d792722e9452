/**
 * Lowering: a value is written to memory by statements, or becomes core values,
 * which are expressions.
 */
import { inCoreValues, inMemory, offsetOf, type Slot, type Step } from "../abi.js";
import type { Handle, Type } from "../ir.js";
import { type CoreType, flatten, layout } from "../layout.js";
import type { Printer } from "../printer.js";
import type { Context } from "./context.js";
import { CORE_TYPES } from "./host.js";
import { caseClass } from "./lifting.js";
import { cases, isReference } from "./names.js";
import { indexOf, LOAD_TYPES, partNames, UNSIGNED } from "./steps.js";

/** Bytes for a core value where several are laid down in a row. */
const FLAT_SLOT = 8;

type Choice = Step & { step: "choice" };

/** Spells where a payload goes: to memory or to core values. */
type Put = (step: Step, value: string) => void;

export class Lowering {
  readonly #context: Context;
  readonly #prefix: string;
  readonly #out: Printer;

  /** `prefix` stands before the functions of `values.ts`; statements are printed to `out`. */
  constructor(context: Context, prefix: string, out: Printer) {
    this.#context = context;
    this.#prefix = prefix;
    this.#out = out;
  }

  /** Writes `value` to where the step says, counted from the pointer `base`. */
  store(step: Step, base: string, value: string): void {
    const at = plus(base, offsetOf(step));
    const put = (type: string, slot: Slot, what: string) => {
      const offset = slot.in === "memory" && slot.offset > 0 ? [`${slot.offset}`] : [];
      this.#out.call(`store<${type}>`, [base, what, ...offset]);
    };
    switch (step.step) {
      case "number":
        put(LOAD_TYPES[step.kind], step.slot, value);
        break;
      case "bool":
        put("u8", step.slot, `<u8>${value}`);
        break;
      case "char":
        put("u32", step.slot, value);
        break;
      case "enum":
      case "flags":
        put(UNSIGNED[step.width], step.slot, `<${UNSIGNED[step.width]}>${value}`);
        break;
      case "handle":
        put("u32", step.slot, this.#handle(step.type, value));
        break;
      case "text":
        this.#out.call("abi.storeText", [at, value]);
        break;
      case "numbers":
        this.#out.call("abi.storeNumbers", [at, value, `${layout({ kind: step.kind }).size}`]);
        break;
      case "list":
        this.#out.call(this.#storeList(step.element), [at, value]);
        break;
      case "parts":
      case "choice":
        this.#out.call(this.#storeFunction(step.type), [at, value]);
        break;
    }
  }

  /** The core values of `value`; what is no expression is laid down at `FLAT` before. */
  core(step: Step, value: string): string[] {
    switch (step.step) {
      case "text":
        return [`changetype<usize>(${value})`, `${value}.length`];
      case "numbers":
        return [`${value}.dataStart`, `${value}.length`];
      case "list": {
        const offset = FLAT_SLOT * indexOf(step);
        this.#out.call(this.#storeList(step.element), [plus("FLAT", offset), value]);
        return [laidDown("u32", offset), laidDown("u32", offset + 4)];
      }
      case "parts": {
        const names = partNames(step.type);
        return step.parts.flatMap((part, i) => this.core(part, `${value}.${names[i]}`));
      }
      case "choice": {
        if (step.shared.length === 0) return [discriminant(step, value)];
        const offset = FLAT_SLOT * indexOf(step);
        this.#out.call(this.#layFunction(step.type), [plus("FLAT", offset), value]);
        return [step.discriminant, ...step.shared].map((slot) =>
          slot.in === "flat" ? laidDown(CORE_TYPES[slot.held], FLAT_SLOT * slot.index) : "",
        );
      }
      default:
        return [this.#scalar(step, value)];
    }
  }

  /** The one core value of what has no parts. */
  #scalar(step: Step, value: string): string {
    switch (step.step) {
      case "bool":
        return `<u32>${value}`;
      case "number":
        return ["f32", "f64", "u32", "u64"].includes(step.kind)
          ? value
          : `<${step.kind === "s64" ? "u64" : "u32"}>${value}`;
      case "handle":
        return this.#handle(step.type, value);
      default:
        return value;
    }
  }

  #handle(type: Handle, value: string): string {
    if (type.resource.side === "import") {
      return `handles.${type.kind === "own" ? "give" : "lend"}(${value})`;
    }
    const { make } = this.#context.resourceCalls(type.resource);
    return `${this.#context.intrinsic(type.resource, make, true)}(handles.pinned(${value}))`;
  }

  /** The function that writes a record, tuple, variant, option or result to memory. */
  #storeFunction(type: Type): string {
    return this.#function("store", type, (inside) => {
      const step = inMemory(type);
      const put: Put = (part, value) => inside.store(part, "p", value);
      if (step.step === "parts") {
        const names = partNames(step.type);
        step.parts.forEach((part, i) => {
          put(part, `v.${names[i]}`);
        });
      } else if (step.step === "choice") inside.#choice(step, UNSIGNED[step.width], put);
    });
  }

  /** The function that lays down a variant's, option's or result's core values, each in 8 bytes. */
  #layFunction(type: Type): string {
    return this.#function("lay", type, (inside) => {
      const core = flatten(type);
      const step = inCoreValues(type, 0, core);
      inside.#out.line(`memory.fill(p, 0, ${FLAT_SLOT * core.length});`);
      if (step.step === "choice") {
        inside.#choice(step, "u32", (payload, value) => inside.#lay(payload, value));
      }
    });
  }

  /** Lays down the core values of a payload, where the 8 bytes of each are zero. */
  #lay(step: Step, value: string): void {
    const offset = FLAT_SLOT * indexOf(step);
    const put = (type: string, what: string, more = 0) => {
      this.#out.call(`store<${type}>`, ["p", what, `${offset + more}`]);
    };
    switch (step.step) {
      case "number": {
        const [core = "i32"] = flatten({ kind: step.kind });
        put(CORE_TYPES[core satisfies CoreType], this.#scalar(step, value));
        break;
      }
      case "text":
      case "numbers": {
        const [pointer = "", length = ""] = this.core(step, value);
        put("u32", pointer);
        put("u32", length, FLAT_SLOT);
        break;
      }
      case "list":
        this.#out.call(this.#storeList(step.element), [plus("p", offset), value]);
        this.#out.line(`abi.spread(${plus("p", offset)});`);
        break;
      case "parts": {
        const names = partNames(step.type);
        step.parts.forEach((part, i) => {
          this.#lay(part, `${value}.${names[i]}`);
        });
        break;
      }
      case "choice":
        if (step.shared.length === 0) put("u32", discriminant(step, value));
        else this.#out.call(this.#layFunction(step.type), [plus("p", offset), value]);
        break;
      default:
        put("u32", this.#scalar(step, value));
    }
  }

  /** The discriminant at `p`, and the payload of the case that `v` is. */
  #choice(step: Choice, width: string, put: Put): void {
    const out = this.#out;
    const { type } = step;
    if (type.kind === "option") {
      out.block("if (v === null) {", () => {
        out.line(`store<${width}>(p, 0);`);
        out.line("return;");
      });
      out.line(`store<${width}>(p, 1);`);
      const payload = step.payloads[1];
      if (payload) put(payload, isReference(type.value) ? "v" : "v.value");
      return;
    }
    out.line(`store<${width}>(p, ${castTo(width, discriminant(step, "v"))});`);
    if (type.kind === "result") {
      const [ok, error] = step.payloads;
      if (ok) this.#payload("if (v.isOk) {", ok, type, 0, "value", put);
      if (error) this.#payload("if (!v.isOk) {", error, type, 1, "error", put);
      return;
    }
    const labels = cases(type.cases);
    const tag = `t.${this.#context.names.tagEnum(type)}`;
    if (step.payloads.every((p) => p === undefined)) return;
    out.block("switch (v.tag) {", () => {
      step.payloads.forEach((payload, i) => {
        if (payload === undefined) return;
        out.caseOf(tag, labels[i] ?? "");
        out.indent(() => {
          put(payload, `changetype<${caseClass(this.#context, type, i)}>(v).value`);
          out.line("break;");
        });
      });
      out.line("default:");
    });
  }

  #payload(head: string, payload: Step, type: Type, index: number, field: string, put: Put): void {
    this.#out.block(head, () => {
      put(payload, `changetype<${caseClass(this.#context, type, index)}>(v).${field}`);
    });
  }

  #storeList(element: Type): string {
    const list = { kind: "list", element } as const;
    const { size } = layout(element);
    return this.#function("store", list, (inside) => {
      const { values } = this.#context;
      values.line(`let to = abi.storeElements(p, v.length, ${size});`);
      values.block("for (let i = 0; i < v.length; i++) {", () => {
        inside.store(inMemory(element), "to", "v[i]");
        values.line(`to += ${size};`);
      });
    });
  }

  /** A function of `values.ts` that takes a pointer and a value. */
  #function(verb: string, type: Type, body: (inside: Lowering) => void): string {
    const { functions, values, names } = this.#context;
    const name = functions.name(verb, type, (made) => {
      values.line();
      const parameters = ["p: usize", `v: ${names.of(type, "t.")}`];
      const inside = new Lowering(this.#context, "", values);
      values.function(made, parameters, "void", () => body(inside), "export ");
    });
    return this.#prefix + name;
  }
}

/** The discriminant of a value that is no option. */
function discriminant({ type }: Choice, value: string): string {
  return type.kind === "result" ? `${value}.isOk ? 0 : 1` : `${value}.tag`;
}

function castTo(width: string, value: string): string {
  return value.includes("?") ? value : `<${width}>${value}`;
}

function laidDown(type: string, offset: number): string {
  return offset === 0 ? `load<${type}>(FLAT)` : `load<${type}>(FLAT, ${offset})`;
}

function plus(base: string, offset: number): string {
  return offset === 0 ? base : `${base} + ${offset}`;
}
