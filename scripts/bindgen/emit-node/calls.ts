/**
 * The second half of a host's file: `instantiate`, a method for each function that
 * the component exports, and the functions that check, write and read its types.
 */
import { type Call, coreCall, resourceCalls } from "../abi.js";
import {
  closure,
  type Func,
  type Interface,
  type Resource,
  resolve,
  resources,
  type World,
} from "../ir.js";
import type { CoreType } from "../layout.js";
import { upperCamel } from "../names.js";
import { Checks } from "./checks.js";
import { emitImports, type ImportMaker } from "./imports.js";
import { Lifting } from "./lifting.js";
import { Lowering } from "./lowering.js";
import {
  type ClassMembers,
  classMembers,
  hasMembers,
  type InterfaceMembers,
  interfaceMembers,
  isOption,
  type Named,
  parameters,
  property,
  type WorldMembers,
  worldMembers,
} from "./names.js";
import { returned } from "./types.js";
import type { Writer } from "./writer.js";

export class Calls {
  readonly #w: Writer;
  readonly #world: World;
  readonly #checks: Checks;
  readonly #lowering: Lowering;
  readonly #lifting: Lifting;

  constructor(world: World, writer: Writer) {
    this.#w = writer;
    this.#world = world;
    this.#checks = new Checks(writer);
    this.#lowering = new Lowering(writer);
    this.#lifting = new Lifting(writer);
  }

