/**
 * The files of a guest's imports, one for each interface that the host
 * implements: functions to call, and a class for each resource.
 */
import { type Call, coreCall } from "../abi.js";
import {
  type Func,
  freeFunctions,
  type Interface,
  memberFunctions,
  type Resource,
  resources,
} from "../ir.js";
import { Printer } from "../printer.js";
import type { Context } from "./context.js";
import { fileText, withoutDocs } from "./file.js";
import { hostName } from "./host.js";
import { Lifting } from "./lifting.js";
import { Lowering } from "./lowering.js";
import {
  FILE_NAMES,
  type FileNames,
  fileNames,
  importFiles,
  isFallibleConstructor,
  members,
} from "./names.js";
import { ownsElements } from "./steps.js";

/** The most core values that parameters have outside memory. */
const FLAT_BYTES = 16 * 8;

export function emitImports(context: Context, header: string): Readonly<Record<string, string>> {
  const files = [...importFiles(context.world)].map(([owner, file]) => {
    const text = new ImportsWriter(context, owner, file).write(header);
    return [`${file}.ts`, text] as const;
  });
  return Object.fromEntries(files);
}

class ImportsWriter {
  readonly #context: Context;
  readonly #owner: Interface;
  readonly #file: string;
  readonly #names: FileNames;
  readonly #out = new Printer();
  readonly #lifting: Lifting;
  readonly #lowering: Lowering;

  constructor(context: Context, owner: Interface, file: string) {
    this.#context = context;
    this.#owner = owner;
    this.#file = file;
    this.#names = fileNames(owner);
    this.#lifting = new Lifting(context, "values.");
    this.#lowering = new Lowering(context, "values.", this.#out);
  }

  write(header: string): string {
    for (const resource of resources(this.#owner)) this.#class(resource);
    for (const func of freeFunctions(this.#owner)) {
      this.#out.line();
      this.#out.docs(func.docs);
      this.#function(func, "export function ");
    }
    const body = new Printer();
    this.#areas(body);
    body.append(this.#out);
    const { id, docs } = this.#owner;
    return fileText(header, `What the host offers as ${id}.`, [], body, docs);
  }

  /** What is handed over in memory has its place there. No call begins before another has ended. */
  #areas(out: Printer): void {
    const calls = this.#owner.functions.map((func) => coreCall(this.#owner, func));
    const results = calls.map((c) => (c.signature.indirectResult ? c.result?.layout.size : 0) ?? 0);
    const parameters = calls.map((c) =>
      c.signature.indirectParameters ? c.parametersLayout.size : 0,
    );
    const code = withoutDocs(this.#out.toString());
    const areas = [
      ["RETURN_AREA", Math.max(0, ...results)],
      ["PARAMETERS", Math.max(0, ...parameters)],
      ["FLAT", /\bFLAT\b/.test(code) ? FLAT_BYTES : 0],
    ] as const;
    const used = areas.filter(([, size]) => size > 0);
    if (used.length > 0) {
      out.line();
      out.line("// What crosses in memory. No call begins before the last has returned.");
    }
    for (const [name, size] of used) out.line(`const ${name}: usize = memory.data(${size}, 8);`);
  }

  #class(resource: Resource): void {
    const out = this.#out;
    const name = this.#names.classes.get(resource) ?? "";
    out.line();
    out.docs(resource.docs);
    out.block(`export class ${name} extends handles.Handle {`, () => {
      for (const func of memberFunctions(this.#owner, resource)) {
        out.docs(func.docs);
        const isStatic = func.of?.kind === "static" || isFallibleConstructor(func);
        this.#function(func, isStatic ? "static " : "");
        out.line();
      }
      const { drop } = this.#context.resourceCalls(resource);
      const release = this.#context.intrinsic(resource, drop, false);
      out.docs(
        "Ends what this object is in the host, or what was lent of it; nothing if it has ended.",
      );
      out.block("drop(): void {", () => {
        out.line("if (this.handle == 0) return;");
        out.statement("", `${release}(handles.end(this))`);
      });
    });
  }

  #function(func: Func, prefix: string): void {
    const out = this.#out;
    const isMethod = func.of?.kind === "method";
    const isConstructor = func.of?.kind === "constructor" && !isFallibleConstructor(func);
    const call = coreCall(this.#owner, func);
    const given = isMethod ? func.parameters.slice(1) : func.parameters;
    const named = members(given, [...FILE_NAMES, "result"]);
    const parameters = given.map((p, i) => `${named[i]}: ${this.#context.names.of(p.type, "t.")}`);
    const values = isMethod ? ["this", ...named] : named;
    const name = this.#names.functions.get(func) ?? "";
    const result = func.result ? this.#context.names.of(func.result, "t.") : "void";
    const head = `${prefix}${name}(`;
    out.list(head, parameters, isConstructor ? ") {" : `): ${result} {`);
    out.indent(() => {
      if (isConstructor) out.line("super();");
      this.#call(call, values, isConstructor);
    });
    out.line("}");
  }

  #call(call: Call, values: readonly string[], isConstructor: boolean): void {
    const out = this.#out;
    const { signature, result } = call;
    const core: string[] = [];
    call.parameters.forEach((p, i) => {
      const value = values[i] ?? "";
      if (signature.indirectParameters) this.#lowering.store(p.step, "PARAMETERS", value);
      else core.push(...this.#lowering.core(p.step, value));
    });
    if (signature.indirectParameters) core.push("PARAMETERS");
    if (signature.indirectResult) core.push("RETURN_AREA");
    const wanted = hostName(this.#file, call.func.label);
    const target = this.#context.host.name(wanted, call.module, call.name, signature);
    const frees = call.parameters.some((p) => ownsElements(p.type));
    const free = () => {
      if (frees) out.line("abi.freeElements();");
    };
    const invoke = `host.${target}(${core.join(", ")})`;
    if (isConstructor) {
      out.statement("this.handle = ", `handles.known(${invoke})`);
      free();
    } else if (result === undefined || signature.indirectResult) {
      out.statement("", invoke);
      free();
      if (result) {
        out.statement(
          "return ",
          this.#lifting.lift(result.step, { base: "RETURN_AREA", flat: [] }),
        );
      }
    } else {
      const value = this.#lifting.lift(result.step, { base: "", flat: ["result"] });
      if (value === "result" && !frees) {
        out.statement("return ", invoke);
        return;
      }
      out.statement("const result = ", invoke);
      free();
      out.statement("return ", value);
    }
  }
}
