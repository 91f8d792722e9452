/** What an application sees of the functions: interfaces, resources, and the world's class. */
import {
  type Func,
  type Interface,
  type Resource,
  resolve,
  resources,
  type Type,
  type World,
} from "../ir.js";
import type { Files } from "../target.js";
import { javaFile } from "./java-file.js";
import { paragraphs } from "./javadoc.js";
import { interfaceFunctions, methodsOf, type TypeNames } from "./names.js";
import { note, parameterNote } from "./notes.js";
import { call, Printer } from "./printer.js";
import { docs, tag } from "./types.js";

/** The error that a function's result holds. */
export interface Failure {
  readonly ok: Type | undefined;
  readonly error: Type | undefined;
}

/** Of a function that returns a value or throws an error. */
export function failure(func: Func): Failure | undefined {
  const it = func.result && resolve(func.result);
  return it?.kind === "result" ? it : undefined;
}

/** What a function's method returns. */
export function returned(func: Func): Type | undefined {
  const failing = failure(func);
  return failing ? failing.ok : func.result;
}

export function emitApi(world: World, names: TypeNames, header: string): Files {
  const files: Record<string, string> = {};
  const add = (name: string, print: (out: Printer) => void): void => {
    const out = new Printer();
    print(out);
    files[`${name}.java`] = javaFile(header, names, out);
  };
  for (const each of world.exports) {
    if (!each.ofWorld) add(names.interface(each), (out) => emitExported(each, names, out));
    for (const resource of resources(each)) {
      add(names.declared(resource), (out) => emitOwnResource(each, resource, names, out));
    }
  }
  for (const each of world.imports) {
    add(names.interface(each), (out) => emitImported(each, names, out));
    for (const resource of resources(each)) {
      add(names.declared(resource), (out) => emitHostResource(each, resource, names, out));
    }
  }
  add(names.world, (out) => emitWorld(world, names, out));
  return files;
}

function emitExported(each: Interface, names: TypeNames, out: Printer): void {
  docs(out, each.docs, `The interface {@code ${each.id}} of the component.`, []);
  out.block(`public interface ${names.interface(each)}`, () => {
    interfaceFunctions(each).forEach((func, i) => {
      if (i > 0) out.line();
      functionDocs(func, names, out);
      head(func, names, out, "", ";");
    });
  });
}

function emitImported(each: Interface, names: TypeNames, out: Printer): void {
  const what = each.ofWorld ? "What the host implements of the world" : "The interface";
  const body = paragraphs(each.docs);
  out.docs([
    ...(body.length > 0 ? body : [`${what} {@code ${each.id}}.`]),
    "The host implements it. It is called in the thread of a call to the component, which it must " +
      "not call back; whatever it throws besides the errors of its functions ends the instance.",
  ]);
  out.block(`public interface ${names.interface(each)}`, () => {
    interfaceFunctions(each).forEach((func, i) => {
      if (i > 0) out.line();
      functionDocs(func, names, out);
      head(func, names, out, "", ";");
    });
  });
}

/** A resource that the component implements. */
function emitOwnResource(
  each: Interface,
  resource: Resource,
  names: TypeNames,
  out: Printer,
): void {
  const name = names.declared(resource);
  const methods = methodsOf(each, resource);
  const calls = names.glue(each);
  docs(out, resource.docs, `An object of the component: {@code ${resource.name}}.`, []);
  out.block(`public final class ${name} implements AutoCloseable`, () => {
    out.line("final ComponentObject object;");
    if (methods.length > 0) out.line(`private final ${calls} calls;`);
    out.line();
    out.method(`${name}`, ["ComponentInstance guest", "ComponentObject object"], () => {
      out.line("this.object = object;");
      if (methods.length > 0) out.line(`calls = guest.part(${calls}.class);`);
    });
    for (const func of methods) {
      out.line();
      functionDocs(func, names, out);
      const own = names.function(func);
      const parameters = own.parameters.slice(1);
      head(func, names, out, "public ", " {");
      out.indent(() => {
        const target = parameters.includes("calls") ? "this.calls" : "calls";
        const value = call(`${target}.${own.call}`, "this", ...parameters);
        if (returned(func) === undefined) out.statement(value);
        else out.word("return", value);
      });
      out.line("}");
    }
    out.line();
    out.docs([
      "Ends the object in the component. Does nothing where it has ended, was passed on, or is " +
        "only lent.",
    ]);
    out.line("@Override");
    out.block("public void close()", () => out.line("object.close();"));
  });
}

