/** The class of an exported interface: a method for each of its functions, which calls the component. */
import { type Call, coreCall, resourceCalls } from "../abi.js";
import {
  type Func,
  type Interface,
  parts,
  resolve,
  resources,
  type Side,
  type Type,
  type World,
} from "../ir.js";
import type { CoreType } from "../layout.js";
import { Scope } from "../names.js";
import type { Files } from "../target.js";
import { failure, returned } from "./api.js";
import { javaFile } from "./java-file.js";
import type { Marshal } from "./marshal.js";
import { InnerScope, KEYWORDS } from "./names.js";
import { call, Printer } from "./printer.js";

export function emitCalls(world: World, marshal: Marshal, header: string): Files {
  const files: Record<string, string> = {};
  for (const each of world.exports) {
    const out = new Printer();
    emitInterface(each, marshal, out);
    files[`${marshal.names.glue(each)}.java`] = javaFile(header, marshal.names, out);
  }
  return files;
}

function emitInterface(each: Interface, marshal: Marshal, out: Printer): void {
  const { names } = marshal;
  const name = names.glue(each);
  const fields = new InnerScope(KEYWORDS, ["guest"]);
  const calls = each.functions.map((func) => {
    const it = coreCall(each, func);
    const core = fields.claim(names.function(func).call);
    const free = it.freesResult ? fields.claim(`${core}Post`) : "";
    return { func, call: it, core, free };
  });
  const implemented = each.ofWorld ? "" : ` implements ${names.interface(each)}`;
  out.docs([`Calls the functions of {@code ${each.id}}.`]);
  out.block(`final class ${name}${implemented}`, () => {
    out.line("private final ComponentInstance guest;");
    for (const { core, free } of calls) {
      out.declare("private final ExportFunction", core);
      if (free !== "") out.declare("private final ExportFunction", free);
    }
    out.line();
    out.method(name, ["ComponentInstance guest"], () => {
      out.line("this.guest = guest;");
      for (const { call: it, core, free } of calls) {
        out.assign(core, call("guest.function", `"${it.name}"`, `"${signatureOf(it)}"`));
        if (free !== "") out.assign(free, call("guest.post", `"${it.postName}"`));
      }
      if (resources(each).length > 0) out.line(`guest.remember(${name}.class, this);`);
    });
    if (resources(each).length > 0) {
      out.line();
      out.docs(["What the component imports to make and drop objects of its own."]);
      out.block("static void provide(ComponentInstance guest)", () => {
        for (const resource of resources(each)) {
          const it = resourceCalls(each, resource);
          out.statement(
            call(
              "guest.handles.provideOwn",
              `${names.declared(resource)}.class`,
              `"${it.module}"`,
              `"${resource.name}"`,
              `"${it.destructor}"`,
            ),
          );
        }
      });
    }
    for (const it of calls) {
      out.line();
      new MethodWriter(it.func, it.call, it.core, it.free, marshal, out).write(each);
    }
  });
}

/** A letter a core type: `v()`, `i(iIfF)`. */
export function signatureOf({ signature }: Call): string {
  const letter: Readonly<Record<CoreType, string>> = { i32: "i", i64: "I", f32: "f", f64: "F" };
  const result = signature.result === undefined ? "v" : letter[signature.result];
  return `${result}(${signature.parameters.map((p) => letter[p]).join("")})`;
}

/** One function of an exported interface. */
class MethodWriter {
  readonly #func: Func;
  readonly #call: Call;
  readonly #core: string;
  readonly #free: string;
  readonly #marshal: Marshal;
  readonly #out: Printer;
  readonly #parameters: readonly string[];
  readonly #locals: Scope;
  readonly #guest: string;

  constructor(func: Func, it: Call, core: string, free: string, marshal: Marshal, out: Printer) {
    this.#func = func;
    this.#call = it;
    this.#marshal = marshal;
    this.#out = out;
    this.#parameters = marshal.names.function(func).parameters;
    this.#locals = new Scope(KEYWORDS, this.#parameters);
    this.#core = this.#field(core);
    this.#free = this.#field(free);
    this.#guest = this.#field("guest");
  }