  write(): string {
    const { out, functions, labels, scope, names, guest } = this.#w;
    const parts = { checks: this.#checks, lowering: this.#lowering, lifting: this.#lifting };
    const exported = worldMembers(this.#world.exports);
    const makers = new Map(
      this.#world.exports.map((each) => [each, scope.claim(`make${upperCamel(each.name)}`)]),
    );
    const importMakers = this.#importMakers();
    this.#handles();
    this.#instantiate(exported, makers, importMakers);
    for (const { of } of exported.interfaces) {
      this.#interface(of, makers.get(of) ?? "", names.interface(of), interfaceMembers(of));
    }
    if (exported.own) {
      const { of, functions: own } = exported.own;
      const picked = own.map(({ label }) => `"${label}"`).join(" | ");
      const type = `Pick<${names.world}, ${picked}>`;
      this.#interface(of, makers.get(of) ?? "", type, exported.own);
    }
    for (const of of withoutMembers(this.#world.exports)) {
      out.line();
      out.function(makers.get(of) ?? "", [`g: ${guest}`], "void", () => this.#classes(of));
    }
    for (const maker of importMakers) emitImports(maker, this.#w, parts);
    functions.flush();
    return out.toString() + labels.toString().replace(/^\n$/, "");
  }

  /** The constants by which handles of different resources are told apart. */
  #handles(): void {
    const { out, names } = this.#w;
    const all = this.#world.interfaces.flatMap(resources);
    if (all.length > 0) out.line();
    for (const resource of all) {
      const kind = resource.side === "export" ? "Exported" : "Imported";
      out.statement(
        `const ${names.handles(resource)} = `,
        `new handles.${kind}<${names.declared(resource)}>("${resource.name}")`,
      );
    }
  }

  /** One for each module that the core module imports from. */
  #importMakers(): ImportMaker[] {
    const imported = worldMembers(this.#world.imports);
    const ofHost = this.#world.imports.map((of): ImportMaker => {
      const found = imported.interfaces.find((i) => i.of === of);
      const members = imported.own?.of === of ? imported.own : interfaceMembers(of);
      const name = this.#w.scope.claim(`import${upperCamel(of.name)}`);
      if (!hasMembers(of)) return { of, name, members, implementation: undefined };
      const implementation = found
        ? { type: this.#w.names.interface(of), value: `imports.${found.label}` }
        : { type: this.#w.names.imports, value: "imports" };
      return { of, name, members, implementation };
    });
    const ofComponent = this.#world.exports
      .filter((of) => resources(of).length > 0)
      .map((of): ImportMaker => {
        const name = this.#w.scope.claim(`handle${upperCamel(of.name)}`);
        return { of, name, members: interfaceMembers(of), implementation: undefined };
      });
    return [...ofHost, ...ofComponent];
  }

  #instantiate(
    { interfaces, own }: WorldMembers,
    makers: ReadonlyMap<Interface, string>,
    importMakers: readonly ImportMaker[],
  ): void {
    const { out, names, guest } = this.#w;
    const given = importMakers.some((m) => m.implementation !== undefined);
    const docs = [
      "Makes an instance of a core module, a `WebAssembly.Module`. It runs in the calling thread and",
      "keeps its state until it is dropped. Each of its functions throws a `TypeError` (where too much",
      "is passed, a `TooLargeError`) for an argument that does not fit, before anything has happened,",
      "and a `TrapError` when the component traps, and ever after.",
    ];
    if (guest !== "abi.Guest") {
      docs.push(
        "An import may not call the component that waits for it: that is a `ReentryError`.",
      );
    }
    out.line();
    out.docs(docs.join("\n"));
    const parameters = given
      ? ["module: abi.Module", `imports: ${names.imports}`]
      : ["module: abi.Module"];
    out.function(
      "instantiate",
      parameters,
      names.world,
      () => {
        out.line(`const g = new ${guest}();`);
        if (importMakers.length === 0) out.line("g.start(module);");
        else {
          out.block(
            "g.start(module, {",
            () => {
              for (const { of, name, implementation } of importMakers) {
                const args = implementation ? `g, ${implementation.value}` : "g";
                out.member(`${property(moduleOf(of))}: `, `${name}(${args})`);
              }
            },
            "});",
          );
        }
        for (const of of withoutMembers(this.#world.exports)) {
          out.line(`${makers.get(of)}(g);`);
        }
        const values = interfaces.map(({ of, label }) => `${label}: ${makers.get(of)}(g)`);
        if (own) values.push(`...${makers.get(own.of)}(g)`);
        if (values.length === 0) out.line("return {};");
        else out.list("return { ", values, " };");
      },
      "export ",
    );
  }

  #interface(
    of: Interface,
    maker: string,
    type: string,
    { classes, functions }: InterfaceMembers,
  ): void {
    const { out, guest } = this.#w;
    out.line();
    out.block(`function ${maker}(g: ${guest}): ${type} {`, () => {
      const made = this.#classes(of);
      const calls = functions.map((each) => ({ ...each, ...this.#core(of, each.func) }));
      out.block(
        "return {",
        () => {
          for (const { resource, label } of classes) {
            const name = made.get(resource) ?? "";
            out.line(label === name ? `${label},` : `${label}: ${name},`);
          }
          for (const each of calls) {
            out.list(`${each.label}(`, parameters(each.func), ") {");
            out.indent(() => this.#body(each));
            out.line("},");
          }
        },
        "};",
      );
    });
  }

  /** The constants for a function's export and for what frees its result. */
  #core(of: Interface, func: Func): { call: Call; core: string; free: string } {
    const { out, scope } = this.#w;
    const name = upperCamel(func.of ? `${func.of.resource.name}-${func.name}` : func.name);
    const call = coreCall(of, func);
    const core = scope.claim(`call${name}`);
    const free = scope.claim(`free${name}`);
    const result = call.signature.result ? coreType(call.signature.result) : "void";
    out.call(`const ${core} = g.function<${result}>`, [`"${call.name}"`]);
    if (call.freesResult) out.call(`const ${free} = g.post`, [`"${call.postName}"`]);
    return { call, core, free };
  }

  /** A class for each resource that the component implements; their names. */
  #classes(of: Interface): ReadonlyMap<Resource, string> {
    const { out, names, scope } = this.#w;
    const made = new Map<Resource, string>();
    for (const resource of resources(of)) {
      const name = scope.claim(`${names.declared(resource)}Object`);
      made.set(resource, name);
      this.#class(of, resource, name);
      const destructor = resourceCalls(of, resource).destructor ?? "";
      out.call("g.define", [names.handles(resource), name, `"${destructor}"`]);
    }
    return made;
  }

  #class(of: Interface, resource: Resource, name: string): void {
    const { out, names, scope } = this.#w;
    const { make, methods, statics }: ClassMembers = classMembers(of, resource);
    const type = names.declared(resource);
    const core = (each: Named) => ({ ...each, ...this.#core(of, each.func) });
    const newName = make && scope.claim(`new${type}`);
    if (make) {
      const made = { func: make, label: newName ?? "", ...this.#core(of, make) };
      out.function(made.label, this.#typed(make), type, () => this.#body(made));
    }
    const members = [
      ...statics.map((each) => ({ ...core(each), prefix: "static " })),
      ...methods.map((each) => ({ ...core(each), prefix: "" })),
    ];
    const head = `class ${name} extends handles.Owned implements ${type} {`;
    if (make === undefined && members.length === 0) {
      out.line(`${head}}`);
      return;
    }
    out.block(head, () => {
      if (make) {
        out.list("constructor(", this.#typed(make), ") {");
        out.indent(() => out.line(`super(${newName}(${parameters(make).join(", ")}));`));
        out.line("}");
      }
      members.forEach((each, i) => {
        if (make || i > 0) out.line();
        const result = returned(each.func.result, names);
        out.list(`${each.prefix}${each.label}(`, this.#typed(each.func), `): ${result} {`);
        out.indent(() => this.#body(each));
        out.line("}");
      });
    });
  }

  /** A function's parameters with their types, without `this`. */
  #typed(func: Func): string[] {
    return parameters(func)
      .map((name, i) => `${name}: ${this.#w.names.of(func.parameters[i]?.type)}`)
      .filter((parameter) => !parameter.startsWith("this: "));
  }

  /** The body of a method: check, call, and return or throw. */
  #body({ call, core, free }: { call: Call; core: string; free: string }): void {
    const { out, names, guest } = this.#w;
    const own = parameters(call.func);
    const result = call.result && resolve(call.result.type);
    const checks = call.parameters.map((p, i) => {
      const name = own[i] ?? "";
      return `abi.at("${name}", ${this.#checks.of(p.type, name)})`;
    });
    if (checks.length === 0) out.line("g.enter();");
    else out.callChain("g.enter", checks, " ??");
    if (result?.kind === "result") out.typed("let result: ", names.of(result), ";");
    out.line("try {");
    out.indent(() => this.#crossing(call, own, core, free));
    out.line("} catch (error) {");
    out.indent(() => out.line("throw g.dies(error);"));
    if (guest !== "abi.Guest") {
      out.line("} finally {");
      out.indent(() => out.line("g.leave();"));
    }
    out.line("}");
    if (result?.kind === "result") {
      out.line('if (result.tag === "err") throw new abi.ComponentError(result.val);');
      if (result.ok) out.line("return result.val;");
    }
  }

  #crossing(call: Call, own: readonly string[], core: string, free: string): void {
    const { out, names } = this.#w;
    const args: string[] = [];
    if (call.signature.indirectParameters) {
      const { size, align } = call.parametersLayout;
      out.line(`const p = g.alloc(${size}, ${align});`);
      call.parameters.forEach((p, i) => {
        this.#lowering.store(p.step, "p", own[i] ?? "");
      });
      args.push("p");
    } else {
      call.parameters.forEach((p, i) => {
        this.#lowering.lower(p.step, own[i] ?? "", (slot, value) => {
          if (slot.in === "flat") args[slot.index] = value;
        });
      });
    }
    out.call(call.result === undefined ? core : `const f = ${core}`, args);
    if (lendsImported(call)) out.line("g.settle();");
    if (call.result === undefined) return;
    const type = resolve(call.result.type);
    // an object with a tag needs its type said; elsewhere the function's own type does that
    const said = type.kind === "option" && isOption(type.value) ? `: ${names.of(type)}` : "";
    const take = type.kind === "result" ? "result = " : `const value${said} = `;
    if (call.signature.indirectResult) {
      const { size, align } = call.result.layout;
      out.line(`const r = g.at(f, ${size}, ${align});`);
      out.statement(take, this.#lifting.load(call.result.step, "r"));
      if (call.freesResult) out.line(`${free}(f);`);
      if (type.kind !== "result") out.line("return value;");
      return;
    }
    const value = this.#lifting.fromCore(call.result.step, () => "f");
    out.statement(type.kind === "result" ? "result = " : "return ", value);
  }
}

/** Interfaces of which only objects are called. */
function withoutMembers(interfaces: readonly Interface[]): Interface[] {
  return interfaces.filter((i) => !hasMembers(i));
}

/** The name by which the core module imports from what the interface offers it. */
function moduleOf(of: Interface): string {
  const [resource] = resources(of);
  if (resource) return resourceCalls(of, resource).module;
  const [func] = of.functions;
  return func ? coreCall(of, func).module : "";
}

/** Whether the component is lent objects of the application, which it has to drop. */
function lendsImported({ func }: Call): boolean {
  return closure(func.parameters.map((p) => p.type)).some(
    (t) => t.kind === "borrow" && t.resource.side === "import",
  );
}

function coreType(type: CoreType): string {
  return type === "i64" ? "bigint" : "number";
}
