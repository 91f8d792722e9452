/**
 * `exports.ts` of a guest: for each function of the world a wrapper that lifts
 * the parameters, calls the implementation in `../<interface>`, and lowers the
 * result into the return area.
 */
import { type Call, exportedCall, inCoreValues, inMemory, type Slot, type Step } from "../abi.js";
import { type RecordType, resolve, type Tuple, type Type, type World } from "../ir.js";
import { type CoreType, flatten, layout } from "../layout.js";
import { lowerCamel, Scope, upperCamel } from "../names.js";
import { Printer } from "../printer.js";
import { TypeFunctions } from "../type-functions.js";
import { cases, isReference, members, RESERVED, type TypeNames, typedArray } from "./names.js";

/** The canonical name of each function that `exports.ts` exports. */
export type ExportNames = Readonly<Record<string, string>>;

export function emitExports(
  world: World,
  names: TypeNames,
  header: string,
): { text: string; names: ExportNames } {
  const writer = new ExportsWriter(names);
  return { text: writer.write(world, header), names: writer.exportNames };
}

const CORE_TYPES: Readonly<Record<CoreType, string>> = {
  i32: "u32",
  i64: "u64",
  f32: "f32",
  f64: "f64",
};

const LOAD_TYPES = {
  u8: "u8",
  s8: "i8",
  u16: "u16",
  s16: "i16",
  u32: "u32",
  s32: "i32",
  u64: "u64",
  s64: "i64",
  f32: "f32",
  f64: "f64",
} as const;

const UNSIGNED = { 1: "u8", 2: "u16", 4: "u32" } as const;

/** What a step's parts are read from: a base pointer or the names of core values. */
interface Source {
  readonly base: string;
  readonly flat: readonly string[];
}

class ExportsWriter {
  readonly exportNames: Record<string, string> = { cabi_realloc: "cabi_realloc" };
  readonly #types: TypeNames;
  readonly #out = new Printer();
  readonly #scope = new Scope(RESERVED, ["t", "abi", "RETURN_AREA"]);
  readonly #functions: TypeFunctions;

  constructor(types: TypeNames) {
    this.#types = types;
    this.#functions = new TypeFunctions(this.#scope, (type) => types.declared(type));
  }

  write(world: World, header: string): string {
    const out = this.#out;
    const modules = world.exports.map((i) => ({
      name: this.#scope.claim(lowerCamel(i.name)),
      source: i,
    }));
    const calls = modules.flatMap(({ name, source }) =>
      source.functions.map((func, i) => ({
        call: exportedCall(source, func),
        target: `${name}.${members(source.functions)[i]}`,
        name: this.#scope.claim(name + upperCamel(func.name)),
      })),
    );
    const areas = calls.map((c) => (c.call.signature.indirectResult ? c.call.result : undefined));
    const size = Math.max(0, ...areas.map((a) => a?.layout.size ?? 0));

    out.line(header);
    out.line("// What the host calls: each function lifts, calls the implementation, and lowers.");
    const imports = [...modules.map((m) => [m.name, `../${m.source.name}`] as const)];
    for (const [name, from] of imports.sort((a, b) => (a[1] < b[1] ? -1 : 1))) {
      out.line(`import * as ${name} from "${from}";`);
    }
    out.line('import * as abi from "./abi";');
    out.line('import * as t from "./types";');
    out.line();
    out.line('export { cabi_realloc } from "./abi";');
    if (size > 0) {
      out.line();
      out.line(
        "// Results that do not fit one core value. No call begins before the last is read.",
      );
      out.line(`const RETURN_AREA: usize = memory.data(${size}, 8);`);
    }
    for (const { call, target, name } of calls) this.#function(call, target, name);
    this.#functions.flush();
    return out.toString();
  }

