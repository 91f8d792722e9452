/** `WorldSession.java`: calls the component by names with JSON, and answers for the host; for tests. */
import { type Func, type Interface, resources, type World } from "../ir.js";
import { Scope } from "../names.js";
import type { Files } from "../target.js";
import { failure, returned } from "./api.js";
import { javaFile } from "./java-file.js";
import { JsonCodecs } from "./json-codecs.js";
import { InnerScope, interfaceFunctions, KEYWORDS, methodsOf, type TypeNames } from "./names.js";
import { call, type Expression, Printer } from "./printer.js";

export function emitJson(world: World, names: TypeNames, header: string): Files {
  const codecs = new JsonCodecs(names);
  const out = new Printer();
  new SessionWriter(world, names, codecs, out).write();
  return {
    "WorldSession.java": javaFile(header, names, out),
    "WorldJson.java": javaFile(header, names, codecs.print()),
  };
}

class SessionWriter {
  readonly #world: World;
  readonly #names: TypeNames;
  readonly #codecs: JsonCodecs;
  readonly #out: Printer;
  readonly #methods = new InnerScope(KEYWORDS, [
    ..."answer borrow imported numbered on own renew returned serve write".split(" "),
  ]);

  constructor(world: World, names: TypeNames, codecs: JsonCodecs, out: Printer) {
    this.#world = world;
    this.#names = names;
    this.#codecs = codecs;
    this.#out = out;
  }

  write(): void {
    const out = this.#out;
    const { exports, imports } = this.#world;
    const calls = exports.flatMap((each) =>
      each.functions.map((func) => ({
        ...{ each, func, name: nameOf(each, func.label) },
        method: this.#methods.claim(
          `call${capital(this.#names.interface(each))}${capital(this.#names.function(func).call)}`,
        ),
      })),
    );
    out.docs(["Calls the component by names, with JSON, and has its imports answered."]);
    out.block("final class WorldSession extends JsonSession", () => {
      out.line("private final Supplier<Instance.Builder> builder;");
      out.line("private final WorldJson json = new WorldJson(this);");
      out.line(`private ${this.#names.world} world;`);
      out.line();
      out.method("WorldSession", ["Supplier<Instance.Builder> builder"], () => {
        out.line("this.builder = builder;");
        for (const { name, method } of calls)
          out.statement(call("on", `"${name}"`, `this::${method}`));
      });
      out.line();
      out.line("@Override");
      out.method("void renew", [], () => {
        const stubs = imports.map((i) => `new ${this.#names.stub(this.#names.interface(i))}()`);
        out.assign("world", call(`${this.#names.world}.instantiate`, "builder.get()", ...stubs));
      });
      for (const { each, func, method } of calls) this.#call(each, func, method);
      for (const each of imports) this.#host(each);
    });
  }

  #call(each: Interface, func: Func, method: string): void {
    const out = this.#out;
    const names = this.#names;
    const locals = new Scope(KEYWORDS, ["args", "json", "world"]);
    const own = names.function(func).parameters.map((p) => locals.claim(p));
    out.line();
    out.method(`private JsonElement ${method}`, ["JsonCodec.Items args"], () => {
      func.parameters.forEach((p, i) => {
        out.assign(`var ${own[i]}`, call("args.take", this.#codecs.of(p.type)));
      });
      out.line("args.end();");
      const [self = "", ...rest] = own;
      const accessors = names.accessors(this.#world.exports);
      const accessor = accessors[this.#world.exports.indexOf(each)];
      const member = func.of?.kind === "method";
      const target = each.ofWorld ? "world" : locals.claim("target");
      if (!member && !each.ofWorld) out.assign(`var ${target}`, call(`world.${accessor}`));
      const called = member
        ? call(`${self}.${names.function(func).method}`, ...rest)
        : call(`${target}.${names.function(func).method}`, ...own);
      this.#returns(func, called, locals);
    });
  }

  #returns(func: Func, called: Expression, locals: Scope): void {
    const out = this.#out;
    const failing = failure(func);
    if (func.result === undefined) {
      out.statement(called);
      out.line("return JsonNull.INSTANCE;");
      return;
    }
    if (failing === undefined) {
      const value = locals.claim("value");
      out.assign(`var ${value}`, called);
      out.word("return", this.#toJson(func, value));
      return;
    }
    const result = locals.claim("result");
    const error = locals.claim("e");
    out.declare(this.#names.of(func.result), result);
    out.line("try {");
    out.indent(() => {
      if (returned(func) === undefined) {
        out.statement(called);
        out.assign(result, "new Result.Ok<>(Nothing.NOTHING)");
      } else out.assign(result, call("new Result.Ok<>", called));
    });
    out.line(`} catch (${this.#names.exception(failing.error)} ${error}) {`);
    out.indent(() => out.assign(result, `new Result.Err<>(${error}.payload())`));
    out.line("}");
    out.word("return", this.#toJson(func, result));
  }

  #toJson(func: Func, value: string): Expression {
    return call("JsonCodec.toJson", this.#codecs.of(func.result), value);
  }

  /** What implements an import: the other end of the pipe. */
  #host(each: Interface): void {
    const out = this.#out;
    const names = this.#names;
    const host = names.interface(each);
    out.line();
    out.block(`private final class ${names.stub(host)} implements ${host}`, () => {
      interfaceFunctions(each).forEach((func, i) => {
        if (i > 0) out.line();
        this.#imported(each, func);
      });
    });
    for (const resource of resources(each)) {
      const name = names.declared(resource);
      const stub = names.stub(name);
      out.line();
      out.method(`${name} number${name}`, ["int id"], () => out.line(`return new ${stub}(id);`));
      out.line();
      out.block(`private final class ${stub} implements ${name}, Numbered`, () => {
        out.line("private final int stubId;");
        out.line();
        out.method(stub, ["int id"], () => out.line("stubId = id;"));
        out.line();
        out.line("@Override");
        out.method("public int stubId", [], () => out.line("return stubId;"));
        for (const func of methodsOf(each, resource)) {
          out.line();
          this.#imported(each, func);
        }
        out.line();
        out.line("@Override");
        out.method("public void close", [], () => {
          const drop = `"${nameOf(each, `[drop]${resource.name}`)}"`;
          const id = "new JsonPrimitive(stubId)";
          out.statement(call("imported", "JsonCodec.nothing()", drop, id));
        });
      });
    }
  }

  #imported(each: Interface, func: Func): void {
    const out = this.#out;
    const names = this.#names;
    const own = names.function(func);
    const member = func.of?.kind === "method";
    const locals = new Scope(KEYWORDS, ["json"]);
    const given = own.parameters.map((p) => locals.claim(p));
    const takes = func.parameters.map((p, i) => `${names.of(p.type)} ${given[i]}`);
    if (member) takes.shift();
    const args = func.parameters.map((p, i) =>
      member && i === 0
        ? "new JsonPrimitive(stubId)"
        : call("JsonCodec.toJson", this.#codecs.of(p.type), given[i] ?? ""),
    );
    const failing = failure(func);
    out.line("@Override");
    out.method(`public ${names.of(returned(func))} ${own.method}`, takes, () => {
      const name = `"${nameOf(each, func.label)}"`;
      const answer = call("imported", this.#codecs.of(func.result), name, ...args);
      if (func.result === undefined) out.statement(answer);
      else if (failing === undefined) out.word("return", answer);
      else {
        const result = locals.claim("result");
        const exception = names.exception(failing.error);
        const maker = failing.error ? `${exception}::new` : `nothing -> new ${exception}()`;
        out.assign(`var ${result}`, answer);
        const value = call(`${result}.orElseThrow`, maker);
        if (failing.ok === undefined) out.statement(value);
        else out.word("return", value);
      }
    });
  }
}

/** What the session calls a function. */
function nameOf(each: Interface, label: string): string {
  return each.ofWorld ? label : `${each.id}#${label}`;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
