/**
 * The second half of a host's file: `instantiate`, a method for each function of
 * the world, and the functions that check, write and read its types.
 */
import { type Call, exportedCall, inMemory, type Slot, type Step, type Width } from "../abi.js";
import {
  type Enum,
  type Flags,
  type Interface,
  isNumber,
  type NumberKind,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { type CoreType, choices, layout } from "../layout.js";
import { Scope, upperCamel } from "../names.js";
import { Printer } from "../printer.js";
import { TypeFunctions } from "../type-functions.js";
import { arrayOf, isOption, members, parameters, RESERVED, type TypeNames } from "./names.js";

export function emitCalls(world: World, names: TypeNames): string {
  return new CallsWriter(world, names).write(world);
}

const VIEW = { 1: "u8", 2: "u16", 4: "u32" } as const;
const SHIFT = { 1: "", 2: " >>> 1", 4: " >>> 2", 8: " >>> 3" } as const;

/** The view that a number is written to, and how what is read from it becomes the number. */
const NUMBERS: Readonly<
  Record<NumberKind, { view: string; size: 1 | 2 | 4 | 8; read: (value: string) => string }>
> = {
  u8: { view: "u8", size: 1, read: (v) => v },
  s8: { view: "u8", size: 1, read: (v) => `(${v} << 24) >> 24` },
  u16: { view: "u16", size: 2, read: (v) => v },
  s16: { view: "u16", size: 2, read: (v) => `(${v} << 16) >> 16` },
  u32: { view: "u32", size: 4, read: (v) => v },
  s32: { view: "u32", size: 4, read: (v) => `${v} | 0` },
  u64: { view: "u64", size: 8, read: (v) => v },
  s64: { view: "u64", size: 8, read: (v) => `BigInt.asIntN(64, ${v})` },
  f32: { view: "f32", size: 4, read: (v) => v },
  f64: { view: "f64", size: 8, read: (v) => v },
};

/** A core value as the number that it stands for. */
const FROM_CORE: Readonly<Record<NumberKind, (value: string) => string>> = {
  u8: (v) => `${v} & 0xff`,
  s8: (v) => `(${v} << 24) >> 24`,
  u16: (v) => `${v} & 0xffff`,
  s16: (v) => `(${v} << 16) >> 16`,
  u32: (v) => `${v} >>> 0`,
  s32: (v) => v,
  u64: (v) => `BigInt.asUintN(64, ${v})`,
  s64: (v) => v,
  f32: (v) => v,
  f64: (v) => v,
};

/** Takes the core values of a value, slot by slot. */
type Assign = (slot: Slot, value: string) => void;

class CallsWriter {
  readonly #names: TypeNames;
  readonly #out = new Printer();
  readonly #scope: Scope;
  readonly #functions: TypeFunctions;
  /** Tables of an enum's or flags' labels. */
  readonly #labels: Printer = new Printer();

  constructor(world: World, names: TypeNames) {
    this.#names = names;
    // a parameter may be called as no function here, which it would hide
    const taken = world.exports.flatMap((i) =>
      i.functions.flatMap((f) => parameters(f.parameters)),
    );
    this.#scope = new Scope(RESERVED, taken);
    this.#functions = new TypeFunctions(this.#scope, (type) => names.declared(type));
  }

  write(world: World): string {
    const out = this.#out;
    const labels = members(world.exports);
    const makers = world.exports.map((i) => this.#scope.claim(`make${upperCamel(i.name)}`));
    out.line();
    out.docs(
      "Makes an instance. It runs in the calling thread and keeps its state until it is dropped.",
    );
    out.block(
      `export function instantiate(module: WebAssembly.Module): ${this.#names.world} {`,
      () => {
        out.line("const g = new abi.Guest(module);");
        out.list(
          "return { ",
          labels.map((label, i) => `${label}: ${makers[i]}(g)`),
          " };",
        );
      },
    );
    world.exports.forEach((each, i) => {
      this.#interface(each, makers[i] ?? "");
    });
    this.#functions.flush();
    return this.#out.toString() + this.#labels.toString().replace(/^\n$/, "");
  }

  #interface(each: Interface, maker: string): void {
    const out = this.#out;
    const labels = members(each.functions);
    const calls = each.functions.map((func) => ({
      call: exportedCall(each, func),
      core: this.#scope.claim(`call${upperCamel(func.name)}`),
      free: this.#scope.claim(`free${upperCamel(func.name)}`),
    }));
    out.line();
    out.block(`function ${maker}(g: abi.Guest): ${this.#names.interface(each.id)} {`, () => {
      for (const { call, core, free } of calls) {
        const result = call.signature.result ? coreType(call.signature.result) : "void";
        out.call(`const ${core} = g.function<${result}>`, [`"${call.name}"`]);
        if (call.freesResult) out.call(`const ${free} = g.post`, [`"${call.postName}"`]);
      }
      out.block(
        "return {",
        () => {
          calls.forEach(({ call, core, free }, i) => {
            this.#method(call, labels[i] ?? "", core, free);
          });
        },
        "};",
      );
    });
  }

  #method(call: Call, label: string, core: string, free: string): void {
    const out = this.#out;
    const own = parameters(call.func.parameters);
    const result = call.result && resolve(call.result.type);
    out.block(
      `${label}(${own.join(", ")}) {`,
      () => {
        const checks = call.parameters.map((p, i) => {
          const name = own[i] ?? "";
          return `abi.at("${name}", ${this.#check(p.type, name)})`;
        });
        if (checks.length === 0) out.line("g.enter();");
        else out.callChain("g.enter", checks, " ??");
        if (result?.kind === "result") out.line(`let result: ${this.#names.of(result)};`);
        out.line("try {");
        out.indent(() => this.#body(call, own, core, free));
        out.line("} catch (error) {");
        out.indent(() => out.line("throw g.dies(error);"));
        out.line("}");
        if (result?.kind === "result") {
          out.line('if (result.tag === "err") throw new abi.ComponentError(result.val);');
          if (result.ok) out.line("return result.val;");
        }
      },
      "},",
    );
  }

  #body(call: Call, own: readonly string[], core: string, free: string): void {
    const out = this.#out;
    const args: string[] = [];
    if (call.signature.indirectParameters) {
      const { size, align } = call.parametersLayout;
      out.line(`const p = g.alloc(${size}, ${align});`);
      call.parameters.forEach((p, i) => {
        this.#store(p.step, "p", own[i] ?? "");
      });
      args.push("p");
    } else {
      call.parameters.forEach((p, i) => {
        this.#lower(p.step, own[i] ?? "", (slot, value) => {
          if (slot.in === "flat") args[slot.index] = value;
        });
      });
    }
    if (call.result === undefined) {
      out.call(core, args);
      return;
    }
    const type = resolve(call.result.type);
    // an object with a tag needs its type said; elsewhere the function's own type does that
    const said = type.kind === "option" && isOption(type.value) ? `: ${this.#names.of(type)}` : "";
    const take = type.kind === "result" ? "result = " : `const value${said} = `;
    if (call.signature.indirectResult) {
      const { size, align } = call.result.layout;
      out.call(`const f = ${core}`, args);
      out.line(`const r = g.at(f, ${size}, ${align});`);
      out.statement(take, this.#load(call.result.step, "r"));
      if (call.freesResult) out.line(`${free}(f);`);
      if (type.kind !== "result") out.line("return value;");
      return;
    }
    out.call(`const f = ${core}`, args);
    const value = this.#fromCore(call.result.step);
    out.statement(type.kind === "result" ? "result = " : "return ", value);
  }

  // Checking: an expression that is the fault, or undefined.

  #check(type: Type, value: string): string {
    return `${this.#checker(type)}(${value})`;
  }

  /** The function that checks a value of this type. */
  #checker(type: Type): string {
    const it = resolve(type);
    if (isNumber(it.kind) || it.kind === "bool" || it.kind === "string") return `abi.${it.kind}`;
    if (it.kind === "char") return "abi.character";
    return this.#functions.name("check", it, (name) => this.#printCheck(name, it));
  }

  #printCheck(name: string, type: Type): void {
    const out = this.#out;
    const it = resolve(type);
    out.line();
    out.function(name, [`v: ${this.#names.of(it)}`], "abi.Fault | undefined", () => {
      switch (it.kind) {
        case "enum":
          out.line(`return abi.oneOf(${this.#labelsOf(it)}, v);`);
          break;
        case "flags":
          out.line(`return abi.flags(${this.#labelsOf(it)}, v);`);
          break;
        case "list": {
          const element = resolve(it.element).kind;
          const { size } = layout(it.element);
          out.line(
            isNumber(element)
              ? `return abi.numbers(${arrayOf(element)}, v);`
              : `return abi.list(${this.#checker(it.element)}, ${size}, v);`,
          );
          break;
        }
        case "record": {
          const labels = members(it.fields);
          const fields = it.fields.map(
            (f, i) => `abi.at(".${labels[i]}", ${this.#check(f.type, `v.${labels[i]}`)})`,
          );
          out.chain("return", ["abi.object(v)", ...fields], " ??");
          break;
        }
        case "tuple": {
          const items = it.items.map((t, i) => `abi.at("[${i}]", ${this.#check(t, `v[${i}]`)})`);
          out.chain("return", [`abi.tuple(${it.items.length}, v)`, ...items], " ??");
          break;
        }
        case "option":
          if (isOption(it.value)) this.#checkCases(it);
          else
            out.statement("return ", `v === undefined ? undefined : ${this.#check(it.value, "v")}`);
          break;
        case "variant":
        case "result":
          this.#checkCases(it);
          break;
      }
    });
  }

  #checkCases(type: Type): void {
    const out = this.#out;
    const cases = choices(type);
    out.line("const fault = abi.object(v);");
    out.line("if (fault !== undefined) return fault;");
    out.block("switch (v.tag) {", () => {
      for (const each of cases) {
        out.line(`case "${each.name}":`);
        out.indent(() => {
          const payload = each.type && `abi.at(".val", ${this.#check(each.type, "v.val")})`;
          out.statement("return ", payload ?? "undefined");
        });
      }
      out.line("default:");
      out.indent(() => {
        const labels = cases.map((c) => `"${c.name}"`);
        out.call("return abi.noCase", ["v", ...labels]);
      });
    });
  }

  // Lowering into core values.

  #lower(step: Step, value: string, assign: Assign): void {
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
        assign(step.slot, `${this.#labelsOf(step.type)}.indexOf(${value})`);
        break;
      case "flags":
        assign(step.slot, `${this.#bits(step.type)}(${value})`);
        break;
      case "text":
      case "numbers":
      case "list":
        this.#lowerList(step, value, assign);
        break;
      case "parts": {
        const paths = partPaths(step.type);
        step.parts.forEach((part, i) => {
          this.#lower(part, value + paths[i], assign);
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
    const pointer = this.#allocated(step, value);
    if (step.pointer.in === "flat") {
      const name = `f${step.pointer.index}`;
      // inside a choice the slot is a variable already, and this assigns it
      if (this.#declaredSlots.has(step.pointer.index)) assign(step.pointer, pointer);
      else {
        this.#out.statement(`const ${name} = `, pointer);
        assign(step.pointer, name);
      }
    }
    assign(step.length, `${value}.length`);
  }

  /** Slots that are variables because cases share them. */
  readonly #declaredSlots = new Set<number>();

  #lowerChoice(step: ChoiceStep, value: string, assign: Assign): void {
    const out = this.#out;
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
        if (payload) this.#lower(payload, value, set);
      });
    } else {
      this.#switch(type, value, (i) => {
        set(step.discriminant, `${i}`);
        const payload = step.payloads[i];
        if (payload) this.#lower(payload, `${value}.val`, set);
      });
    }
    for (const slot of outer) {
      this.#declaredSlots.delete(slot.index);
      assign(slot, `f${slot.index}`);
    }
  }

  #switch(type: Type, value: string, each: (index: number) => void): void {
    const out = this.#out;
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

  /** An expression that copies a list or text into the module, and is its pointer. */
  #allocated(step: ListStep, value: string): string {
    if (step.step === "text") return `g.text(${value})`;
    if (step.step === "numbers") return `g.numbers(${value})`;
    const { size, align } = layout(step.element);
    return `g.list(${value}, ${size}, ${align}, ${this.#storer(step.element)})`;
  }

  // Lowering into memory.

  #store(step: Step, base: string, value: string): void {
    const out = this.#out;
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
        const index = `${this.#labelsOf(step.type)}.indexOf(${value})`;
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
        out.call("g.span", [at, this.#allocated(step, value), `${value}.length`]);
        break;
      }
      case "parts":
      case "choice":
        out.call(this.#storer(step.type), ["g", address(base, offsetOf(step)), value]);
        break;
    }
  }

  /** The function that writes a value of this type to memory. */
  #storer(type: Type): string {
    const it = resolve(type);
    return this.#functions.name("store", it, (name) => {
      const out = this.#out;
      const step = inMemory(it);
      const parameters = ["g: abi.Guest", "p: number", `v: ${this.#names.of(it)}`];
      out.line();
      out.function(name, parameters, "void", () => {
        if (step.step === "parts") {
          const paths = partPaths(step.type);
          step.parts.forEach((part, i) => {
            this.#store(part, "p", `v${paths[i]}`);
          });
        } else if (step.step === "choice") this.#storeChoice(step);
        else this.#store(step, "p", "v");
      });
    });
  }

  #storeChoice(step: ChoiceStep): void {
    const out = this.#out;
    const { type } = step;
    const discriminant = element(VIEW[step.width], "p", 0, step.width);
    if (type.kind === "option" && !isOption(type.value)) {
      const [, payload] = step.payloads;
      out.line(`${discriminant} = v === undefined ? 0 : 1;`);
      if (payload) {
        out.block("if (v !== undefined) {", () => this.#store(payload, "p", "v"));
      }
      return;
    }
    this.#switch(type, "v", (i) => {
      const payload = step.payloads[i];
      out.line(`${discriminant} = ${i};`);
      if (payload) this.#store(payload, "p", "v.val");
    });
  }

  // Lifting from memory: an expression.

  #load(step: Step, base: string): string {
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
        return `abi.label(${this.#labelsOf(step.type)}, ${this.#discriminant(step.slot, step.width, base)})`;
      case "flags":
        return `${this.#flagsOf(step.type)}(${this.#discriminant(step.slot, step.width, base)})`;
      case "text":
        return `g.readText(${address(base, offset(step.pointer))})`;
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
      case "choice":
        if (step.type.kind === "option") {
          const [, payload] = step.payloads;
          const value = payload ? this.#load(payload, base) : "undefined";
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
    return this.#functions.name("load", it, (name) => {
      const out = this.#out;
      const step = inMemory(it);
      out.line();
      out.function(name, ["g: abi.Guest", "p: number"], this.#names.of(it), () => {
        if (step.step === "parts") {
          const values = step.parts.map((part) => this.#load(part, "p"));
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
        else out.statement("return ", this.#load(step, "p"));
      });
    });
  }

  #loadCases(step: ChoiceStep): void {
    const out = this.#out;
    const tag = this.#discriminant(step.discriminant, step.width, "p");
    out.block(`switch (${tag}) {`, () => {
      choices(step.type).forEach((each, i) => {
        const payload = step.payloads[i];
        out.line(`case ${i}:`);
        out.indent(() => {
          const nothing = step.type.kind === "result" ? ", val: undefined" : "";
          const value = payload ? `, val: ${this.#load(payload, "p")}` : nothing;
          out.statement("return ", `{ tag: "${each.name}"${value} }`);
        });
      });
      out.line("default:");
      out.indent(() => out.line(`throw abi.unknownCase(${tag});`));
    });
  }

  // Lifting a result that is one core value, `f`.

  #fromCore(step: Step): string {
    switch (step.step) {
      case "number":
        return FROM_CORE[step.kind]("f");
      case "bool":
        return "f !== 0";
      case "char":
        return "abi.char(f >>> 0)";
      case "enum":
        return `abi.label(${this.#labelsOf(step.type)}, f >>> 0)`;
      case "flags":
        return `${this.#flagsOf(step.type)}(f)`;
      case "parts": {
        const [part] = step.parts;
        const value = part ? this.#fromCore(part) : "";
        if (step.type.kind === "tuple") return `[${value}]`;
        return `{ ${members(step.type.fields)[0]}: ${value} }`;
      }
      case "choice": {
        // no case has a payload
        const labels = choices(step.type).map((c) => `"${c.name}"`);
        const nothing = step.type.kind === "result" ? ", val: undefined" : "";
        return `{ tag: abi.label([${labels.join(", ")}] as const, f >>> 0)${nothing} }`;
      }
      default:
        throw new Error(`a ${step.step} is not one core value`);
    }
  }

  // Labels and bits.

  /** The table of an enum's labels, or of the members that flags are. */
  #labelsOf(type: Enum | Flags): string {
    return this.#functions.name("labels", type, (name) => {
      const out = this.#labels;
      const labels = type.kind === "enum" ? type.cases.map((c) => c.name) : members(type.flags);
      const kind = type.kind === "enum" ? this.#names.of(type) : "string";
      out.line();
      out.list(
        `const ${name}: readonly ${kind}[] = [`,
        labels.map((l) => `"${l}"`),
        "];",
      );
    });
  }

  /** The function that makes flags of bits. */
  #flagsOf(type: Flags): string {
    return this.#functions.name("flags", type, (name) => {
      const out = this.#out;
      const labels = members(type.flags);
      out.line();
      out.function(name, ["bits: number"], this.#names.of(type), () => {
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

  /** The function that makes bits of flags. */
  #bits(type: Flags): string {
    return this.#functions.name("bits", type, (name) => {
      const out = this.#out;
      const labels = members(type.flags);
      out.line();
      out.function(name, [`v: ${this.#names.of(type)}`], "number", () => {
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

type ChoiceStep = Step & { readonly step: "choice" };
type ListStep = Step & { readonly step: "text" | "numbers" | "list" };

function coreType(type: CoreType): string {
  return type === "i64" ? "bigint" : "number";
}

function bit(index: number): string {
  return `${index < 31 ? 2 ** index : -(2 ** 31)}`;
}

/** How each part of a record or tuple is reached from the whole. */
function partPaths(type: (Step & { step: "parts" })["type"]): string[] {
  if (type.kind === "tuple") return type.items.map((_, i) => `[${i}]`);
  return members(type.fields).map((label) => `.${label}`);
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

function offset(slot: Slot): number {
  return slot.in === "memory" ? slot.offset : 0;
}

function offsetOf(step: Step): number {
  switch (step.step) {
    case "text":
    case "numbers":
    case "list":
      return offset(step.pointer);
    case "parts":
      return step.parts[0] ? offsetOf(step.parts[0]) : 0;
    case "choice":
      return offset(step.discriminant);
    default:
      return offset(step.slot);
  }
}

function address(base: string, at: number): string {
  return at === 0 ? base : `${base} + ${at}`;
}

/** The element of a view that is at an offset from the base. */
function element(view: string, base: string, at: number, size: 1 | 2 | 4 | 8): string {
  const where = address(base, at);
  const index = size === 1 ? where : `${at === 0 ? where : `(${where})`}${SHIFT[size]}`;
  return `g.${view}[${index}]`;
}