  #function(call: Call, target: string, name: string): void {
    const out = this.#out;
    const { signature } = call;
    this.exportNames[name] = call.name;
    const flat = signature.parameters.map((_, i) => `p${i}`);
    const parameters = signature.parameters.map((core, i) => `p${i}: ${CORE_TYPES[core]}`);
    const returned = signature.indirectResult
      ? "usize"
      : signature.result
        ? CORE_TYPES[signature.result]
        : "void";
    out.line();
    this.#head(`export function ${name}`, parameters, returned, () => {
      if (!call.freesResult) out.line("abi.collectIfDue();");
      const source: Source = { base: "p0", flat };
      const { size, align } = call.parametersLayout;
      if (signature.indirectParameters) out.line(`abi.span(p0, 1, ${size}, ${align});`);
      const lifted = call.parameters.map((p) => this.#lift(p.step, source));
      const args = lifted.map((_, i) => `a${i}`);
      lifted.forEach((value, i) => {
        this.#out.statement(`const a${i} = `, value);
      });
      if (signature.indirectParameters) out.line(`abi.release(p0, ${size});`);
      const invoke = `${target}(${args.join(", ")})`;
      if (call.result === undefined) {
        out.line(`${invoke};`);
        return;
      }
      out.statement("const result = ", invoke);
      if (!signature.indirectResult) {
        out.line(`return ${this.#lowerFlat(call.result.step, "result")};`);
        return;
      }
      if (call.freesResult) out.line("abi.keep(result);");
      this.#store(call.result.step, "RETURN_AREA", "result");
      out.line("return RETURN_AREA;");
    });
    if (!call.freesResult) return;
    const post = this.#scope.claim(`${name}Post`);
    this.exportNames[post] = call.postName;
    out.line();
    out.block(`export function ${post}(p: usize): void {`, () => {
      out.line("if (p != RETURN_AREA) unreachable();");
      if (call.result) this.#free(call.result.step, "RETURN_AREA");
      out.line("abi.done();");
    });
  }

  // Lifting: expressions.

  /** The value that the host put where the step says. */
  #lift(step: Step, source: Source): string {
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
          const value = payload ? this.#lift(payload, source) : "";
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

  #unsigned(slot: Slot, width: 1 | 2 | 4, source: Source): string {
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
    return call(
      `new ${this.#name(type)}`,
      parts.map((p) => this.#lift(p, source)),
    );
  }

  #loadFunction(type: Type): string {
    return this.#functions.name("load", type, (name) => {
      const out = this.#out;
      const step = inMemory(type);
      const source: Source = { base: "p", flat: [] };
      out.line();
      this.#head(`function ${name}`, ["p: usize"], this.#name(type), () => {
        if (step.step === "parts") {
          this.#out.statement("return ", this.#construct(step.type, step.parts, source));
        } else this.#cases(step, source);
      });
    });
  }

  /** Lifts a variant or result from core values by a function of its own, which sees its own types. */
  #liftCall(step: Step & { step: "choice" }, source: Source): string {
    const own = flatten(step.type);
    const name = this.#functions.name("lift", step.type, (helper) => {
      const flat = own.map((_, i) => `p${i}`);
      const parameters = own.map((core, i) => `p${i}: ${CORE_TYPES[core]}`);
      this.#out.line();
      this.#head(`function ${helper}`, parameters, this.#name(step.type), () =>
        this.#cases(inCoreValues(step.type, 0, own), { base: "", flat }),
      );
    });
    const slots = [step.discriminant, ...step.shared];
    return call(
      name,
      slots.map((s) => (s.in === "flat" ? this.#core(s, source) : "")),
    );
  }

  /** A switch over the discriminant that returns the case's object. */
  #cases(step: Step, source: Source): void {
    if (step.step !== "choice") return;
    const out = this.#out;
    const { type } = step;
    const tag = this.#unsigned(step.discriminant, step.width, source);
    out.block(`switch (${tag}) {`, () => {
      step.payloads.forEach((payload, i) => {
        out.line(`case ${i}:`);
        out.indent(() => {
          const made = this.#caseClass(type, i);
          const nothing = type.kind === "result" ? "t.NOTHING" : "";
          const value = payload ? this.#lift(payload, source) : nothing;
          this.#out.statement("return ", `new ${made}(${value})`);
        });
      });
      out.line("default:");
      out.indent(() => out.line("return unreachable();"));
    });
  }

  #caseClass(type: Type, index: number): string {
    if (type.kind === "variant") return `t.${this.#types.caseClass(type, index)}`;
    const generic = this.#name(type).slice("t.Result".length);
    return index === 0 ? `t.Ok${generic}` : `t.Err${generic}`;
  }

  #takeList(element: Type): string {
    const list = { kind: "list", element } as const;
    return this.#functions.name("take", list, (name) => {
      const out = this.#out;
      const { size, align } = layout(element);
      const type = this.#name(element);
      out.line();
      this.#head(`function ${name}`, ["pointer: usize", "length: usize"], `Array<${type}>`, () => {
        out.line(`const bytes = abi.span(pointer, length, ${size}, ${align});`);
        out.statement("const list = ", `new Array<${type}>(<i32>length)`);
        out.line("let p = pointer;");
        out.block("for (let i = 0; i < <i32>length; i++) {", () => {
          const value = this.#lift(inMemory(element), { base: "p", flat: [] });
          out.statement("list[i] = ", value);
          out.line(`p += ${size};`);
        });
        out.line("abi.release(pointer, bytes);");
        out.line("return list;");
      });
    });
  }

  // Lowering: statements.

  /** Writes `value` to where the step says, counted from the pointer `base`. */
  #store(step: Step, base: string, value: string): void {
    const out = this.#out;
    const at = (offset: number) => (offset === 0 ? base : `${base} + ${offset}`);
    const put = (type: string, slot: Slot, what: string) => {
      const offset = slot.in === "memory" ? slot.offset : 0;
      out.call(`store<${type}>`, [base, what, ...(offset === 0 ? [] : [`${offset}`])]);
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
      case "text":
        out.call("abi.storeText", [at(offsetOf(step)), value]);
        break;
      case "numbers": {
        const { size } = layout({ kind: step.kind });
        out.call("abi.storeNumbers", [at(offsetOf(step)), value, `${size}`]);
        break;
      }
      case "list":
        out.call(this.#storeList(step.element), [at(offsetOf(step)), value]);
        break;
      case "parts":
        out.call(this.#storeFunction(step.type), [at(offsetOf(step)), value]);
        break;
      case "choice":
        out.call(this.#storeFunction(step.type), [at(offsetOf(step)), value]);
        break;
    }
  }

  #storeFunction(type: Type): string {
    return this.#functions.name("store", type, (name) => {
      const out = this.#out;
      const step = inMemory(type);
      out.line();
      this.#head(`function ${name}`, ["p: usize", `v: ${this.#name(type)}`], "void", () => {
        if (step.step === "parts") {
          const fields = partNames(step.type);
          step.parts.forEach((part, i) => {
            this.#store(part, "p", `v.${fields[i]}`);
          });
        } else if (step.step === "choice") this.#storeChoice(step);
      });
    });
  }

  #storeChoice(step: Step & { step: "choice" }): void {
    const out = this.#out;
    const { type } = step;
    const discriminant = UNSIGNED[step.width];
    if (type.kind === "option") {
      out.block("if (v === null) {", () => {
        out.line("store<u8>(p, 0);");
        out.line("return;");
      });
      out.line("store<u8>(p, 1);");
      const payload = step.payloads[1];
      if (payload) this.#store(payload, "p", isReference(type.value) ? "v" : "v.value");
      return;
    }
    if (type.kind === "result") {
      out.line("store<u8>(p, v.isOk ? 0 : 1);");
      const [ok, error] = step.payloads;
      if (ok) this.#storePayload("if (v.isOk) {", ok, type, 0, "value");
      if (error) this.#storePayload("if (!v.isOk) {", error, type, 1, "error");
      return;
    }
    out.line(`store<${discriminant}>(p, <${discriminant}>v.tag);`);
    const labels = cases(type.kind === "variant" ? type.cases : []);
    const tag = `t.${this.#types.tagEnum(type)}`;
    if (step.payloads.every((p) => p === undefined)) return;
    out.block("switch (v.tag) {", () => {
      step.payloads.forEach((payload, i) => {
        if (payload === undefined) return;
        out.line(`case ${tag}.${labels[i]}:`);
        out.indent(() => {
          const object = `changetype<${this.#caseClass(type, i)}>(v)`;
          this.#store(payload, "p", `${object}.value`);
          out.line("break;");
        });
      });
      out.line("default:");
    });
  }

  #storePayload(head: string, payload: Step, type: Type, index: number, field: string): void {
    this.#out.block(head, () => {
      const object = `changetype<${this.#caseClass(type, index)}>(v)`;
      this.#store(payload, "p", `${object}.${field}`);
    });
  }

  #storeList(element: Type): string {
    const list = { kind: "list", element } as const;
    return this.#functions.name("store", list, (name) => {
      const out = this.#out;
      const { size } = layout(element);
      out.line();
      this.#head(`function ${name}`, ["at: usize", `v: ${this.#name(list)}`], "void", () => {
        out.line(`let p = abi.storeElements(at, v.length, ${size});`);
        out.block("for (let i = 0; i < v.length; i++) {", () => {
          this.#store(inMemory(element), "p", "v[i]");
          out.line(`p += ${size};`);
        });
      });
    });
  }

  /** A result that is one core value. */
  #lowerFlat(step: Step, value: string): string {
    switch (step.step) {
      case "bool":
        return `<u32>${value}`;
      case "number":
        return ["f32", "f64", "u32", "u64"].includes(step.kind)
          ? value
          : `<${step.kind === "s64" ? "u64" : "u32"}>${value}`;
      case "parts": {
        const [part] = step.parts;
        return part ? this.#lowerFlat(part, `${value}.${partNames(step.type)[0]}`) : value;
      }
      case "choice":
        // without payloads: an option always has one
        return step.type.kind === "result" ? `${value}.isOk ? 0 : 1` : `${value}.tag`;
      default:
        return value;
    }
  }

  // Freeing: the element arrays that were made for a result.

  #free(step: Step, base: string): void {
    const out = this.#out;
    const at = (offset: number) => (offset === 0 ? base : `${base} + ${offset}`);
    if (step.step === "list") {
      const free = ownsElements(step.element) ? this.#freeList(step.element) : "abi.freeElements";
      out.line(`${free}(${at(offsetOf(step))});`);
    } else if ((step.step === "parts" || step.step === "choice") && ownsElements(step.type)) {
      out.line(`${this.#freeFunction(step.type)}(${at(offsetOf(step))});`);
    }
  }

  #freeFunction(type: Type): string {
    return this.#functions.name("free", type, (name) => {
      const out = this.#out;
      const step = inMemory(type);
      out.line();
      out.block(`function ${name}(p: usize): void {`, () => {
        if (step.step === "parts") {
          for (const part of step.parts) this.#free(part, "p");
        } else if (step.step === "choice") {
          out.block(`switch (load<${UNSIGNED[step.width]}>(p)) {`, () => {
            step.payloads.forEach((payload, i) => {
              const owner = payload && typeOf(payload);
              if (!payload || !owner || !ownsElements(owner)) return;
              out.line(`case ${i}:`);
              out.indent(() => {
                this.#free(payload, "p");
                out.line("break;");
              });
            });
            out.line("default:");
          });
        }
      });
    });
  }

  #freeList(element: Type): string {
    return this.#functions.name("free", { kind: "list", element }, (name) => {
      const out = this.#out;
      const { size } = layout(element);
      out.line();
      out.block(`function ${name}(at: usize): void {`, () => {
        out.line("let p = load<usize>(at);");
        out.block("for (let n = load<u32>(at, 4); n > 0; n--) {", () => {
          this.#free(inMemory(element), "p");
          out.line(`p += ${size};`);
        });
        out.line("abi.freeElements(at);");
      });
    });
  }

  // Printing.

  /** A type as it is written in `exports.ts`, aliases seen through. */
  #name(type: Type): string {
    return this.#types.of(type, "t.");
  }

  #head(head: string, parameters: readonly string[], result: string, body: () => void): void {
    this.#out.list(`${head}(`, parameters, `): ${result} {`);
    this.#out.indent(body);
    this.#out.line("}");
  }
}

