/** The struct that is an instance of the world, and the methods that call what it exports. */
import { type Func, type Interface, resolve, type Type, type World } from "../ir.js";
import { Scope } from "../names.js";
import { type BoundInterface, snake } from "./binding.js";
import { boundWorldExports } from "./bound-wit.js";
import { printLinkingByHand } from "./imports.js";
import type { RustNames } from "./names.js";
import { holdsObject, ObjectFinder } from "./objects.js";
import type { RustPrinter } from "./printer.js";
import { KEYWORDS } from "./reserved.js";

/** Locals of the methods, which parameters must not hide. */
const LOCALS = ["answer", "bound", "it", "linked", "parts", "run", "store"];

/** What fits in a line of its own in a closure of a method. */
const TYPED_WIDTH = 84;

/** What an instance is generic over: the host, where there is something to implement. */
interface Generics {
  /** Of the struct's declaration. */
  readonly declared: string;
  readonly used: string;
  /** Of a struct that borrows it. */
  readonly viewDeclared: string;
  readonly viewUsed: string;
  /** What the store holds. */
  readonly host: string;
}

const WITH_HOST: Generics = {
  declared: "<H: Imports>",
  used: "<H>",
  viewDeclared: "<'a, H: Imports>",
  viewUsed: "<'_, H>",
  host: "H",
};
const WITHOUT_HOST: Generics = {
  declared: "",
  used: "",
  viewDeclared: "<'a>",
  viewUsed: "<'_>",
  host: "()",
};

export class CallPrinter {
  readonly #world: World;
  readonly #names: RustNames;
  readonly #p: RustPrinter;
  readonly #objects: ObjectFinder;
  readonly #generics: Generics;
  /** The fields that hold the functions called without `bindgen!`. */
  readonly #byHand = new Map<Func, string>();

  constructor(world: World, names: RustNames, p: RustPrinter) {
    this.#world = world;
    this.#names = names;
    this.#p = p;
    this.#objects = new ObjectFinder(world, names);
    this.#generics = world.imports.length > 0 ? WITH_HOST : WITHOUT_HOST;
    const scope = new Scope(KEYWORDS);
    const bound = new Set(boundWorldExports(world));
    for (const each of world.exports) {
      const spelled = each.ofWorld ? undefined : names.binding.exportIsBound(each.id);
      for (const func of each.functions) {
        if (spelled ?? bound.has(func)) continue;
        const view = names.views.get(each)?.method;
        const name = [view, names.method(func)].filter(Boolean).join("_");
        this.#byHand.set(func, scope.claim(name.replaceAll(/_+/g, "_")));
      }
    }
  }

