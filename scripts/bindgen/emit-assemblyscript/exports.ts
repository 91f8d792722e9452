/**
 * `exports.ts` of a guest: for each function of the world a wrapper that lifts
 * the parameters, calls the implementation in `../<interface>`, and lowers the
 * result into the return area.
 */
import { type Call, coreCall } from "../abi.js";
import { type Func, parts, type Resource, resolve, resources, type Type } from "../ir.js";
import { lowerCamel, Scope } from "../names.js";
import { Printer } from "../printer.js";
import type { Context } from "./context.js";
import { fileText } from "./file.js";
import { CORE_TYPES, hostName } from "./host.js";
import { Lifting, type Source } from "./lifting.js";
import { Lowering } from "./lowering.js";
import {
  FILE_NAMES,
  fileNames,
  implementationFiles,
  isFallibleConstructor,
  LOCALS,
  RESERVED,
} from "./names.js";

/** What `exports.ts` calls the function that is exported under each canonical name. */
export type ExportNames = Readonly<Record<string, string>>;

export function emitExports(
  context: Context,
  header: string,
): { text: string; names: ExportNames } {
  const writer = new ExportsWriter(context);
  return { text: writer.write(header), names: writer.names };
}

class ExportsWriter {
  readonly names: Record<string, string> = { cabi_realloc: "cabi_realloc" };
  readonly #context: Context;
  readonly #out = new Printer();
  readonly #scope = new Scope(RESERVED, [...FILE_NAMES, ...LOCALS]);
  readonly #lifting: Lifting;
  readonly #lowering: Lowering;

  constructor(context: Context) {
    this.#context = context;
    this.#lifting = new Lifting(context, "values.");
    this.#lowering = new Lowering(context, "values.", this.#out);
  }

  write(header: string): string {
    const out = this.#out;
    const { exports } = this.#context.world;
    const modules = [...implementationFiles(this.#context.world)].map(([owner, file]) => ({
      owner,
      file,
      alias: this.#scope.claim(lowerCamel(file)),
    }));
    const calls = exports.flatMap((owner) => owner.functions.map((func) => coreCall(owner, func)));
    const areas = calls.map((c) => (c.signature.indirectResult ? c.result?.layout.size : 0) ?? 0);
    const size = Math.max(0, ...areas);

    out.line();
    out.line('export { cabi_realloc } from "./abi";');
    if (size > 0) {
      out.line();
      out.line(
        "// Results that do not fit one core value. No call begins before the last is read.",
      );
      out.line(`const RETURN_AREA: usize = memory.data(${size}, 8);`);
    }
    for (const { owner, file, alias } of modules) {
      const { functions } = fileNames(owner);
      for (const func of owner.functions) {
        const name = this.#scope.claim(hostName(file, func.label));
        const target = this.#target(func, alias, functions.get(func) ?? "");
        this.#function(coreCall(owner, func), target, name);
      }
      for (const resource of resources(owner)) this.#destructor(resource);
    }
    if (calls.some((c) => c.freesResult)) {
      out.line();
      out.line("// The host has read the result.");
      out.block("export function postReturn(p: usize): void {", () => {
        out.line("if (p != RETURN_AREA) unreachable();");
        out.line("abi.done();");
      });
    }
    const called = modules.filter(({ owner }) => owner.functions.some((f) => f.of === undefined));
    return fileText(
      header,
      "What the host calls: each function lifts, calls the implementation, and lowers.",
      called.map(({ alias, file }) => [alias, `../${file}`]),
      out,
    );
  }

  /** What is called for a function, its parameters being `a0` and so on. */
  #target(func: Func, alias: string, name: string): (args: readonly string[]) => string {
    const { of } = func;
    if (of === undefined) return (args) => `${alias}.${name}(${args.join(", ")})`;
    const type = `t.${this.#context.names.declared(of.resource)}`;
    if (of.kind === "method") {
      return ([self, ...args]) => `${self}.${name}(${args.join(", ")})`;
    }
    if (of.kind === "constructor" && !isFallibleConstructor(func)) {
      return (args) => `new ${type}(${args.join(", ")})`;
    }
    return (args) => `${type}.${name}(${args.join(", ")})`;
  }

  #function(call: Call, target: (args: readonly string[]) => string, name: string): void {
    const out = this.#out;
    const { signature } = call;
    this.names[call.name] = name;
    if (call.freesResult) this.names[call.postName] = "postReturn";
    const flat = signature.parameters.map((_, i) => `p${i}`);
    const parameters = signature.parameters.map((core, i) => `p${i}: ${CORE_TYPES[core]}`);
    const returned = signature.indirectResult
      ? "usize"
      : signature.result
        ? CORE_TYPES[signature.result]
        : "void";
    const body = () => {
      if (!call.freesResult) out.line("abi.collectIfDue();");
      const source: Source = { base: "p0", flat };
      const { size, align } = call.parametersLayout;
      if (signature.indirectParameters) out.line(`abi.span(p0, 1, ${size}, ${align});`);
      const lifted = call.parameters.map((p) => this.#lifting.lift(p.step, source));
      lifted.forEach((value, i) => {
        out.statement(`const a${i} = `, value);
      });
      if (signature.indirectParameters) out.line(`abi.release(p0, ${size});`);
      const invoke = target(lifted.map((_, i) => `a${i}`));
      if (call.result === undefined) out.statement("", invoke);
      else out.statement("const result = ", invoke);
      if (call.parameters.some((p) => lends(p.type))) out.line("handles.endLent();");
      if (call.result === undefined) return;
      if (!signature.indirectResult) {
        out.line(`return ${this.#lowering.core(call.result.step, "result")[0]};`);
        return;
      }
      this.#lowering.store(call.result.step, "RETURN_AREA", "result");
      out.line("return RETURN_AREA;");
    };
    out.line();
    out.function(name, parameters, returned, body, "export ");
  }

  /** The host calls it when it drops an object, and when it gives one back. */
  #destructor(resource: Resource): void {
    const out = this.#out;
    const declared = this.#context.names.declared(resource);
    const { destructor } = this.#context.resourceCalls(resource);
    const name = this.#scope.claim(`end${declared}`);
    this.names[destructor ?? ""] = name;
    out.line();
    out.block(`export function ${name}(p: usize): void {`, () => {
      out.line("if (handles.isComingBack(p)) return;");
      out.line("abi.collectIfDue();");
      out.line(`const self = handles.released<t.${declared}>(p);`);
      out.line("if (isDefined(self.dispose)) self.dispose();");
    });
  }
}

/** Whether a parameter of this type lends objects of the host. */
function lends(type: Type): boolean {
  const it = resolve(type);
  if (it.kind === "borrow") return it.resource.side === "import";
  return parts(it).some(lends);
}
