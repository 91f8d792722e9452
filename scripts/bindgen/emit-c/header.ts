/** `<world>.h`: the types, the functions of the component, and those that the host supplies. */
import { pointsAtMemory } from "../abi.js";
import {
  type Func,
  freeFunctions,
  type Interface,
  memberFunctions,
  parts,
  resolve,
  resources,
  type Type,
  type World,
} from "../ir.js";
import { importInterfaces, importMembers, type Names, parameters } from "./names.js";
import { Printer, wrapped } from "./print.js";
import { TypesWriter } from "./types.js";

export interface Header {
  readonly text: string;
  /** Types that hold memory, parts before wholes. */
  readonly freed: readonly Type[];
}

/** `fixed` is the part that does not depend on the world. */
export function printHeader(world: World, names: Names, fixed: string): Header {
  const out = new Printer();
  const guard = `${names.macro}_H`;
  out.docs(world.docs);
  out.line(`#ifndef ${guard}`);
  out.line(`#define ${guard}`);
  out.line();
  for (const name of ["stdbool", "stddef", "stdint"]) out.line(`#include <${name}.h>`);
  out.line();
  out.line("#ifdef __cplusplus");
  out.line('extern "C" {');
  out.line("#endif");
  out.line();
  for (const line of fixed.trimEnd().split("\n")) out.line(line);
  const types = new TypesWriter(names, out);
  types.world(world);
  if (names.hasImports) printImports(world, names, out);
  printInstance(names, out);
  for (const each of world.exports) printExports(each, names, out);
  out.line();
  out.line("#ifdef __cplusplus");
  out.line("}");
  out.line("#endif");
  out.line();
  out.line(`#endif // ${guard}`);
  return { text: out.toString(), freed: types.freed };
}

function printInstance(names: Names, out: Printer): void {
  const { prefix, macro } = names;
  const imports = names.hasImports
    ? "`imports` is copied, what its `user` points at is borrowed until then; no function in it may be NULL. "
    : "";
  out.line();
  out.docs(
    wrapped(
      `Makes an instance, which ${prefix}_free() ends. ${imports}Initialises wasm2c's runtime where nobody has; where that is built to catch signals, other threads than that one call wasm_rt_init_thread() themselves.`,
    ) +
      `\n\n${wrapped(`Returns ${macro}_OK, ${names.hasImports ? `${macro}_INVALID, ` : ""}${macro}_NO_MEMORY, or ${macro}_TRAPPED; \`*self\` is NULL then.`)}`,
  );
  const parameters = [
    `${prefix}_t **self`,
    ...(names.hasImports ? [`const ${prefix}_imports_t *imports`] : []),
  ];
  out.line(`int32_t ${prefix}_new(${parameters.join(", ")});`);
  out.line();
  const drops =
    names.hasResources && names.hasImports
      ? " Objects of the host that the component still has are dropped."
      : "";
  out.docs(
    wrapped(
      `Ends an instance; NULL is allowed.${drops} What it returned stays valid until it is freed. Not to be called while a call runs.`,
    ),
  );
  out.line(`void ${prefix}_free(${prefix}_t *self);`);
  out.line();
  out.docs(
    wrapped(
      "What went wrong in the last call that failed: which argument and why, or how the component trapped. Valid until the next call.",
    ),
  );
  out.line(`const char *${prefix}_error(const ${prefix}_t *self);`);
}

function printExports(each: Interface, names: Names, out: Printer): void {
  if (each.docs !== "") {
    out.line();
    out.docs(each.docs);
  }
  for (const resource of resources(each)) {
    for (const func of memberFunctions(each, resource)) printExport(func, names, out);
    const type = names.type(resource);
    out.line();
    out.docs(
      wrapped(
        `Ends an object. Returns ${names.macro}_OK, ${names.macro}_INVALID where it has ended or is lent, or what else each call may.`,
      ),
    );
    out.line(`int32_t ${names.function(resource)}(${names.prefix}_t *self, ${type} object);`);
  }
  for (const func of freeFunctions(each)) printExport(func, names, out);
}

function printExport(func: Func, names: Names, out: Printer): void {
  out.line();
  out.docs([func.docs, ...exportNotes(func, names)].filter((t) => t !== "").join("\n\n"));
  out.list(`int32_t ${names.function(func)}(`, exportParameters(func, names), ");");
}

/** What the WIT does not say: what is consumed, who frees, how it fails. */
function exportNotes(func: Func, names: Names): string[] {
  const notes: string[] = [];
  const own = parameters(func);
  const absent = own.filter((_, i) => isOption(func.parameters[i]?.type));
  if (absent.length > 0) notes.push(`${list(absent)} may be NULL for none.`);
  const taken = own.filter((_, i) => holdsOwn(func.parameters[i]?.type));
  if (taken.length > 0) {
    notes.push(`The component takes what ${list(taken)} holds, unless the call is refused.`);
  }
  const { value, error } = results(func);
  const frees = [
    value && pointsAtMemory(value) ? `\`result\` by ${names.free(value)}()` : "",
    error && pointsAtMemory(error) ? `\`error\` by ${names.free(error)}()` : "",
  ].filter((t) => t !== "");
  if (frees.length > 0) notes.push(`Free ${frees.join(", ")}.`);
  const { macro } = names;
  const err = isFallible(func) ? `, ${macro}_ERR${error ? " with `error` filled in" : ""}` : "";
  notes.push(`Returns ${macro}_OK${err}, or what failed below zero.`);
  return notes.map((note) => wrapped(note));
}

