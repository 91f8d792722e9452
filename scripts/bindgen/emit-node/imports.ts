/** The functions that the core module imports: the application's, and those of its handles. */
import { type Call, coreCall, resourceCalls } from "../abi.js";
import { closure, type Func, type Interface, type Resource, resolve, resources } from "../ir.js";
import type { Checks } from "./checks.js";
import type { Lifting } from "./lifting.js";
import type { Lowering } from "./lowering.js";
import { classMembers, type InterfaceMembers, property } from "./names.js";
import type { Writer } from "./writer.js";

/** What makes the functions of one interface. */
export interface ImportMaker {
  readonly of: Interface;
  /** The maker's own name. */
  readonly name: string;
  readonly members: InterfaceMembers;
  /** What the application implements it by; `undefined` where it has nothing to implement. */
  readonly implementation: { readonly type: string; readonly value: string } | undefined;
}

interface Parts {
  readonly checks: Checks;
  readonly lowering: Lowering;
  readonly lifting: Lifting;
}

export function emitImports(maker: ImportMaker, writer: Writer, parts: Parts): void {
  const { of, name, implementation } = maker;
  const { out, guest } = writer;
  const parameters = [`g: ${guest}`];
  if (implementation) parameters.push(`imported: ${implementation.type}`);
  out.line();
  out.list(`function ${name}(`, parameters, "): abi.CoreImports[string] {");
  out.indent(() =>
    out.block(
      "return {",
      () => {
        for (const resource of resources(of)) emitHandles(of, resource, writer);
        if (of.side === "export") return;
        for (const place of placesOf(maker)) {
          emitFunction(coreCall(of, place.func), place, writer, parts);
        }
      },
      "};",
    ),
  );
  out.line("}");
}

/** How a function is called on what the application passes. */
interface Place {
  readonly func: Func;
  /** What stands before the arguments; a method's is called on its first. */
  readonly callee: string;
  /** Names the function where what it returns does not fit. */
  readonly path: string;
}

function placesOf({ of, members }: ImportMaker): Place[] {
  const places = members.functions.map(({ func, label }) => ({
    ...{ func, callee: `imported.${label}`, path: `${label}()` },
  }));
  for (const { label, make, statics } of members.classes) {
    if (make) {
      places.push({ func: make, callee: `new imported.${label}`, path: `new ${label}()` });
    }
    for (const each of statics) {
      const path = `${label}.${each.label}`;
      places.push({ func: each.func, callee: `imported.${path}`, path: `${path}()` });
    }
  }
  for (const resource of resources(of)) {
    for (const { func, label } of classMembers(of, resource).methods) {
      places.push({ func, callee: `.${label}`, path: `${label}()` });
    }
  }
  return places;
}

/** What the component does with the handles of a resource. */
function emitHandles(of: Interface, resource: Resource, { out, names }: Writer): void {
  const calls = resourceCalls(of, resource);
  const handles = names.handles(resource);
  const each: (readonly [string | undefined, string])[] = [
    [calls.make, "make"],
    [calls.representation, "representation"],
    [calls.drop, "drop"],
  ];
  for (const [name, method] of each) {
    if (name === undefined) continue;
    const give = method === "drop" ? "" : "return ";
    out.block(
      `"${name}"(f0: number) {`,
      () => out.line(`${give}g.${method}(${handles}, f0);`),
      "},",
    );
  }
}

/** An import: lifts what the component passes, calls, and lowers what comes back. */
function emitFunction(call: Call, place: Place, writer: Writer, parts: Parts): void {
  const { out } = writer;
  const { signature, name } = call;
  const values = signature.indirectResult
    ? signature.parameters.slice(0, -1)
    : signature.parameters;
  const parameters = values.map((core, i) => `f${i}: ${core === "i64" ? "bigint" : "number"}`);
  if (signature.indirectResult) parameters.push("p: number");
  out.list(`${property(name)}(`, parameters, ") {");
  out.indent(() => {
    out.block(
      signature.result === undefined ? "g.import(() => {" : "return g.import(() => {",
      () => emitBody(call, place, writer, parts),
      "});",
    );
  });
  out.line("},");
}

function emitBody(call: Call, place: Place, writer: Writer, parts: Parts): void {
  const { out, names } = writer;
  const { result, signature } = call;
  const type = result && resolve(result.type);
  if (signature.indirectParameters) {
    const { size, align } = call.parametersLayout;
    out.line(`const a = g.at(f0, ${size}, ${align});`);
  }
  const args = call.parameters.map((p) =>
    signature.indirectParameters ? parts.lifting.load(p.step, "a") : parts.lifting.argument(p.step),
  );
  const [object, ...others] = args;
  const isMethod = place.callee.startsWith(".");
  if (isMethod) out.statement("const object = ", object ?? "");
  const called = isMethod
    ? `object${place.callee}(${others.join(", ")})`
    : `${place.callee}(${args.join(", ")})`;
  if (type === undefined) out.statement("", called);
  else if (type.kind === "result") {
    const types = `${names.of(type.ok)}, ${names.of(type.error)}`;
    out.typed("const value = ", `host.attempt<${types}>`, "(() => {");
    out.indent(() => out.statement("return ", called));
    out.line("});");
  } else out.statement("const value = ", called);
  if (isLent(call)) out.line("g.lendNoMore();");
  if (result === undefined || type === undefined) return;
  out.callChain(
    "host.expect",
    [`abi.at("${place.path}", ${parts.checks.of(type, "value")})`],
    " ??",
  );
  if (!signature.indirectResult) {
    out.statement("return ", parts.lowering.toCore(result.step, "value"));
    return;
  }
  const { size, align } = result.layout;
  out.line(`const r = g.at(p, ${size}, ${align});`);
  parts.lowering.store(result.step, "r", "value");
}

/** Whether the application is lent an object. */
function isLent({ func }: Call): boolean {
  return closure(func.parameters.map((p) => p.type)).some((t) => t.kind === "borrow");
}