/** A resource that the host implements. */
function emitHostResource(
  each: Interface,
  resource: Resource,
  names: TypeNames,
  out: Printer,
): void {
  const body = paragraphs(resource.docs);
  out.docs([
    ...(body.length > 0 ? body : [`An object of the host: {@code ${resource.name}}.`]),
    "The host implements it; an object that is passed on to the component is the component's, " +
      "until it is passed back or closed.",
  ]);
  out.block(`public interface ${names.declared(resource)} extends AutoCloseable`, () => {
    for (const func of methodsOf(each, resource)) {
      functionDocs(func, names, out);
      head(func, names, out, "", ";");
      out.line();
    }
    out.docs(["The component has dropped the object: called once for each time it was passed on."]);
    out.line("@Override");
    out.line("void close();");
  });
}

function functionDocs(func: Func, names: TypeNames, out: Printer): void {
  const own = names.function(func);
  const tags = func.parameters.map((p, i) =>
    func.of?.kind === "method" && i === 0
      ? ""
      : tag(`@param ${own.parameters[i]}`, [], parameterNote(p.type)),
  );
  const failing = failure(func);
  const plain =
    func.of?.kind === "constructor"
      ? `Makes an object: {@code ${func.of.resource.name}}.`
      : `Calls {@code ${func.label}}.`;
  docs(out, func.docs, plain, [
    ...tags,
    tag("@return", [], note(returned(func))),
    failing ? `@throws ${names.exception(failing.error)} where the WIT's result is an error` : "",
  ]);
}

/** `T name(T a, T b)`. */
function head(func: Func, names: TypeNames, out: Printer, before: string, tail: string): void {
  const own = names.function(func);
  const parameters = func.parameters.map((p, i) => `${names.of(p.type)} ${own.parameters[i]}`);
  if (func.of?.kind === "method") parameters.shift();
  out.signature(`${before}${names.of(returned(func))} ${own.method}`, parameters, tail);
}

function emitWorld(world: World, names: TypeNames, out: Printer): void {
  const { exports, imports } = world;
  const body = paragraphs(world.docs);
  out.docs([
    ...(body.length > 0 ? body : [`An instance of the component {@code ${world.id}}.`]),
    "It keeps its state until it is dropped, and belongs to one thread at a time: calls from " +
      "several threads have to be kept apart by the application.",
  ]);
  const accessors = names.accessors(exports);
  const parameters = names.importParameters(imports);
  out.block(`public final class ${names.world}`, () => {
    exports.forEach((each, i) => {
      const type = each.ofWorld ? names.glue(each) : names.interface(each);
      out.declare(`private final ${type}`, accessors[i] ?? "");
    });
    if (exports.length > 0) out.line();
    out.method(
      `private ${names.world}`,
      exports.length > 0 ? ["ComponentInstance guest"] : [],
      () => {
        exports.forEach((each, i) => {
          out.assign(`${accessors[i]}`, `new ${names.glue(each)}(guest)`);
        });
      },
    );
    out.line();
    emitInstantiate(world, names, out, parameters);
    exports.forEach((each, i) => {
      if (each.ofWorld) {
        for (const func of each.functions) emitWorldFunction(func, names, out, accessors[i] ?? "");
        return;
      }
      out.line();
      docs(out, each.docs, `The interface {@code ${each.id}}.`, []);
      out.method(`public ${names.interface(each)} ${accessors[i]}`, [], () =>
        out.line(`return ${accessors[i]};`),
      );
    });
  });
}

function emitInstantiate(
  { imports, exports }: World,
  names: TypeNames,
  out: Printer,
  parameters: readonly string[],
): void {
  out.docs(
    ["Makes an instance."],
    [
      "@param builder of the module, with the machine and memory that it shall have",
      ...imports.map((each, i) => `@param ${parameters[i]} implements {@code ${each.id}}`),
      "@throws IllegalArgumentException where the module is not of this world",
      "@throws TrapException where its start traps",
    ],
  );
  const takes = imports.map((each, i) => `${names.interface(each)} ${parameters[i]}`);
  const all = ["Instance.Builder builder", ...takes];
  out.method(`public static ${names.world} instantiate`, all, () => {
    out.line("ComponentInstance guest = new ComponentInstance();");
    imports.forEach((each, i) => {
      out.statement(call(`${names.glue(each)}.provide`, "guest", `${parameters[i]}`));
    });
    for (const each of exports) {
      if (resources(each).length > 0) out.line(`${names.glue(each)}.provide(guest);`);
    }
    out.line("guest.start(builder);");
    out.line(`return new ${names.world}(${exports.length > 0 ? "guest" : ""});`);
  });
}

function emitWorldFunction(func: Func, names: TypeNames, out: Printer, field: string): void {
  const own = names.function(func);
  out.line();
  functionDocs(func, names, out);
  head(func, names, out, "public ", " {");
  out.indent(() => {
    const target = own.parameters.includes(field) ? `this.${field}` : field;
    const value = call(`${target}.${own.call}`, ...own.parameters);
    if (returned(func) === undefined) out.statement(value);
    else out.word("return", value);
  });
  out.line("}");
}