  write(each: Interface): void {
    const { names, checks } = this.#marshal;
    const out = this.#out;
    const func = this.#func;
    const member = func.of?.kind === "method";
    if (!member && !each.ofWorld) out.line("@Override");
    const takes = func.parameters.map((p, i) => `${names.of(p.type)} ${this.#parameters[i]}`);
    const head = `${member || each.ofWorld ? "" : "public "}${names.of(returned(func))}`;
    out.method(`${head} ${names.function(func).call}`, takes, () => {
      const failing = failure(func);
      const value = this.#locals.claim("value");
      const touches = func.parameters.some((p) => holdsObject(p.type, "export"));
      out.line(`${this.#guest}.ready();`);
      if (touches) out.line(`${this.#guest}.handles.release();`);
      func.parameters.forEach((p, i) => {
        const own = this.#parameters[i] ?? "";
        const self = member && i === 0;
        if (self) out.line(`${own}.object.use(${this.#guest});`);
        const check = self ? undefined : checks.of(p.type, this.#guest, `"${own}"`, own);
        if (check !== undefined) out.statement(check);
      });
      if (failing) out.declare(names.of(func.result), value);
      out.line(`${this.#guest}.enter();`);
      out.line("try {");
      out.indent(() => this.#body(value));
      const thrown = this.#locals.claim("e");
      out.line(`} catch (Throwable ${thrown}) {`);
      out.indent(() => out.line(`throw ${this.#guest}.dies(${thrown});`));
      out.line("} finally {");
      out.indent(() => {
        if (touches) out.line(`${this.#guest}.handles.release();`);
        out.line(`${this.#guest}.exit();`);
      });
      out.line("}");
      if (failing) this.#returnOrThrow(value);
    });
  }

  #returnOrThrow(value: string): void {
    const failing = failure(this.#func);
    const exception = this.#marshal.names.exception(failing?.error);
    const it = this.#locals.claim("nothing");
    const maker = failing?.error ? `${exception}::new` : `${it} -> new ${exception}()`;
    const result = call(`${value}.orElseThrow`, maker);
    if (failing?.ok === undefined) this.#out.statement(result);
    else this.#out.word("return", result);
  }

  #body(value: string): void {
    const out = this.#out;
    const marshal = this.#marshal;
    const { call: it, guest } = { call: this.#call, guest: this.#guest };
    const args: string[] = [];
    if (it.signature.indirectParameters) {
      const { size, align } = it.parametersLayout;
      const block = this.#locals.claim("block");
      out.assign(`int ${block}`, call(`${guest}.allocate`, `${size}`, `${align}`));
      it.parameters.forEach((p, i) => {
        marshal.store(out, p.step, guest, block, this.#parameters[i] ?? "");
      });
      args.push(block);
    } else if (it.signature.parameters.length > 0) {
      const flat = this.#locals.claim("flat");
      out.line(`long[] ${flat} = new long[${it.signature.parameters.length}];`);
      it.parameters.forEach((p, i) => {
        const own = this.#parameters[i] ?? "";
        marshal.lower(out, p.step, guest, { array: flat, from: "" }, own);
      });
      args.push(flat);
    }
    const called = call(`${this.#core}.apply`, ...args);
    const lends = it.parameters.some((p) => holdsObject(p.type, "import"));
    const failing = failure(this.#func);
    const target = failing ? value : typedLocal(marshal.names.of(this.#func.result), value);
    if (it.result === undefined) {
      out.statement(called);
      if (lends) out.line(`${guest}.handles.checkBorrows();`);
      return;
    }
    if (!it.signature.indirectResult) {
      const core = this.#locals.claim("core");
      out.assign(`long[] ${core}`, called);
      if (lends) out.line(`${guest}.handles.checkBorrows();`);
      const lifted = marshal.lift(it.result.step, guest, { array: core, from: "" });
      if (failing) out.assign(value, lifted);
      else out.word("return", lifted);
      return;
    }
    const at = this.#locals.claim("at");
    const { size, align } = it.result.layout;
    out.assign(`int ${at}`, { head: `(int) ${this.#core}.apply`, args, tail: "[0]" });
    if (lends) out.line(`${guest}.handles.checkBorrows();`);
    out.statement(call(`${guest}.at`, at, `${size}`, `${align}`));
    const loaded = marshal.load(it.result.step, guest, at);
    if (failing || this.#free !== "") {
      out.assign(target, loaded);
      if (this.#free !== "") out.line(`${this.#free}.apply(${at});`);
      if (!failing) out.line(`return ${value};`);
    } else out.word("return", loaded);
  }

  /** A field, which a parameter of its name would hide. */
  #field(name: string): string {
    return this.#parameters.includes(name) ? `this.${name}` : name;
  }
}

/** A variable that is set where it is declared needs no type that is long. */
export function typedLocal(type: string, name: string): string {
  return `${type.length > 40 ? "var" : type} ${name}`;
}

/** Whether a value of this type holds a handle of what the component (or the host) implements. */
function holdsObject(type: Type, side: Side): boolean {
  const it = resolve(type);
  if (it.kind === "own" || it.kind === "borrow") return it.resource.side === side;
  return parts(it).some((part) => holdsObject(part, side));
}
