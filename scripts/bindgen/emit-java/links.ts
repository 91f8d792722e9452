/** The class of an imported interface: a method for each of its functions, which calls the host. */
import { type Call, coreCall, resourceCalls } from "../abi.js";
import { type Func, type Interface, resources, type World } from "../ir.js";
import { Scope } from "../names.js";
import type { Files } from "../target.js";
import { failure, returned } from "./api.js";
import { signatureOf, typedLocal } from "./calls.js";
import { javaFile } from "./java-file.js";
import type { Marshal } from "./marshal.js";
import { InnerScope, KEYWORDS } from "./names.js";
import { call, Printer } from "./printer.js";

export function emitLinks(world: World, marshal: Marshal, header: string): Files {
  const files: Record<string, string> = {};
  for (const each of world.imports) {
    const out = new Printer();
    emitInterface(each, marshal, out);
    files[`${marshal.names.glue(each)}.java`] = javaFile(header, marshal.names, out);
  }
  return files;
}

function emitInterface(each: Interface, marshal: Marshal, out: Printer): void {
  const { names } = marshal;
  const name = names.glue(each);
  const host = names.interface(each);
  const methods = new InnerScope(KEYWORDS, ["provide", "clone", "finalize", "wait", "notify"]);
  const calls = each.functions.map((func) => ({
    func,
    call: coreCall(each, func),
    method: methods.claim(names.function(func).call),
  }));
  out.docs([`Lets the component call the host's {@link ${host}}.`]);
  out.block(`final class ${name}`, () => {
    out.line("private final ComponentInstance guest;");
    out.line(`private final ${host} host;`);
    out.line();
    out.method(`private ${name}`, ["ComponentInstance guest", `${host} host`], () => {
      out.line("this.guest = guest;");
      out.assign("this.host", call("Objects.requireNonNull", "host", `"${host}"`));
    });
    out.line();
    out.method("static void provide", ["ComponentInstance guest", `${host} host`], () => {
      const declared = calls.length > 0 ? `${name} link` : "";
      if (declared !== "") out.assign(declared, `new ${name}(guest, host)`);
      else out.line(`new ${name}(guest, host);`);
      for (const { call: it, method } of calls) {
        const [module, label] = [`"${it.module}"`, `"${it.name}"`];
        out.statement(
          call("guest.provide", module, label, `"${signatureOf(it)}"`, `link::${method}`),
        );
      }
      for (const resource of resources(each)) {
        const it = resourceCalls(each, resource);
        const type = `${names.declared(resource)}.class`;
        const args = [type, `"${it.module}"`, `"${resource.name}"`];
        out.statement(call("guest.handles.provideHosts", ...args));
      }
    });
    for (const it of calls) {
      out.line();
      out.method(`private long[] ${it.method}`, ["long[] flat"], () => {
        emitBody(it.func, it.call, marshal, out);
      });
    }
  });
}

function emitBody(func: Func, it: Call, marshal: Marshal, out: Printer): void {
  const { names } = marshal;
  const locals = new Scope(KEYWORDS, ["guest", "host", "flat"]);
  const own = names.function(func).parameters.map((p) => locals.claim(p));
  const flat = { array: "flat", from: "" };
  if (it.signature.indirectParameters) {
    const block = locals.claim("block");
    const { size, align } = it.parametersLayout;
    out.assign(`int ${block}`, call("guest.at", "(int) flat[0]", `${size}`, `${align}`));
    it.parameters.forEach((p, i) => {
      out.assign(typedLocal(names.of(p.type), own[i] ?? ""), marshal.load(p.step, "guest", block));
    });
  } else {
    it.parameters.forEach((p, i) => {
      out.assign(typedLocal(names.of(p.type), own[i] ?? ""), marshal.lift(p.step, "guest", flat));
    });
  }
  const value = locals.claim("value");
  emitCall(func, marshal, out, own, value, locals);
  if (it.result === undefined) {
    out.line("return null;");
    return;
  }
  const check = marshal.checks.of(it.result.type, "guest", '"the result"', value);
  if (check !== undefined) out.statement(check);
  if (it.signature.indirectResult) {
    const at = locals.claim("at");
    const { size, align } = it.result.layout;
    const pointer = `(int) flat[${it.signature.parameters.length - 1}]`;
    out.assign(`int ${at}`, call("guest.at", pointer, `${size}`, `${align}`));
    marshal.store(out, it.result.step, "guest", at, value);
    out.line("return null;");
  } else {
    const core = locals.claim("core");
    out.line(`long[] ${core} = new long[1];`);
    marshal.lower(out, it.result.step, "guest", { array: core, from: "" }, value);
    out.line(`return ${core};`);
  }
}

/** The host's own code runs between `pause` and `resume`. */
function emitCall(
  func: Func,
  marshal: Marshal,
  out: Printer,
  own: readonly string[],
  value: string,
  locals: Scope,
): void {
  const { names } = marshal;
  const [self = "", ...rest] = own;
  const member = func.of?.kind === "method";
  const called = member
    ? call(`${self}.${names.function(func).method}`, ...rest)
    : call(`host.${names.function(func).method}`, ...own);
  const failing = failure(func);
  if (func.result !== undefined) out.declare(names.of(func.result), value);
  out.line("guest.pause();");
  out.line("try {");
  out.indent(() => {
    if (failing === undefined) {
      if (func.result === undefined) out.statement(called);
      else out.assign(value, called);
    } else if (returned(func) === undefined) {
      out.statement(called);
      out.assign(value, `new Result.Ok<>(${names.use("Nothing")}.NOTHING)`);
    } else out.assign(value, call("new Result.Ok<>", called));
  });
  if (failing !== undefined) {
    const error = locals.claim("error");
    out.line(`} catch (${names.exception(failing.error)} ${error}) {`);
    out.indent(() => out.assign(value, `new Result.Err<>(${error}.payload())`));
  }
  out.line("} finally {");
  out.indent(() => out.line("guest.resume();"));
  out.line("}");
}
