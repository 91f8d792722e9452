/**
 * `Marshal.java`: how values of the world's types are checked, and cross into and out of memory
 * and core values. A function a type and direction, made when it is asked for.
 */
import {
  firstSlot,
  inCoreValues,
  inMemory,
  offset,
  type Slot,
  type Step,
  type Width,
} from "../abi.js";
import { type Enum, type Flags, type Handle, resolve, type Type } from "../ir.js";
import { choices, flatten, layout } from "../layout.js";
import { TypeFunctions } from "../type-functions.js";
import { CheckWriter } from "./checks.js";
import { components, InnerScope, KEYWORDS, type TypeNames } from "./names.js";
import { FROM_CORE, LIFT_LIST, READ, TO_CORE, WRITE, zeroExtended } from "./numbers.js";
import { call, type Expression, Printer } from "./printer.js";

/** The core values: the array, and where in it index 0 is. */
export interface Flat {
  readonly array: string;
  readonly from: string;
}

const OWN_FLAT: Flat = { array: "flat", from: "at" };

export class Marshal {
  readonly names: TypeNames;
  readonly checks: CheckWriter;
  readonly #out = new Printer(1);
  readonly #tables = new Printer(1);
  readonly #tableNames = new Map<string, string>();
  readonly #tableScope = new InnerScope(new Set());
  readonly #functions: TypeFunctions;

  constructor(names: TypeNames) {
    this.names = names;
    this.#functions = new TypeFunctions(new InnerScope(KEYWORDS), (type) => names.declared(type));
    this.checks = new CheckWriter(names, this.#functions, this.#out);
  }

  /** The class, with all that was asked for. */
  print(): Printer {
    this.#functions.flush();
    const out = new Printer();
    out.docs(["How values of this world's types cross the canonical ABI."]);
    out.block("final class Marshal", () => {
      out.append(this.#tables);
      if (this.#tableNames.size > 0) out.line();
      out.line("private Marshal() {}");
      out.append(this.#out);
    });
    return out;
  }

  // Lowering into core values.

  lower(out: Printer, step: Step, guest: string, flat: Flat, value: string): void {
    const to = (slot: Slot, v: Expression): void => out.assign(element(flat, slot), v);
    switch (step.step) {
      case "number":
        to(step.slot, TO_CORE[step.kind](value));
        break;
      case "bool":
        to(step.slot, `${value} ? 1 : 0`);
        break;
      case "char":
        to(step.slot, value);
        break;
      case "enum":
        to(step.slot, `${value}.ordinal()`);
        break;
      case "flags":
        to(step.slot, zeroExtended(call("ComponentInstance.bits", value)));
        break;
      case "handle":
        to(step.slot, zeroExtended(this.#lowerHandle(step.type, guest, value)));
        break;
      case "text":
      case "numbers":
      case "list": {
        const span = this.#lowerList(step, guest, value);
        const at = index(flat, step.pointer);
        out.statement(call("ComponentInstance.lowerSpan", flat.array, at, span));
        break;
      }
      case "parts":
      case "choice":
        out.statement(
          call(this.#lowerer(step.type), guest, flat.array, index(flat, firstSlot(step)), value),
        );
        break;
    }
  }

  #lowerer(type: Type): string {
    const it = resolve(type);
    const print = (name: string): void => {
      const step = inCoreValues(it, 0, flatten(it));
      const takes = ["ComponentInstance guest", "long[] flat", "int at", `${this.names.of(it)} v`];
      this.#function(`void ${name}`, takes, (out) => {
        if (step.step === "parts") {
          const paths = partPaths(step.type);
          step.parts.forEach((part, i) => {
            this.lower(out, part, "guest", OWN_FLAT, `v${paths[i]}`);
          });
        } else if (step.step === "choice") {
          this.#cases(out, step, (i, payload, value) => {
            if (i > 0) out.assign(element(OWN_FLAT, step.discriminant), `${i}`);
            if (payload) this.lower(out, payload, "guest", OWN_FLAT, value);
          });
        }
      });
    };
    return `Marshal.${this.#functions.name("lower", it, print)}`;
  }

  #lowerList(step: ListStep, guest: string, value: string): Expression {
    if (step.step === "text") return call("TextEncoding.lower", guest, value);
    if (step.step === "numbers") return call("NumberLists.lower", guest, value);
    const { size, align } = layout(step.element);
    const store = this.#storer(step.element).replace(".", "::");
    return call(`${guest}.lowerList`, value, `${size}`, `${align}`, store);
  }

  #lowerHandle(type: Handle, guest: string, value: string): Expression {
    const resource = this.names.declared(type.resource);
    if (type.resource.side === "export") {
      return `${value}.object.${type.kind === "own" ? "lowerOwn" : "lowerBorrow"}()`;
    }
    const add = type.kind === "own" ? "lowerOwn" : "lowerBorrow";
    return call(`${guest}.handles.${add}`, `${resource}.class`, value);
  }

