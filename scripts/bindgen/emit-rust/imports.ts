/** What the host implements: the traits of `bindgen!`, and linking where it has a wrong name. */
import { type Func, type Interface, resources, type World } from "../ir.js";
import { snake, split, type Told, toldOfWorld, toldResources } from "./binding.js";
import type { RustNames } from "./names.js";
import type { RustPrinter } from "./printer.js";

/** The traits that a host implements, each interface's before those of the world itself. */
export function importTraits(world: World, names: RustNames): readonly string[] {
  const modules = [...names.imports.values()].map((module) => `imports::${module}::Host`);
  return hasOwnImports(world) ? [...modules, "imports::World"] : modules;
}

/** Whether the world itself imports a function or has a resource. */
export function hasOwnImports(world: World): boolean {
  return world.imports.some((i) => i.ofWorld);
}

export function printImports(world: World, names: RustNames, p: RustPrinter): void {
  if (world.imports.length === 0) return;
  p.line();
  p.line(
    "/// What a host implements: for each imported interface a module with its traits. A method that",
  );
  p.line("/// returns an error kills the instance that called it; an `err` of the WIT is a value.");
  p.block("pub mod imports {", () => {
    let first = true;
    for (const { id, path, imported } of names.binding.interfaces) {
      const module = names.imports.get(id);
      if (imported === undefined || module === undefined) continue;
      if (!first) p.line();
      first = false;
      p.docs(`\`${id}\``);
      const at = ["super::bindings", ...path].join("::");
      p.line(path.at(-1) === module ? `pub use ${at};` : `pub use ${at} as ${module};`);
    }
    if (hasOwnImports(world)) {
      if (!first) p.line();
      p.docs("What the world itself imports.");
      p.line("pub use super::bindings::ComponentImports as World;");
    }
  });
  const bounds = [...importTraits(world, names), "'static"];
  p.line();
  p.line("/// All that a host implements.");
  p.bounds("pub trait Imports:", bounds);
  p.line();
  p.line("impl<H> Imports for H");
  p.line("where");
  p.nested(() => {
    for (const bound of bounds) p.line(`H: ${bound},`);
  });
  p.line("{");
  p.line("}");
}

/** Links what `bindgen!` was told of by another name. */
export function printLinkingByHand(world: World, names: RustNames, p: RustPrinter): void {
  for (const bound of names.binding.interfaces) {
    const { imported, id, renamed } = bound;
    const module = names.imports.get(id);
    if (imported === undefined || module === undefined || !renamed) continue;
    // under another id nothing that `bindgen!` links is of use
    const { name, package: inPackage } = split(id);
    const all = bound.wit !== name || bound.package !== inPackage;
    const needed = (told: Told | undefined) => all || told?.renamed === true;
    const link = [...bound.resources.values(), ...bound.functions.values()].some(needed);
    if (!link) continue;
    p.line(`let mut instance = linker.instance("${id}")?;`);
    printLinks(imported, bound.functions, bound.resources, `imports::${module}`, needed, names, p);
  }
  const own = world.imports.find((i) => i.ofWorld);
  if (own === undefined) return;
  const functions = toldOfWorld(own);
  const types = toldResources(own);
  if (![...functions.values(), ...types.values()].some((t) => t.renamed)) return;
  p.line("let mut instance = linker.root();");
  printLinks(own, functions, types, "bindings", (told) => told?.renamed === true, names, p);
}

function printLinks(
  owner: Interface,
  functions: ReadonlyMap<string, Told>,
  types: ReadonlyMap<string, Told>,
  module: string,
  needed: (told: Told | undefined) => boolean,
  names: RustNames,
  p: RustPrinter,
): void {
  for (const { name } of resources(owner)) {
    const told = types.get(name);
    if (told === undefined || !needed(told)) continue;
    const body = () => {
      p.line(`let object = Resource::new_own(rep);`);
      p.line(`${module}::Host${told.rust}::drop(store.data_mut(), object)`);
    };
    p.line(`let of = ResourceType::host::<${module}::${told.rust}>();`);
    p.block(`instance.resource("${name}", of, |mut store, rep| {`, body, "})?;");
  }
  for (const func of owner.functions) {
    const told = functions.get(func.label);
    const member = func.of && types.get(func.of.resource.name);
    if (!needed(told) && !(member !== undefined && needed(member))) continue;
    const parameters = names.parameters(func.parameters, ["instance", "linker", "store"]);
    const held = func.parameters.map((param) => names.spelled(param.type, "owned"));
    const taken = `|mut store, ${tuple(parameters)}: ${tuple(held)}| {`;
    const trait = traitOf(owner, func, member, module);
    const body = () => {
      const head = `${trait}::${told?.rust ?? snake(func.name)}`;
      const args = ["store.data_mut()", ...parameters];
      if (func.result === undefined) {
        p.call(head, args);
        return;
      }
      p.call(`let answer = ${head}`, args, "?;");
      p.line("Ok((answer,))");
    };
    p.closure("instance.func_wrap", [`"${func.label}"`], taken, body, "?;");
  }
}

function traitOf(owner: Interface, func: Func, resource: Told | undefined, module: string): string {
  if (func.of !== undefined) return `${module}::Host${resource?.rust ?? ""}`;
  return owner.ofWorld ? "bindings::ComponentImports" : `${module}::Host`;
}

function tuple(items: readonly string[]): string {
  if (items.length === 0) return "()";
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}
