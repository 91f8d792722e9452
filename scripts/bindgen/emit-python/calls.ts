/** The second part of a module: what the host implements, and what the component offers. */
import {
  type Func,
  type Interface,
  memberFunctions,
  type Resource,
  resources,
  type World,
} from "../ir.js";
import { functionsOf, members, type Names } from "./names.js";
import { type Code, call, flat, type Parameter, type Printer } from "./printer.js";
import { functionDocs, parametersOf, returned } from "./types.js";

const SELF: Parameter = { label: "self", type: "" };

export class ClassWriter {
  readonly #world: World;
  readonly #names: Names;
  readonly #out: Printer;

  constructor(world: World, names: Names, out: Printer) {
    this.#world = world;
    this.#names = names;
    this.#out = out;
  }

  /** The class of a resource's objects. */
  resource(resource: Resource): void {
    const owner = this.#world.interfaces.find((i) => i.types.includes(resource));
    if (owner === undefined) throw new Error(`${resource.name} has no owner`);
    const methods = memberFunctions(owner, resource).filter((f) => f.of?.kind === "method");
    if (owner.side === "import") this.#protocolOf(resource, methods);
    else this.#objects(owner, resource, methods);
  }

  /** What the host implements of a resource. */
  #protocolOf(resource: Resource, methods: readonly Func[]): void {
    const out = this.#out;
    const { names } = this.#names.members(resource);
    out.space();
    out.block(`class ${this.#names.declared(resource)}(Protocol):`, () => {
      out.docs(paragraphs(resource.docs, "The host implements it."));
      for (const method of methods) this.#declaration(method, names.get(method) ?? "");
      out.space();
      out.block("def close(self) -> None:", () => {
        out.docs("Called once, when the component gives the object up.");
      });
    });
  }

  /** A class for the component's objects of a resource. */
  #objects(owner: Interface, resource: Resource, methods: readonly Func[]): void {
    const out = this.#out;
    const { names } = this.#names.members(resource);
    const { bound } = this.#names.members(owner);
    out.space();
    out.block(`class ${this.#names.declared(resource)}(abi.Object):`, () => {
      out.docs(resource.docs || `An object of the component's \`${resource.name}\`.`);
      out.line();
      out.line("__slots__ = ()");
      for (const method of methods) {
        this.#method(method, names.get(method) ?? "", `self._of.${bound.get(method)}`);
      }
    });
  }

  /** What the host implements of an interface. */
  protocol(each: Interface): void {
    const out = this.#out;
    const { names } = this.#names.members(each);
    out.space();
    out.block(`class ${this.#names.interface(each)}(Protocol):`, () => {
      out.docs(paragraphs(each.docs, "The host implements it."));
      for (const [func] of functionsOf(each)) this.#declaration(func, names.get(func) ?? "");
    });
  }

  /** What the host implements of the world: its interfaces, and its own functions. */
  imports(): void {
    const out = this.#out;
    const { names } = this.#names.ofImports;
    out.space();
    out.block(`class ${this.#names.imports}(Protocol):`, () => {
      out.docs("What the host implements for the component.");
      for (const each of this.#world.imports) {
        if (each.ofWorld) continue;
        out.space();
        out.line("@property");
        this.#stub(`${names.get(each)}`, [SELF], this.#names.interface(each), each.docs);
      }
      for (const [func] of this.#world.imports.filter((i) => i.ofWorld).flatMap(functionsOf)) {
        this.#declaration(func, names.get(func) ?? "");
      }
    });
  }

  /** A function that the host implements. */
  #declaration(func: Func, name: string): void {
    const out = this.#out;
    out.space();
    const parameters = parametersOf(func, this.#names, "got");
    const result = returned(func.result, this.#names, "given");
    this.#stub(name, parameters, result, functionDocs(func, this.#names));
  }

  /** A function without a body. */
  #stub(name: string, parameters: readonly Parameter[], result: string, docs: string): void {
    const out = this.#out;
    out.signature(name, parameters, result, docs === "" ? ": ..." : ":");
    out.indent(() => out.docs(docs));
  }

  /** What the component offers of an interface. */
  interface(each: Interface): void {
    const out = this.#out;
    const { names, bound } = this.#names.members(each);
    out.space();
    out.block(`class ${this.#names.interface(each)}:`, () => {
      out.docs(each.docs || `The component's \`${each.name}\`.`);
      out.space();
      out.block("def __init__(self, instance: abi.Instance) -> None:", () => {
        for (const resource of resources(each)) {
          out.expression("", call("instance.own", [this.#names.codec(resource), "self"]));
        }
        this.#bind(each, bound);
      });
      for (const [func] of functionsOf(each)) {
        this.#method(func, names.get(func) ?? "", `self.${bound.get(func)}`);
      }
    });
  }

  /** Looks the functions of an interface up, or those of the world itself. */
  #bind(each: Interface, bound: ReadonlyMap<Func, string>): void {
    if (each.functions.length === 0) return;
    const where = each.ofWorld ? "None" : `"${each.id}"`;
    this.#out.assignment("bind", call("instance.interface", [where]));
    for (const func of each.functions) {
      const items = [`"${func.label}"`, this.#names.signature(func)];
      this.#out.assignment(`self.${bound.get(func)}`, call("bind", items));
    }
  }

  /** A function that the component offers. */
  #method(func: Func, name: string, attribute: string): void {
    const out = this.#out;
    const parameters = parametersOf(func, this.#names, "given");
    const result = returned(func.result, this.#names, "got");
    const given = func.of?.kind === "method" ? func.parameters.slice(1) : func.parameters;
    const self = func.of?.kind === "method" ? ["self"] : [];
    const invoked = call(attribute, [...self, ...members(given)]);
    out.space();
    out.signature(name, parameters, result, ":");
    out.indent(() => {
      out.docs(functionDocs(func, this.#names));
      if (result === "None") out.expression("", invoked);
      else {
        out.returned(result, invoked);
        out.line("return returned");
      }
    });
  }

  /** The class of an instance. */
  world(): void {
    const out = this.#out;
    const { names, bound } = this.#names.members(this.#world);
    const own = this.#world.exports.find((i) => i.ofWorld);
    out.space();
    out.block(`class ${this.#names.world}(abi.World):`, () => {
      out.docs(paragraphs(this.#world.docs, WORLD_DOCS));
      for (const each of this.#world.exports) {
        if (each.ofWorld) continue;
        out.line();
        out.field(`${names.get(each)}`, this.#names.interface(each), "");
        out.docs(each.docs);
      }
      out.space();
      this.#initializer(names, own, bound);
      for (const [func] of own ? functionsOf(own) : []) {
        this.#method(func, names.get(func) ?? "", `self.${bound.get(func)}`);
      }
    });
  }

  #initializer(
    names: ReadonlyMap<Func | Interface, string>,
    own: Interface | undefined,
    bound: ReadonlyMap<Func, string>,
  ): void {
    const out = this.#out;
    const hasImports = this.#world.imports.length > 0;
    const imports = hasImports ? [{ label: "imports", type: this.#names.imports }] : [];
    const parameters = [
      SELF,
      { label: "engine", type: "Engine" },
      { label: "component", type: "Component" },
      ...imports,
      { label: "*", type: "" },
      { label: "public", type: "bool = False" },
    ];
    out.signature("__init__", parameters, "None", ":");
    out.indent(() => {
      out.docs(constructorDocs(hasImports));
      out.line("instance = abi.Instance(engine, component, public=public)");
      for (const each of this.#world.imports) this.#define(each);
      out.line("super().__init__(instance)");
      for (const each of this.#world.exports) {
        if (each.ofWorld) continue;
        const made = call(this.#names.interface(each), ["instance"]);
        out.assignment(`self.${names.get(each)}`, flat(made));
      }
      if (own) this.#bind(own, bound);
    });
  }

  /** Hands over what the host implements of an interface. */
  #define(each: Interface): void {
    const out = this.#out;
    const attribute = this.#names.ofImports.names.get(each);
    const host = each.ofWorld ? "imports" : `imports.${attribute}`;
    const { names } = this.#names.members(each);
    const functions = each.functions.map((func) => {
      const of = func.of?.kind === "method" ? func.of.resource : undefined;
      const implemented = of
        ? call("abi.method", [`"${this.#names.members(of).names.get(func)}"`])
        : `${host}.${names.get(func)}`;
      const pair: Code = {
        head: "(",
        items: [implemented, this.#names.signature(func)],
        tail: ")",
      };
      return { head: `"${func.label}": (`, items: pair.items, tail: ")" };
    });
    const own = resources(each).map((r) => this.#names.codec(r));
    const items: Code[] = [
      each.ofWorld ? "None" : `"${each.id}"`,
      { head: "{", items: functions, tail: "}" },
    ];
    if (own.length > 0) items.push({ head: "(", items: own, tail: own.length > 1 ? ")" : ",)" });
    out.expression("", call("instance.define", items));
  }
}

const WORLD_DOCS = `An instance of the component, in a store of its own.

It is for one thread at a time; a call while another is under way is a
\`BusyError\`. \`close\`, or leaving a \`with\` block, frees it. An argument that
does not fit is a \`RefusedError\`: then nothing has happened. A trap, wrong data
from the component, or an exception of the host in a call of the component's is
a \`TrapError\`, and so is every later call.`;

function constructorDocs(hasImports: boolean): string {
  const imports = hasImports ? "\n    imports: What the host implements." : "";
  return `Makes an instance.

Args:
    engine: The one that the component was compiled by.
    component: A component of this world.${imports}
    public: Whether calls take wasmtime's public functions, which are slower.

Raises:
    TrapError: The component cannot be made.
    WrongValueError: It is not of this world.`;
}

/** The parts that there are, with a line between them. */
function paragraphs(...parts: string[]): string {
  return parts.filter((p) => p !== "").join("\n\n");
}
