/** What the core module imports: each lifts, calls the host's function, and lowers what it gives. */
import {
  type Call,
  coreCall,
  offset,
  pointsAtMemory,
  type ResourceCalls,
  resourceCalls,
  type Step,
} from "../abi.js";
import {
  type Func,
  type Interface,
  parts,
  type Resource,
  resolve,
  resources,
  type Type,
  type World,
} from "../ir.js";
import { check } from "./check.js";
import { address, type Source } from "./functions.js";
import { holdsOwn, isFallible, isOption, isPassedByAddress, results } from "./header.js";
import { fromCore, fromMemory, Lifting } from "./lift.js";
import { CORE_TYPES, from, Lowering, WIDTHS } from "./lower.js";
import { importInterfaces, importMembers, parameters } from "./names.js";
import { Printer } from "./print.js";

export function printImports(world: World, source: Source): void {
  const interfaces = importInterfaces(world);
  for (const each of world.imports) {
    const path = each.ofWorld ? "self->imports" : `self->imports.${interfaces.get(each)}`;
    const labels = importMembers(each, each.ofWorld ? ["user", ...interfaces.values()] : []);
    each.functions.forEach((func, i) => {
      new ImportWriter(each, func, `${path}.${labels.functions[i]}`, source).print();
    });
    resources(each).forEach((resource, i) => {
      printDrop(each, resource, `${path}.${labels.drops[i]}`, source);
    });
  }
  for (const each of world.exports) {
    for (const resource of resources(each)) printHandles(each, resource, source);
  }
}

/** The modules that a core module of this world may import from. */
export function importModules(world: World): string[] {
  const modules = world.imports.flatMap((each) => [
    ...each.functions.map((func) => coreCall(each, func).module),
    ...resources(each).map((resource) => resourceCalls(each, resource).module),
  ]);
  const exported = world.exports.flatMap((each) =>
    resources(each).map((resource) => resourceCalls(each, resource).module),
  );
  return [...new Set([...modules, ...exported])];
}

/** The path of every function that the host supplies. */
export function importPaths(world: World): string[] {
  const interfaces = importInterfaces(world);
  return world.imports.flatMap((each) => {
    const labels = importMembers(each, each.ofWorld ? ["user", ...interfaces.values()] : []);
    const path = each.ofWorld ? "" : `${interfaces.get(each)}.`;
    return [...labels.functions, ...labels.drops].map((name) => path + name);
  });
}

/** `name(host, …) {` of something that the core module imports. */
function head(
  source: Source,
  out: Printer,
  result: string,
  { module, name }: { module: string; name: string },
  plain: string,
  core: readonly string[],
): void {
  const host = `struct ${source.core.host(module)} *host`;
  out.line();
  out.list(`${result} ${source.core.import(module, name, plain)}(`, [host, ...core], ") {");
}

function printSelf(source: Source, out: Printer): void {
  out.line(`${source.names.prefix}_t *self = (void *)host;`);
}

/** What ends an object of the host of which the component drops its handle. */
function printDrop(each: Interface, resource: Resource, drop: string, source: Source): void {
  const { names } = source;
  const { out } = source;
  const { module, drop: name } = resourceCalls(each, resource);
  head(source, out, "void", { module, name }, `drop_${names.base(resource)}`, ["u32 f0"]);
  out.indent(() => {
    printSelf(source, out);
    out.line(`rt_leave(self, "${name}");`);
    out.line("uintptr_t object;");
    const dropped = `rt_drop(self, ${names.resource(resource)}, f0, &object)`;
    out.when(dropped, `${drop}(self->imports.user, (${names.type(resource)} *)object);`);
  });
  out.line("}");
}

/** How the component makes handles of its own objects, and what they stand for. */
function printHandles(each: Interface, resource: Resource, source: Source): void {
  const { names, out, core } = source;
  const calls: ResourceCalls = resourceCalls(each, resource);
  const { module } = calls;
  const number = names.resource(resource);
  const base = names.base(resource);
  head(source, out, "u32", { module, name: calls.make ?? "" }, `new_${base}`, ["u32 f0"]);
  out.indent(() => {
    printSelf(source, out);
    out.line(`rt_leave(self, "${calls.make}");`);
    out.line(`return rt_give(self, ${number}, f0);`);
  });
  out.line("}");
  const representation = { module, name: calls.representation ?? "" };
  head(source, out, "u32", representation, `representation_of_${base}`, ["u32 f0"]);
  out.indent(() => {
    printSelf(source, out);
    out.line(`return (u32)rt_entry_of(self, ${number}, f0)->representation;`);
  });
  out.line("}");
  const destructor = core.export(calls.destructor ?? "", `end_${base}`);
  head(source, out, "void", { module, name: calls.drop }, `drop_${base}`, ["u32 f0"]);
  out.indent(() => {
    printSelf(source, out);
    out.line(`rt_leave(self, "${calls.drop}");`);
    out.line("uintptr_t object;");
    out.block(`if (rt_drop(self, ${number}, f0, &object) && ${destructor} != NULL) {`, () => {
      out.line(`${destructor}(&self->core, (u32)object);`);
    });
  });
  out.line("}");
}

