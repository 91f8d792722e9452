/** `<world>.rs`: types, imports, the instance with what it exports, and `bindgen!` under it all. */
import type { World } from "../ir.js";
import { boundWit, sharedTypes } from "./bound-wit.js";
import { CallPrinter } from "./calls.js";
import { printImports } from "./imports.js";
import type { RustNames } from "./names.js";
import { RustPrinter } from "./printer.js";
import { needsDerives, printShared, printTypes } from "./types.js";

export function emitWorld(world: World, names: RustNames): string {
  const body = new RustPrinter();
  printTypes(world, names, body);
  printImports(world, names, body);
  new CallPrinter(world, names, body).print();
  printShared(world, names, body);
  printBindings(world, names, body);
  const text = body.toString();
  const code = text.replaceAll(/^ *\/\/.*$/gm, "").split("\npub mod bindings")[0] ?? "";

  const p = new RustPrinter();
  p.line(`//! A host of the component \`${world.id}\`, over wasmtime.`);
  p.line("//!");
  p.line(
    `//! Make one with [\`${names.instance}::instantiate\`]. The types and traits of handles, and what is`,
  );
  p.line("//! linked, are those of wasmtime's `bindgen!`, in [`bindings`].");
  // what a WIT looks like is not the generator's choice
  p.line("#![allow(");
  for (const [i, lint] of LINTS.entries()) p.line(`    ${lint}${i < LINTS.length - 1 ? "," : ""}`);
  p.line(")]");
  p.line();
  const ours = Object.keys(OURS).filter((word) => OURS[word]?.test(code));
  const derived = needsDerives(world, names) ? DERIVED : [];
  const used = Object.keys(THEIRS).filter((word) => THEIRS[word]?.test(code));
  const theirs = [...used, ...derived].sort();
  p.line("use wasmtime::Store;");
  p.list("use wasmtime::component::", theirs, ";");
  p.line();
  p.list("use super::component::", ours, ";");
  return p.toString() + text;
}

/** Of style, which is the WIT's here, and of what a program does not use of it. */
const LINTS: readonly string[] = [
  "clippy::collapsible_if",
  "clippy::collapsible_match",
  "clippy::large_enum_variant",
  "clippy::manual_flatten",
  "clippy::new_ret_no_self",
  "clippy::too_many_arguments",
  "clippy::type_complexity",
  "dead_code",
  "non_camel_case_types",
  "unused_imports",
];

const DERIVED: readonly string[] = ["ComponentType", "Lift", "Lower"];

/** What `wasmtime::component` has, and how the file uses it; a case may have the same name. */
const THEIRS: Readonly<Record<string, RegExp>> = {
  Component: /&Component\b/,
  Func: /: Func,/,
  HasSelf: /HasSelf</,
  Instance: /&Instance\b/,
  Linker: /\bLinker::/,
  Resource: /\bResource(<|::new)/,
  ResourceAny: /= ResourceAny;|: ResourceAny\]/,
  ResourceType: /\bResourceType::/,
};

/** The same of the fixed file. */
const OURS: Readonly<Record<string, RegExp>> = {
  Error: /, Error\b|\bError::Component/,
  Life: /\bLife::/,
  Part: /\bPart::/,
};

function printBindings(world: World, names: RustNames, p: RustPrinter): void {
  const wit = boundWit(world, names);
  let hashes = "#";
  while (wit.includes(`"${hashes}`)) hashes += "#";
  p.line();
  p.line("/// What `bindgen!` makes of the world: use it where the above is not enough.");
  p.line("#[allow(warnings)]");
  p.block("pub mod bindings {", () => {
    p.block(
      "wasmtime::component::bindgen!({",
      () => {
        p.line('world: "component",');
        if (world.imports.length > 0) p.line("imports: { default: trappable },");
        if (sharedTypes(world, names).length > 0) {
          p.line('with: { "generated:types/types": super::shared },');
        }
        p.line(`inline: r${hashes}"`);
        for (const line of wit.split("\n")) p.raw(line);
        p.raw(`"${hashes},`);
      },
      "});",
    );
  });
}
