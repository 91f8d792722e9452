/** The component's functions: each checks, and makes the call where traps come back as a status. */
import { type Call, coreCall, pointsAtMemory, resourceCalls, type Step } from "../abi.js";
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
import type { CoreNames } from "./core.js";
import type { Source } from "./functions.js";
import { exportParameters, holdsOwn, isOption, isPassedByAddress, results } from "./header.js";
import { fromCore, fromMemory, Lifting } from "./lift.js";
import { CORE_TYPES, Lowering } from "./lower.js";
import { parameters } from "./names.js";
import { Printer } from "./print.js";

export function printExports(world: World, source: Source): void {
  for (const each of world.exports) {
    for (const resource of resources(each)) printDrop(each, resource, source);
    for (const func of each.functions) new ExportWriter(each, func, source).print();
  }
}

/** Core functions that a component may lack: each alias with what it takes besides the instance. */
export function optionalExports(world: World, source: Source): string[] {
  const found: string[] = [];
  const declare = (alias: string, parameter: string) => {
    found.push(`void ${alias}(${source.core.type} *${parameter});`);
  };
  for (const each of world.exports) {
    for (const resource of resources(each)) declare(destructorOf(each, resource, source), ", u32");
    for (const func of each.functions) {
      const call = coreCall(each, func);
      const result = CORE_TYPES[call.signature.result ?? "i32"];
      if (call.freesResult) declare(postOf(call, source), `, ${result}`);
    }
  }
  declare(initializeOf(source.core), "");
  return found;
}

function destructorOf(each: Interface, resource: Resource, { core, names }: Source): string {
  return core.export(resourceCalls(each, resource).destructor ?? "", `end_${names.base(resource)}`);
}

function postOf(call: Call, source: Source): string {
  return source.core.export(call.postName, `free_${plainName(call.func, source)}`);
}

/** What a component that is no command may want to have called first. */
export function initializeOf(core: CoreNames): string {
  return core.export("_initialize", "initialize");
}

/** The public name without the prefix. */
function plainName(func: Func, { names }: Source): string {
  return names.function(func).slice(names.prefix.length + 1);
}

function printDrop(each: Interface, resource: Resource, source: Source): void {
  const { names, out } = source;
  const drop = names.function(resource);
  const destructor = destructorOf(each, resource, source);
  const call = source.claim(`end_${names.base(resource)}`);
  out.line();
  out.block(`static int32_t ${call}(${source.self}, u32 index) {`, () => {
    out.line("const u32 representation = (u32)rt_claim(self, index);");
    out.line(`if (${destructor} != NULL) ${destructor}(&self->core, representation);`);
    out.line(`return ${names.macro}_OK;`);
  });
  out.line();
  out.block(`int32_t ${drop}(${source.self}, ${names.type(resource)} object) {`, () => {
    printBegin(source, out);
    out.line("rt_begin_claims(self);");
    const own: Type = { kind: "own", resource };
    out.when(check(source, own, "object") ?? "", 'return rt_refuse(self, "object");');
    printTry(`${call}(self, object.index)`, out);
    out.line("return done;");
  });
}

function printBegin(source: Source, out: Printer): void {
  out.line("const int32_t status = rt_begin(self);");
  out.line(`if (status != ${source.names.macro}_OK) return status;`);
}

/** Makes a call that may trap: `done` is its status, or that of the trap. */
export function printTry(call: string, out: Printer): void {
  out.line("rt_outer outer;");
  out.line("rt_enter(self, &outer);");
  out.line("const int trap = RT_TRY();");
  out.assign("const int32_t done", `trap == 0 ? ${call} : rt_die(self, trap)`);
  out.line("rt_exit(self, &outer);");
}

class ExportWriter {
  readonly #func: Func;
  readonly #source: Source;
  readonly #call: Call;
  /** The parameters' names, and the values of the frame that they become. */
  readonly #own: readonly string[];
  readonly #value: Type | undefined;
  readonly #error: Type | undefined;

  constructor(owner: Interface, func: Func, source: Source) {
    this.#func = func;
    this.#source = source;
    this.#call = coreCall(owner, func);
    this.#own = parameters(func);
    const { value, error } = results(func);
    this.#value = value;
    this.#error = error;
  }