  // Lowering into memory.

  store(out: Printer, step: Step, guest: string, base: string, value: string, boxed = false): void {
    const write = (method: string, slot: Slot, v: Expression): void =>
      out.statement(call(`${guest}.memory.${method}`, address(base, slot), v));
    switch (step.step) {
      case "number": {
        const [method, v] = WRITE[step.kind](value, boxed);
        write(method, step.slot, v);
        break;
      }
      case "bool":
        write("writeByte", step.slot, `(byte) (${value} ? 1 : 0)`);
        break;
      case "char":
        write("writeI32", step.slot, value);
        break;
      case "enum":
        write(WRITE_WIDTH[step.width], step.slot, narrowed(step.width, `${value}.ordinal()`));
        break;
      case "flags": {
        const bits = `ComponentInstance.bits(${value})`;
        write(WRITE_WIDTH[step.width], step.slot, narrowed(step.width, bits));
        break;
      }
      case "handle":
        write("writeI32", step.slot, this.#lowerHandle(step.type, guest, value));
        break;
      case "text":
      case "numbers":
      case "list": {
        const span = this.#lowerList(step, guest, value);
        out.statement(call(`${guest}.writeSpan`, address(base, step.pointer), span));
        break;
      }
      case "parts":
      case "choice":
        out.statement(call(this.#storer(step.type), guest, address(base, firstSlot(step)), value));
        break;
    }
  }

  #storer(type: Type): string {
    const it = resolve(type);
    const print = (name: string): void => {
      const step = inMemory(it);
      const takes = ["ComponentInstance guest", "int p", `${this.names.of(it)} v`];
      this.#function(`void ${name}`, takes, (out) => {
        if (step.step === "parts") {
          const paths = partPaths(step.type);
          step.parts.forEach((part, i) => {
            this.store(out, part, "guest", "p", `v${paths[i]}`, step.type.kind === "tuple");
          });
        } else if (step.step === "choice") {
          this.#cases(out, step, (i, payload, value) => {
            const discriminant = narrowed(step.width, `${i}`);
            const at = address("p", step.discriminant);
            out.statement(call(`guest.memory.${WRITE_WIDTH[step.width]}`, at, discriminant));
            const boxed = step.type.kind !== "variant";
            if (payload) this.store(out, payload, "guest", "p", value, boxed);
          });
        } else this.store(out, step, "guest", "p", "v");
      });
    };
    return `Marshal.${this.#functions.name("store", it, print)}`;
  }

  /** An `if` a case of `v`; `each` gets the case's index, payload and the payload's value. */
  #cases(
    out: Printer,
    step: ChoiceStep,
    each: (index: number, payload: Step | undefined, value: string) => void,
  ): void {
    const { type, payloads } = step;
    if (type.kind === "option") {
      out.line("if (v.isPresent()) {");
      out.indent(() => each(1, payloads[1], "v.get()"));
      out.line("} else {");
      out.indent(() => each(0, undefined, ""));
      out.line("}");
      return;
    }
    if (type.kind === "result") {
      this.#sides(out, step, each);
      return;
    }
    this.names.cases(type).forEach((pattern, i) => {
      const payload = payloads[i];
      const name = payload === undefined ? "" : "it";
      out.instanceOf(`${i === 0 ? "" : "} else "}if (v`, pattern, name);
      out.indent(() => each(i, payload, "it.value()"));
    });
    out.line("}");
  }

  /** The same of a result, whose sides are null where they are not. */
  #sides(
    out: Printer,
    { payloads: [ok, error] }: ChoiceStep,
    each: (index: number, payload: Step | undefined, value: string) => void,
  ): void {
    if (ok) out.line("var value = v.valueOrNull();");
    if (error) out.line("var error = v.errorOrNull();");
    out.line(ok ? "if (value != null) {" : error ? "if (error == null) {" : "if (v.isOk()) {");
    out.indent(() => each(0, ok, "value"));
    out.line("} else {");
    out.indent(() => each(1, error, "error"));
    out.line("}");
  }

  // Lifting from memory: an expression.

  load(step: Step, guest: string, base: string): Expression {
    const own = (method: string, slot: Slot): Expression =>
      call(method.replace("guest", guest), address(base, slot));
    switch (step.step) {
      case "number":
        return own(READ[step.kind], step.slot);
      case "bool":
        return own("guest.readBool", step.slot);
      case "char":
        return own("guest.readCharacter", step.slot);
      case "enum":
        return this.#caseOf(step.type, this.#unsigned(step.width, guest, address(base, step.slot)));
      case "flags":
        return this.#flagsOf(
          step.type,
          this.#unsigned(step.width, guest, address(base, step.slot)),
        );
      case "handle":
        return this.#liftHandle(step.type, guest, own("guest.memory.readInt", step.slot));
      case "text":
        return own("guest.readText", step.pointer);
      case "numbers":
      case "list":
        return this.#liftList(step, guest, own("guest.readSpan", step.pointer));
      case "parts":
      case "choice":
        return call(this.#loader(step.type), guest, address(base, firstSlot(step)));
    }
  }

  #loader(type: Type): string {
    const it = resolve(type);
    const print = (name: string): void => {
      const step = inMemory(it);
      const takes = ["ComponentInstance guest", "int p"];
      this.#function(`${this.names.of(it)} ${name}`, takes, (out) => {
        const load = (part: Step): Expression => this.load(part, "guest", "p");
        if (step.step === "choice") {
          this.#liftCases(out, step, this.#unsigned(step.width, "guest", "p"), load);
        } else out.word("return", step.step === "parts" ? this.#made(step, load) : load(step));
      });
    };
    return `Marshal.${this.#functions.name("load", it, print)}`;
  }

  #unsigned(width: Width, guest: string, at: string): string {
    return width === 4
      ? `${guest}.memory.readInt(${at})`
      : `${guest}.${width === 1 ? "readU8" : "readU16"}(${at})`;
  }

  // Lifting from core values: an expression.

  lift(step: Step, guest: string, flat: Flat): Expression {
    const at = (slot: Slot): string => element(flat, slot);
    switch (step.step) {
      case "number":
        return FROM_CORE[step.kind](at(step.slot));
      case "bool":
        return `(int) ${at(step.slot)} != 0`;
      case "char":
        return call("ComponentInstance.character", `(int) ${at(step.slot)}`);
      case "enum":
        return this.#caseOf(step.type, `(int) ${at(step.slot)}`);
      case "flags":
        return this.#flagsOf(step.type, `(int) ${at(step.slot)}`);
      case "handle":
        return this.#liftHandle(step.type, guest, `(int) ${at(step.slot)}`);
      case "text":
      case "numbers":
      case "list": {
        const span = call("ComponentInstance.liftSpan", flat.array, index(flat, step.pointer));
        return this.#liftList(step, guest, span);
      }
      case "parts":
      case "choice":
        return call(this.#lifter(step.type), guest, flat.array, index(flat, firstSlot(step)));
    }
  }

  #lifter(type: Type): string {
    const it = resolve(type);
    const print = (name: string): void => {
      const step = inCoreValues(it, 0, flatten(it));
      const takes = ["ComponentInstance guest", "long[] flat", "int at"];
      this.#function(`${this.names.of(it)} ${name}`, takes, (out) => {
        const lift = (part: Step): Expression => this.lift(part, "guest", OWN_FLAT);
        if (step.step === "choice") this.#liftCases(out, step, "(int) flat[at]", lift);
        else if (step.step === "parts") out.word("return", this.#made(step, lift));
      });
    };
    return `Marshal.${this.#functions.name("lift", it, print)}`;
  }

  /** A record or tuple of its lifted parts. */
  #made(step: Step & { step: "parts" }, lift: (part: Step) => Expression): Expression {
    const { type } = step;
    if (type.kind === "tuple") this.names.tuples.add(type.items.length);
    const name = type.kind === "tuple" ? `Tuple${type.items.length}<>` : this.names.declared(type);
    return call(`new ${name}`, ...step.parts.map(lift));
  }

  #liftCases(
    out: Printer,
    step: ChoiceStep,
    discriminant: string,
    lift: (part: Step) => Expression,
  ): void {
    const { type, payloads } = step;
    if (type.kind === "option") {
      const [, payload] = payloads;
      out.block(`if (!ComponentInstance.some(${discriminant}))`, () =>
        out.line("return Optional.empty();"),
      );
      out.word("return", call("Optional.of", payload ? lift(payload) : ""));
      return;
    }
    const makers = type.kind === "result" ? RESULT_CASES : this.names.cases(type);
    out.assign("int discriminant", discriminant);
    out.block(
      "return switch (discriminant)",
      () => {
        choices(type).forEach((_, i) => {
          const payload = payloads[i];
          const nothing = type.kind === "result" ? [`${this.names.use("Nothing")}.NOTHING`] : [];
          const args = payload ? [lift(payload)] : nothing;
          out.arrow(`case ${i}`, call(`new ${makers[i]}`, ...args));
        });
        out.line("default -> throw ComponentInstance.unknownCase(discriminant);");
      },
      "};",
    );
  }

  #liftList(step: ListStep, guest: string, span: Expression): Expression {
    if (step.step === "text") return call("TextEncoding.lift", guest, span);
    if (step.step === "numbers") return call(`NumberLists.${LIFT_LIST[step.kind]}`, guest, span);
    const { size, align } = layout(step.element);
    const load = this.#loader(step.element).replace(".", "::");
    return call(`${guest}.liftList`, span, `${size}`, `${align}`, load);
  }

  #liftHandle(type: Handle, guest: string, handle: Expression): Expression {
    const resource = this.names.declared(type.resource);
    const own = type.kind === "own";
    if (type.resource.side === "import") {
      return call(`${guest}.handles.${own ? "takeOwn" : "borrow"}`, `${resource}.class`, handle);
    }
    const lift = own ? "liftOwn" : "liftBorrow";
    const object = call(`${guest}.handles.${lift}`, `${resource}.class`, handle);
    return call(`new ${resource}`, guest, object);
  }

  #caseOf(type: Enum, discriminant: string): Expression {
    return call("ComponentInstance.caseOf", this.#table(type), discriminant);
  }

  #flagsOf(type: Flags, bits: string): Expression {
    const name = this.names.declared(type);
    return call("ComponentInstance.flags", `${name}.class`, this.#table(type), bits);
  }

  /** The constants of an enum, which Java would copy each time. */
  #table(type: Enum | Flags): string {
    const java = this.names.declared(type);
    const known = this.#tableNames.get(java);
    if (known !== undefined) return `Marshal.${known}`;
    const name = this.#tableScope.claim(
      `${java.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase()}_CASES`,
    );
    this.#tableNames.set(java, name);
    this.#tables.assign(`static final ${java}[] ${name}`, `${java}.values()`);
    return `Marshal.${name}`;
  }

  #function(head: string, takes: readonly string[], body: (out: Printer) => void): void {
    const out = this.#out;
    out.line();
    out.method(`static ${head}`, takes, () => body(out));
  }
}

type ListStep = Step & { readonly step: "text" | "numbers" | "list" };
type ChoiceStep = Step & { readonly step: "choice" };

const RESULT_CASES = ["Result.Ok<>", "Result.Err<>"];

const WRITE_WIDTH = { 1: "writeByte", 2: "writeShort", 4: "writeI32" } as const;

function narrowed(width: Width, value: string): string {
  return width === 4 ? value : `(${width === 1 ? "byte" : "short"}) ${value}`;
}

/** How each part of a record or tuple is reached from the whole. */
export function partPaths(type: (Step & { step: "parts" })["type"]): string[] {
  if (type.kind === "tuple") return type.items.map((_, i) => `.item${i}()`);
  return components(type.fields).map((label) => `.${label}()`);
}

function index(flat: Flat, slot: Slot): string {
  const i = slot.in === "flat" ? slot.index : 0;
  if (flat.from === "") return `${i}`;
  return i === 0 ? flat.from : `${flat.from} + ${i}`;
}

function element(flat: Flat, slot: Slot): string {
  return `${flat.array}[${index(flat, slot)}]`;
}

function address(base: string, slot: Slot): string {
  const at = offset(slot);
  return at === 0 ? base : `${base} + ${at}`;
}