function list(names: readonly string[]): string {
  return names.map((n) => `\`${n}\``).join(", ");
}

/** What a function gives: its value, and the payload of its error. */
export function results(func: Func): { value: Type | undefined; error: Type | undefined } {
  const it = func.result && resolve(func.result);
  if (it?.kind !== "result") return { value: func.result, error: undefined };
  return { value: it.ok, error: it.error };
}

/** Whether the result is a `result`, which becomes the status. */
export function isFallible(func: Func): boolean {
  return func.result !== undefined && resolve(func.result).kind === "result";
}

export function isOption(type: Type | undefined): boolean {
  return type !== undefined && resolve(type).kind === "option";
}

export function holdsOwn(type: Type | undefined): boolean {
  if (type === undefined) return false;
  const it = resolve(type);
  return it.kind === "own" || parts(it).some(holdsOwn);
}

/** Whether a value of the type goes by its address. */
export function isPassedByAddress(type: Type): boolean {
  return ["record", "tuple", "variant", "result", "option"].includes(resolve(type).kind);
}

/** A parameter as C passes it: an option by the address of its value, or NULL. */
export function passed(type: Type, name: string, names: Names): string {
  const it = resolve(type);
  if (it.kind === "option") return names.constant(it.value, name);
  return isPassedByAddress(type) ? `const ${names.type(type)} *${name}` : names.declare(type, name);
}

export function exportParameters(func: Func, names: Names): string[] {
  const own = parameters(func);
  const { value, error } = results(func);
  return [
    `${names.prefix}_t *self`,
    ...func.parameters.map((p, i) => passed(p.type, own[i] ?? "", names)),
    ...outParameters(value, error, names),
  ];
}

function outParameters(value: Type | undefined, error: Type | undefined, names: Names): string[] {
  return [
    ...(value ? [names.pointer(value, "result")] : []),
    ...(error ? [names.pointer(error, "error")] : []),
  ];
}

function printImports(world: World, names: Names, out: Printer): void {
  const { prefix, macro } = names;
  for (const each of world.imports.filter((i) => !i.ofWorld)) {
    out.line();
    out.docs(each.docs === "" ? `What the host supplies for ${each.id}.` : each.docs);
    const name = names.importType(each);
    out.block(
      `typedef struct ${name.replace(/_t$/, "")} {`,
      () => printImportMembers(each, [], names, out),
      `} ${name};`,
    );
  }
  out.line();
  const handles = names.hasResources
    ? " Objects in arguments by `own` are the host's from then on, others for the time of the call."
    : "";
  out.docs(
    `${wrapped(
      `What the host supplies. Each function gets \`user\`, runs in the thread of the call that needs it, and may not call the instance that waits for it (${macro}_REENTERED). Its arguments are valid until it returns.${handles} What it puts into \`result\` or \`error\`, which are all zero before, holds memory of malloc() that is freed when it has crossed; texts are UTF-8.`,
    )}\n\n${wrapped(
      `Each returns ${macro}_OK with \`result\` filled in, or, where it has an error in the WIT, ${macro}_ERR with \`error\`. Any other status ends the call as ${macro}_TRAPPED; both are then ignored.`,
    )}`,
  );
  out.block(
    `typedef struct ${prefix}_imports {`,
    () => {
      out.line("void *user;");
      const interfaces = importInterfaces(world);
      for (const [each, name] of interfaces) out.line(`${names.importType(each)} ${name};`);
      for (const each of world.imports.filter((i) => i.ofWorld)) {
        printImportMembers(each, ["user", ...interfaces.values()], names, out);
      }
    },
    `} ${prefix}_imports_t;`,
  );
}

function printImportMembers(
  each: Interface,
  taken: readonly string[],
  names: Names,
  out: Printer,
): void {
  const labels = importMembers(each, taken);
  each.functions.forEach((func, i) => {
    out.docs(func.docs);
    out.list(`int32_t (*${labels.functions[i]})(`, importParameters(func, names), ");");
  });
  resources(each).forEach((resource, i) => {
    out.docs("The component has dropped an object, which nobody else has.");
    out.line(`void (*${labels.drops[i]})(void *user, ${names.type(resource)} *object);`);
  });
}

export function importParameters(func: Func, names: Names): string[] {
  const own = parameters(func);
  const { value, error } = results(func);
  return [
    "void *user",
    ...func.parameters.map((p, i) => passed(p.type, own[i] ?? "", names)),
    ...outParameters(value, error, names),
  ];
}