  print(): void {
    const { names } = this.#source;
    const name = plainName(this.#func, this.#source);
    const frame = this.#source.claim(`frame_of_${name}`);
    const call = this.#source.claim(`call_${name}`);
    const body = new Printer();
    body.line();
    const members = this.#frameMembers();
    if (members.length > 0) {
      body.block(
        `struct ${frame} {`,
        () => {
          for (const each of members) body.line(`${each};`);
        },
        "};",
      );
      body.line();
    }
    const args = members.length > 0 ? [`const struct ${frame} *args`] : [];
    body.list(`static int32_t ${call}(`, [this.#source.self, ...args], ") {");
    body.indent(() => this.#inside(body));
    body.line("}");
    body.line();
    body.list(`int32_t ${names.function(this.#func)}(`, exportParameters(this.#func, names), ") {");
    body.indent(() => this.#outside(body, frame, call, members.length > 0));
    body.line("}");
    // after the functions that it has asked for
    this.#source.out.append(body);
  }

  #frameMembers(): string[] {
    const { names } = this.#source;
    return [
      ...this.#func.parameters.map(({ type }, i) => {
        const name = this.#own[i] ?? "";
        const byAddress = isPassedByAddress(type) && !isOption(type);
        return byAddress ? names.constant(type, name) : names.declare(type, name);
      }),
      ...(this.#value ? [names.pointer(this.#value, "result")] : []),
      ...(this.#error ? [names.pointer(this.#error, "error")] : []),
    ];
  }

  /** The public function's body. */
  #outside(out: Printer, frame: string, call: string, hasFrame: boolean): void {
    const { names } = this.#source;
    printBegin(this.#source, out);
    if (hasFrame) out.line(`struct ${frame} args;`);
    this.#func.parameters.forEach(({ type }, i) => {
      const name = this.#own[i] ?? "";
      if (isOption(type)) {
        out.line(`args.${name}.is_some = ${name} != NULL;`);
        out.line(`if (${name} != NULL) args.${name}.value = *${name};`);
      } else out.line(`args.${name} = ${name};`);
    });
    if (this.#value) out.line("args.result = result;");
    if (this.#error) out.line("args.error = error;");
    if (this.#func.parameters.some((p) => holdsExported(p.type)))
      out.line("rt_begin_claims(self);");
    this.#func.parameters.forEach(({ type }, i) => {
      const name = this.#own[i] ?? "";
      const byAddress = isPassedByAddress(type) && !isOption(type);
      const value = isOption(type) ? `args.${name}` : byAddress ? `*${name}` : name;
      const fault = check(this.#source, type, value);
      if (fault) out.when(fault, `return rt_refuse(self, "${name}");`);
    });
    for (const [type, name] of [
      [this.#value, "result"],
      [this.#error, "error"],
    ] as const) {
      if (type && isStruct(type)) out.line(`memset(${name}, 0, sizeof *${name});`);
    }
    const frees = [
      ...(this.#value && pointsAtMemory(this.#value)
        ? [`${names.free(this.#value)}(result);`]
        : []),
      ...(this.#error && pointsAtMemory(this.#error) ? [`${names.free(this.#error)}(error);`] : []),
    ];
    printTry(hasFrame ? `${call}(self, &args)` : `${call}(self)`, out);
    for (const free of frees) out.when("done < 0", free);
    out.line("return done;");
  }

  /** What happens where traps are caught. */
  #inside(out: Printer): void {
    const { core, names } = this.#source;
    const call = this.#call;
    const { signature } = call;
    const args: string[] = [];
    const inFrame = (i: number): string => {
      const type = call.parameters[i]?.type;
      const byAddress = type !== undefined && isPassedByAddress(type) && !isOption(type);
      return `${byAddress ? "*" : ""}args->${this.#own[i]}`;
    };
    const lowering = new Lowering(this.#source, out);
    if (signature.indirectParameters) {
      const { size, align } = call.parametersLayout;
      out.line(`const u32 block = rt_allocate(self, ${size}, ${align});`);
      call.parameters.forEach((p, i) => {
        lowering.memory(p.step, "block", inFrame(i));
      });
      args.push("block");
    } else {
      call.parameters.forEach((p, i) => {
        lowering.flat(p.step, inFrame(i), (slot, value) => {
          if (slot.in === "flat") args[slot.index] = value;
        });
      });
    }
    const result = signature.result ? `const ${CORE_TYPES[signature.result]} r = ` : "";
    const plain = plainName(this.#func, this.#source);
    out.list(`${result}${core.export(call.name, plain)}(`, ["&self->core", ...args], ");");
    if (this.#func.parameters.some((p) => lendsImported(p.type))) out.line("rt_no_borrows(self);");
    const fallible = call.result !== undefined && resolve(call.result.type).kind === "result";
    if (call.result) this.#result(call.result.step, call.result.layout, out);
    if (call.freesResult) {
      const post = postOf(call, this.#source);
      out.block(`if (${post} != NULL) {`, () => {
        out.line("self->state.may_leave = false;");
        out.line(`${post}(&self->core, r);`);
        out.line("self->state.may_leave = true;");
      });
    }
    if (holdsOwn(this.#func.result)) out.line("rt_moved(self);");
    if (this.#func.parameters.some((p) => holdsExported(p.type)))
      out.line("rt_end_loans(self, 0);");
    out.line(fallible ? "return status;" : `return ${names.macro}_OK;`);
  }

  #result(step: Step, { size, align }: { size: number; align: number }, out: Printer): void {
    const indirect = this.#call.signature.indirectResult;
    if (indirect) out.line(`const u32 at = rt_inside(self, r, ${size}, ${align});`);
    const lifting = indirect
      ? new Lifting(this.#source, out, fromMemory("at"), "at")
      : new Lifting(
          this.#source,
          out,
          fromCore(() => "r"),
        );
    if (step.step !== "choice" || step.type.kind !== "result") {
      lifting.lift(step, "*args->result");
      return;
    }
    const { macro } = this.#source.names;
    const discriminant = indirect ? "rt_load_u8(self, at)" : "r";
    out.line(
      `const int32_t status = rt_case(self, ${discriminant}, 2) == 0 ? ${macro}_OK : ${macro}_ERR;`,
    );
    const [ok, error] = step.payloads;
    if (ok) out.block(`if (status == ${macro}_OK) {`, () => lifting.lift(ok, "*args->result"));
    if (error)
      out.block(`if (status == ${macro}_ERR) {`, () => lifting.lift(error, "*args->error"));
  }
}

function isStruct(type: Type): boolean {
  const { kind } = resolve(type);
  return isPassedByAddress(type) || kind === "string" || kind === "list";
}

/** Whether it holds an object of the component. */
export function holdsExported(type: Type | undefined): boolean {
  if (type === undefined) return false;
  const it = resolve(type);
  if (it.kind === "own" || it.kind === "borrow") return it.resource.side === "export";
  return parts(it).some(holdsExported);
}

/** Whether it lends an object of the host. */
function lendsImported(type: Type): boolean {
  const it = resolve(type);
  if (it.kind === "borrow") return it.resource.side === "import";
  return parts(it).some(lendsImported);
}