  print(): void {
    this.#instance();
    this.#methods();
    for (const owner of this.#world.exports) if (!owner.ofWorld) this.#view(owner);
    if (this.#byHand.size > 0) this.#functions();
    this.#objects.printFunctions(this.#p);
  }

  #instance(): void {
    const { instance } = this.#names;
    const p = this.#p;
    const { declared, host } = this.#generics;
    p.line();
    p.docs(this.#world.docs);
    if (this.#world.docs !== "") p.line("///");
    p.line(
      "/// One instance of the component. It is `Send` where the host is; a call takes it whole, so",
    );
    p.line(
      "/// that nothing can call it twice at a time, an import that it is just calling included.",
    );
    p.line("/// Once it trapped, every call is an `Error::Dead`.");
    p.block(`pub struct ${instance}${declared} {`, () => {
      p.line(`store: Store<${host}>,`);
      p.line("linked: Linked,");
      p.line("life: Life,");
    });
    p.line();
    p.line("/// What a call goes to.");
    p.block("struct Linked {", () => {
      p.line("bindings: bindings::Component,");
      if (this.#byHand.size > 0) p.line("functions: Functions,");
    });
  }

  #methods(): void {
    const { instance, views } = this.#names;
    const { declared, used, host } = this.#generics;
    const p = this.#p;
    p.line();
    p.block(`impl${declared} ${instance}${used} {`, () => {
      this.#instantiate();
      if (host === "H") {
        p.line();
        p.line("/// What implements the imports.");
        p.block("pub fn host(&self) -> &H {", () => p.line("self.store.data()"));
        p.line();
        p.line("/// The same, to change it between calls.");
        p.block("pub fn host_mut(&mut self) -> &mut H {", () => p.line("self.store.data_mut()"));
      }
      p.line();
      p.line("/// Whether a call killed it.");
      p.block("pub fn is_dead(&self) -> bool {", () => p.line("self.life.check().is_err()"));
      p.line();
      p.line(
        "/// What `bindgen!` makes, and the store to call it with. A trap of such a call goes unnoticed.",
      );
      const raw = `(&mut Store<${host}>, &bindings::Component)`;
      p.block(`pub fn raw(&mut self) -> ${raw} {`, () => {
        p.line("(&mut self.store, &self.linked.bindings)");
      });
      for (const [owner, { type, method }] of views) {
        p.line();
        p.docs(owner.docs === "" ? `The exported interface \`${owner.id}\`.` : owner.docs);
        const view = `${type}${this.#generics.viewUsed}`;
        p.function(`pub fn ${method}`, ["&mut self"], view, () => p.line(`${type} { of: self }`));
      }
      if (this.#handsOutObjects()) {
        p.line();
        p.line(
          "/// Ends an object that the component gave. Objects end by this alone, or with the",
        );
        p.line("/// instance: the handles are plain numbers.");
        const result = "Result<(), Error>";
        p.function("pub fn drop_object", ["&mut self", "object: ResourceAny"], result, () => {
          p.line("self.life.end(object)?;");
          p.line("self.call(|store, _| object.resource_drop(store))");
        });
      }
      for (const owner of this.#world.exports) {
        if (owner.ofWorld) for (const func of owner.functions) this.#method(owner, func, "self");
      }
      this.#call();
    });
  }

  #instantiate(): void {
    const p = this.#p;
    const { host } = this.#generics;
    const imported = this.#world.imports.length > 0;
    p.line("/// Makes an instance; the engine and its settings are the component's.");
    p.line("///");
    p.line("/// # Errors");
    p.line("/// wasmtime's own, if the component is of another world or traps at its start.");
    const parameters = ["component: &Component", ...(imported ? ["host: H"] : [])];
    p.function("pub fn instantiate", parameters, "wasmtime::Result<Self>", () => {
      p.line("let engine = component.engine();");
      p.line(`let mut store = Store::new(engine, ${host === "H" ? "host" : "()"});`);
      if (imported) {
        p.line("let mut linker = Linker::new(engine);");
        const link = "bindings::Component::add_to_linker::<H, HasSelf<H>>";
        p.line(`${link}(&mut linker, |host| host)?;`);
        printLinkingByHand(this.#world, this.#names, p);
      } else p.line(`let linker = Linker::new(engine);`);
      p.line("let instance = linker.instantiate(&mut store, component)?;");
      p.block(
        "let linked = Linked {",
        () => {
          p.line("bindings: bindings::Component::new(&mut store, &instance)?,");
          if (this.#byHand.size > 0) p.line("functions: Functions::new(&mut store, &instance)?,");
        },
        "};",
      );
      p.line("let life = Life::default();");
      const members = () => {
        for (const member of ["store", "linked", "life"]) p.line(`${member},`);
      };
      p.block("Ok(Self {", members, "})");
    });
  }

  #call(): void {
    const p = this.#p;
    const { host } = this.#generics;
    const functions = this.#world.exports.flatMap((i) => i.functions);
    const run = (answer: string) => {
      return [
        "&mut self",
        `run: impl FnOnce(&mut Store<${host}>, &Linked) -> wasmtime::Result<${answer}>`,
      ];
    };
    if (functions.some((f) => !isFallible(f)) || this.#handsOutObjects()) {
      p.line();
      p.line("/// Runs what calls the component, if that lives.");
      p.function("fn call<T, E>", run("T"), "Result<T, Error<E>>", () => {
        p.line("self.life.check()?;");
        p.line("let outcome = run(&mut self.store, &self.linked);");
        p.line("self.life.settle(outcome)");
      });
    }
    if (functions.some(isFallible)) {
      p.line();
      p.line("/// The same for a function that gives a `result`.");
      p.function("fn ask<T, E>", run("Result<T, E>"), "Result<T, Error<E>>", () => {
        p.line("self.life.check()?;");
        p.line("let outcome = run(&mut self.store, &self.linked);");
        p.line("self.life.settle(outcome)?.map_err(Error::Component)");
      });
    }
  }

  #handsOutObjects(): boolean {
    const functions = this.#world.exports.flatMap((i) => i.functions);
    return functions.some((f) => f.result !== undefined && holdsObject(f.result));
  }

  #view(owner: Interface): void {
    const view = this.#names.views.get(owner);
    if (view === undefined) return;
    const p = this.#p;
    const { instance } = this.#names;
    const { declared, used, viewDeclared, viewUsed } = this.#generics;
    p.line();
    p.docs(owner.docs === "" ? `The exported interface \`${owner.id}\`.` : owner.docs);
    p.block(`pub struct ${view.type}${viewDeclared} {`, () => {
      p.line(`of: &'a mut ${instance}${used},`);
    });
    p.line();
    p.line(`impl${declared} ${view.type}${viewUsed} {`);
    owner.functions.forEach((func, i) => {
      p.nested(() => this.#method(owner, func, "self.of", i > 0));
    });
    p.line("}");
  }

  #method(owner: Interface, func: Func, of: string, apart = true): void {
    const p = this.#p;
    const names = this.#names.parameters(func.parameters, LOCALS);
    const parameters = func.parameters.map((param, i) => {
      return `${names[i]}: ${this.#names.spelled(param.type, "lent")}`;
    });
    const objects = func.parameters.some((param) => holdsObject(param.type));
    const gives = func.result !== undefined && holdsObject(func.result);
    if (apart) p.line();
    p.docs(func.docs);
    const head = `pub fn ${this.#names.method(func)}`;
    p.function(head, ["&mut self", ...parameters], this.#result(func), () => {
      if (objects) {
        p.line("let parts = &mut Vec::new();");
        func.parameters.forEach((param, i) => {
          const lent = this.#names.spelled(param.type, "lent").startsWith("&");
          this.#objects.find(param.type, lent ? (names[i] ?? "") : `&${names[i]}`, p);
        });
        p.line(`${of}.life.pass(parts)?;`);
      }
      const verb = isFallible(func) ? "ask" : "call";
      const tail = gives ? "});" : "})";
      const call = gives ? `let answer = ${of}.${verb}` : `${of}.${verb}`;
      p.block(`${call}(|store, linked| {`, () => this.#body(owner, func, names), tail);
      if (gives) this.#gain(func, of);
    });
  }

  #result(func: Func): string {
    if (func.result === undefined) return "Result<(), Error>";
    const it = resolve(func.result);
    const spelled = (t: Type | undefined) =>
      t === undefined ? "()" : this.#names.spelled(t, "owned");
    if (it.kind !== "result") return `Result<${spelled(func.result)}, Error>`;
    return `Result<${spelled(it.ok)}, Error<${spelled(it.error)}>>`;
  }