class ImportWriter {
  readonly #func: Func;
  readonly #source: Source;
  readonly #call: Call;
  readonly #path: string;
  /** For messages: `hams:core/clock@0.1.0#now`. */
  readonly #title: string;
  readonly #own: readonly string[];

  constructor(owner: Interface, func: Func, path: string, source: Source) {
    this.#func = func;
    this.#source = source;
    this.#call = coreCall(owner, func);
    this.#path = path;
    this.#title = owner.ofWorld ? func.label : `${owner.id}#${func.label}`;
    this.#own = parameters(func);
  }

  print(): void {
    const { parameters: core, result } = this.#call.signature;
    const out = new Printer();
    const type = result === undefined ? "void" : CORE_TYPES[result];
    const names = core.map((c, i) => `${CORE_TYPES[c]} f${i}`);
    const plain = this.#path.replace(/^self->imports\./, "").replaceAll(".", "_");
    head(this.#source, out, type, this.#call, plain, names);
    out.indent(() => this.#body(out));
    out.line("}");
    // after the functions that it has asked for
    this.#source.out.append(out);
  }

  #body(out: Printer): void {
    const { names } = this.#source;
    const call = this.#call;
    const { value, error } = results(this.#func);
    const lends = call.parameters.some((p) => holdsBorrow(p.type));
    printSelf(this.#source, out);
    out.line(`rt_leave(self, "${this.#title}");`);
    if (lends) out.line("const size_t loans = self->handles.loan_count;");
    const keeps = call.parameters.some((p) => pointsAtMemory(p.type)) || this.#owes();
    if (keeps) out.line("self->state.lending = true;");
    this.#lift(out);
    this.#place(out);
    this.#room(value, "result", out);
    this.#room(error, "error", out);
    if (keeps) out.line("self->state.lending = false;");
    if (call.parameters.some((p) => holdsOwn(p.type))) out.line("rt_moved(self);");
    if (holdsExportedOwn(this.#func.result)) out.line("rt_begin_claims(self);");
    const args = ["self->imports.user"];
    call.parameters.forEach((p, i) => {
      args.push(this.#argument(p.type, this.#own[i] ?? ""));
    });
    if (value) args.push(pointsAtMemory(value) ? "result" : "&result");
    if (error) args.push(pointsAtMemory(error) ? "error" : "&error");
    out.list(`const int32_t status = ${this.#path}(`, args, ");");
    if (lends) out.line("rt_end_loans(self, loans);");
    const { macro } = names;
    const failed = isFallible(this.#func)
      ? `status != ${macro}_OK && status != ${macro}_ERR`
      : `status != ${macro}_OK`;
    out.when(failed, `rt_failed(self, "${this.#title}", status);`);
    this.#return(value, error, out);
  }

  /** Whether what the host returns holds memory. */
  #owes(): boolean {
    const { value, error } = results(this.#func);
    return [value, error].some((t) => t !== undefined && pointsAtMemory(t));
  }

  #lift(out: Printer): void {
    const call = this.#call;
    const indirect = call.signature.indirectParameters;
    if (indirect) {
      const { size, align } = call.parametersLayout;
      out.line(`rt_inside(self, f0, ${size}, ${align});`);
    }
    const lifting = indirect
      ? new Lifting(this.#source, out, fromMemory("f0"), "f0")
      : new Lifting(
          this.#source,
          out,
          fromCore((i) => `f${i}`),
        );
    call.parameters.forEach((p, i) => {
      const name = this.#own[i] ?? "";
      printZero(p.type, name, this.#source, out);
      lifting.lift(p.step, name);
    });
  }

  /** Checks where the component wants the result before the host is called for it. */
  #place(out: Printer): void {
    const { result, signature } = this.#call;
    if (result === undefined || !signature.indirectResult) return;
    const { size, align } = result.layout;
    out.line(`rt_inside(self, f${signature.parameters.length - 1}, ${size}, ${align});`);
  }

  /** Where the host puts a result: what holds memory must outlive a trap. */
  #room(type: Type | undefined, name: string, out: Printer): void {
    if (type === undefined) return;
    if (!pointsAtMemory(type)) {
      printZero(type, name, this.#source, out);
      return;
    }
    const { names } = this.#source;
    out.line(`${names.pointer(type, name)} = rt_memory(self, sizeof *${name});`);
  }

  #argument(type: Type, name: string): string {
    if (isOption(type)) return `${name}.is_some ? &${name}.value : NULL`;
    return isPassedByAddress(type) ? `&${name}` : name;
  }

  /** Checks and lowers what the host has put there. */
  #return(value: Type | undefined, error: Type | undefined, out: Printer): void {
    const call = this.#call;
    const { macro } = this.#source.names;
    const { indirectResult, parameters: core } = call.signature;
    const at = `f${core.length - 1}`;
    const step = call.result?.step;
    let returned: string | undefined;
    if (step?.step === "choice" && step.type.kind === "result") {
      const discriminant = `status == ${macro}_ERR`;
      const [ok, err] = step.payloads;
      if (indirectResult) {
        const place = from(at, offset(step.discriminant));
        out.line(`rt_store_${WIDTHS[step.width]}(self, ${place}, ${discriminant});`);
      } else returned = discriminant;
      if (value && ok) {
        out.block(`if (status == ${macro}_OK) {`, () => this.#lower(ok, value, "result", at, out));
      }
      if (error && err) {
        out.block(`if (status == ${macro}_ERR) {`, () => this.#lower(err, error, "error", at, out));
      }
    } else if (step && value) {
      returned = this.#lower(step, value, "result", at, out);
    }
    if (this.#keepsMemory()) out.line("rt_release(self);");
    if (returned !== undefined) out.line(`return ${returned};`);
  }

  #keepsMemory(): boolean {
    return this.#call.parameters.some((p) => pointsAtMemory(p.type)) || this.#owes();
  }

  /** The core value, if it is one. */
  #lower(step: Step, type: Type, name: string, at: string, out: Printer): string | undefined {
    const holds = pointsAtMemory(type);
    const target = holds ? `*${name}` : name;
    if (holds) out.line(`rt_owe(self, ${name}, ${this.#free(type)});`);
    const fault = check(this.#source, type, target);
    if (fault) out.when(fault, `rt_bad_return(self, "${this.#title}");`);
    const lowering = new Lowering(this.#source, out, "r");
    let core: string | undefined;
    if (this.#call.signature.indirectResult) lowering.memory(step, at, target);
    else {
      lowering.flat(step, target, (slot, value) => {
        if (slot.in === "flat") core = value;
      });
    }
    if (holds) out.line("rt_pay(self);");
    return core;
  }

  /** What frees by an address of no type. */
  #free(type: Type): string {
    const { names } = this.#source;
    return this.#source.function("pay", type, "void", ["void *value"], (out) => {
      out.line(`${names.free(type)}(value);`);
    });
  }
}

/** A variable that is all zero. */
function printZero(type: Type, name: string, source: Source, out: Printer): void {
  const it = resolve(type);
  const scalar = !isPassedByAddress(type) && it.kind !== "string" && it.kind !== "list";
  const handle = (it.kind === "own" || it.kind === "borrow") && it.resource.side === "export";
  const declared = source.names.declare(type, name);
  if (scalar && !handle) {
    const zero =
      it.kind === "own" || it.kind === "borrow" ? "NULL" : it.kind === "bool" ? "false" : "0";
    out.line(`${declared} = ${it.kind === "enum" ? `(${source.names.type(type)})0` : zero};`);
    return;
  }
  out.line(`${declared};`);
  out.line(`memset(${address(name)}, 0, sizeof ${name});`);
}

function holdsBorrow(type: Type): boolean {
  const it = resolve(type);
  return it.kind === "borrow" || parts(it).some(holdsBorrow);
}

function holdsExportedOwn(type: Type | undefined): boolean {
  if (type === undefined) return false;
  const it = resolve(type);
  if (it.kind === "own") return it.resource.side === "export";
  return parts(it).some(holdsExportedOwn);
}
