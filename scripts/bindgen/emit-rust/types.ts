/** The Rust types of a world, and which of them `bindgen!` declares. */
import type { DeclaredType, World } from "../ir.js";
import { parts, resolve, type Type } from "../ir.js";
import { discriminantWidth } from "../layout.js";
import { sharedTypes } from "./bound-wit.js";
import { caseName, fieldName, flagName, pointsElsewhere, type RustNames } from "./names.js";
import type { RustPrinter } from "./printer.js";

export function printTypes(world: World, names: RustNames, p: RustPrinter): void {
  for (const { types } of world.interfaces) {
    for (const type of types) {
      if (names.binding.declares(type, world)) printOtherName(type, names, p);
      else printType(type, names, p);
    }
  }
}

/** The module that `bindgen!` takes the types without handles from. */
export function printShared(world: World, names: RustNames, p: RustPrinter): void {
  const shared = sharedTypes(world, names);
  if (shared.length === 0) return;
  p.line();
  p.line("/// The types above as `bindgen!` looks for them.");
  p.line("#[doc(hidden)]");
  p.block("pub mod shared {", () => {
    p.line("pub use super::*;");
    p.line("use wasmtime::component::{HasData, Linker};");
    for (const { type, rust } of shared) {
      if (rust !== names.type(type)) p.line(`pub type ${rust} = super::${names.type(type)};`);
    }
    p.line();
    p.line("pub trait Host {}");
    p.line("impl<T: ?Sized> Host for T {}");
    p.line("pub trait HostWithStore<T>: HasData {}");
    p.line("impl<D: HasData, T> HostWithStore<T> for D {}");
    p.line();
    p.line("pub fn add_to_linker<T: 'static, D: HasData>(");
    p.line("    _: &mut Linker<T>,");
    p.line("    _: fn(&mut T) -> D::Data<'_>,");
    p.block(") -> wasmtime::Result<()> {", () => p.line("Ok(())"));
  });
}

/** Whether a type of our own derives how it crosses. */
export function needsDerives(world: World, names: RustNames): boolean {
  return world.interfaces.some((i) =>
    i.types.some((t) => {
      const plain = t.kind === "record" || t.kind === "variant" || t.kind === "enum";
      return plain && !names.binding.declares(t, world);
    }),
  );
}

/** Of a resource without any of its own. */
const HANDLE_DOCS = "An object of the component; `drop_object` ends it.";

function printOtherName(type: DeclaredType, names: RustNames, p: RustPrinter): void {
  const at = names.declaredAt(type);
  const name = names.type(type);
  p.line();
  const exported = type.kind === "resource" && type.side === "export";
  p.docs(type.docs || (exported ? HANDLE_DOCS : ""));
  if (exported) p.line(`pub type ${name} = ResourceAny;`);
  else if (at.endsWith(`::${name}`)) p.line(`pub use ${at};`);
  else p.line(`pub use ${at} as ${name};`);
}

function printType(type: DeclaredType, names: RustNames, p: RustPrinter): void {
  const name = names.type(type);
  p.line();
  if (type.kind !== "flags") p.docs(type.docs);
  switch (type.kind) {
    case "alias":
      p.item(() => p.line(`pub type ${name} = ${names.spelled(type.target, "owned")};`));
      return;
    case "resource":
      if (type.docs === "") p.docs(HANDLE_DOCS);
      p.line(`pub type ${name} = ResourceAny;`);
      return;
    case "flags":
      // the macro takes no doc comments
      p.docs(type.docs, "//");
      p.block("wasmtime::component::flags! {", () => {
        p.block(`${name} {`, () => {
          for (const flag of type.flags) {
            p.docs(flag.docs, "//");
            p.line(`#[component(name = "${flag.name}")]`);
            p.line(`const ${flagName(flag.name)};`);
          }
        });
      });
      return;
    case "record":
      printDerives(type, "record", p);
      p.item(() =>
        p.block(`pub struct ${name} {`, () => {
          for (const field of type.fields) {
            p.docs(field.docs);
            const own = fieldName(field.name);
            if (own !== field.name) p.line(`#[component(name = "${field.name}")]`);
            p.line(`pub ${own}: ${names.spelled(field.type, "owned")},`);
          }
        }),
      );
      return;
    case "enum":
      printDerives(type, "enum", p);
      p.line(`#[repr(u${8 * discriminantWidth(type.cases.length)})]`);
      p.item(() =>
        p.block(`pub enum ${name} {`, () => {
          for (const each of type.cases) {
            p.docs(each.docs);
            p.line(`#[component(name = "${each.name}")]`);
            p.line(`${caseName(each.name)},`);
          }
        }),
      );
      return;
    case "variant":
      printDerives(type, "variant", p);
      p.item(() =>
        p.block(`pub enum ${name} {`, () => {
          for (const each of type.cases) {
            p.docs(each.docs);
            p.line(`#[component(name = "${each.name}")]`);
            const payload = each.type ? `(${names.spelled(each.type, "owned")})` : "";
            p.line(`${caseName(each.name)}${payload},`);
          }
        }),
      );
  }
}

function printDerives(type: DeclaredType, kind: string, p: RustPrinter): void {
  const copy = pointsElsewhere(type) ? "" : "Copy, ";
  const eq = isExact(type) ? "Eq, " : "";
  p.line(`#[derive(Clone, ${copy}Debug, ${eq}PartialEq, ComponentType, Lift, Lower)]`);
  p.line(`#[component(${kind})]`);
}

/** Whether every value equals itself, as NaN does not. */
function isExact(type: Type): boolean {
  const it = resolve(type);
  return it.kind !== "f32" && it.kind !== "f64" && parts(it).every(isExact);
}