  /** Keeps in mind which objects the host holds from now on. */
  #gain(func: Func, of: string): void {
    const p = this.#p;
    const it = func.result && resolve(func.result);
    if (it === undefined) return;
    const [ok, error] = it.kind === "result" ? [it.ok, it.error] : [it, undefined];
    const take = (pattern: string, type: Type) => {
      p.block(`if let ${pattern} = &answer {`, () => {
        p.line("let parts = &mut Vec::new();");
        this.#objects.find(type, "it", p, 1);
        p.line(`${of}.life.gain(parts);`);
      });
    };
    if (ok !== undefined && holdsObject(ok)) take("Ok(it)", ok);
    if (error !== undefined && holdsObject(error)) take("Err(Error::Component(it))", error);
    p.line("answer");
  }

  #body(owner: Interface, func: Func, names: readonly string[]): void {
    const p = this.#p;
    const byHand = this.#byHand.get(func);
    if (byHand !== undefined) {
      const lent = func.parameters.map((param) => this.#names.spelled(param.type, "lent"));
      const result = func.result ? `(${this.#names.spelled(func.result, "owned")},)` : "()";
      p.line(`let bound = &linked.functions.${byHand};`);
      const value = `bound.typed::<${tuple(lent)}, ${result}>(&*store)?;`;
      if (value.length < TYPED_WIDTH) p.assign("let run", value);
      else p.asIs(`let run = ${value}`);
      const args = names.length === 0 ? "()" : tuple(names);
      if (func.result === undefined) {
        p.call("run.call", ["store", args]);
        return;
      }
      p.call("let (answer,) = run.call", ["store", args], "?;");
      p.line("Ok(answer)");
      return;
    }
    if (owner.ofWorld) {
      p.line("let bound = &linked.bindings;");
      p.call(`bound.call_${snake(func.name)}`, ["store", ...names]);
      return;
    }
    const view = accessor(this.#names.binding.of(owner.id, "export"));
    p.line("let bound = &linked.bindings;");
    p.line(`let bound = bound.${view}();`);
    if (func.of !== undefined) p.line(`let bound = bound.${snake(func.of.resource.name)}();`);
    p.call(`bound.call_${snake(func.name)}`, ["store", ...names]);
  }

  #functions(): void {
    const p = this.#p;
    p.line();
    p.line("/// Functions whose names `bindgen!` cannot spell.");
    p.block("struct Functions {", () => {
      for (const name of this.#byHand.values()) p.line(`${name}: Func,`);
    });
    p.line();
    p.block("impl Functions {", () => {
      p.line("fn new(store: &mut Store<impl Sized>, of: &Instance) -> wasmtime::Result<Self> {");
      p.nested(() => {
        p.block(
          "let mut find = |interface: Option<&str>, name: &str| {",
          () => {
            p.block(
              "let owner = match interface {",
              () => {
                p.line("Some(id) => of.get_export_index(&mut *store, None, id),");
                p.line("None => None,");
              },
              "};",
            );
            p.line("let found = of.get_export_index(&mut *store, owner.as_ref(), name);");
            p.line("let found = found.and_then(|at| of.get_func(&mut *store, at));");
            p.line(
              'found.ok_or_else(|| wasmtime::format_err!("the component has no export {name}"))',
            );
          },
          "};",
        );
        p.line("Ok(Functions {");
        p.nested(() => {
          for (const owner of this.#world.exports) {
            for (const func of owner.functions) {
              const name = this.#byHand.get(func);
              if (name === undefined) continue;
              const from = owner.ofWorld ? "None" : `Some("${owner.id}")`;
              p.call(`${name}: find`, [from, `"${func.label}"`], "?,");
            }
          }
        });
        p.line("})");
      });
      p.line("}");
    });
  }
}

/** `bindgen!`'s method that gives access to an exported interface. */
function accessor({ path }: BoundInterface): string {
  return path.join("_");
}

function tuple(items: readonly string[]): string {
  if (items.length === 0) return "()";
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

/** Whether the function's result type is a `result`, which is returned as Rust's. */
export function isFallible({ result }: Func): boolean {
  return result !== undefined && resolve(result).kind === "result";
}