function call(head: string, args: readonly string[]): string {
  return `${head}(${args.join(", ")})`;
}

function partNames(type: RecordType | Tuple): string[] {
  return type.kind === "record" ? members(type.fields) : type.items.map((_, i) => `item${i}`);
}

/** Whether lowering a value allocates: strings and numbers are pointed at where they are. */
function ownsElements(type: Type): boolean {
  const it = resolve(type);
  switch (it.kind) {
    case "list":
      return typedArray(it) === undefined;
    case "option":
      return ownsElements(it.value);
    case "result":
      return [it.ok, it.error].some((p) => p !== undefined && ownsElements(p));
    case "tuple":
      return it.items.some(ownsElements);
    case "record":
      return it.fields.some((f) => ownsElements(f.type));
    case "variant":
      return it.cases.some((c) => c.type !== undefined && ownsElements(c.type));
    default:
      return false;
  }
}

function firstSlot(step: Step): Slot {
  switch (step.step) {
    case "text":
    case "numbers":
    case "list":
      return step.pointer;
    case "parts": {
      const [first] = step.parts;
      if (first === undefined) throw new Error("a record without fields");
      return firstSlot(first);
    }
    case "choice":
      return step.discriminant;
    default:
      return step.slot;
  }
}

function isFlat(step: Step): boolean {
  return firstSlot(step).in === "flat";
}

/** Where the value lies, from the base; a record begins with its first field. */
function offsetOf(step: Step): number {
  const slot = firstSlot(step);
  return slot.in === "memory" ? slot.offset : 0;
}

function typeOf(step: Step): Type | undefined {
  if (step.step === "list") return { kind: "list", element: step.element };
  return step.step === "parts" || step.step === "choice" ? step.type : undefined;
}
