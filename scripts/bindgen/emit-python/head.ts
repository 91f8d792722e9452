/** The head of a module: what it is, what it imports, and its public names. */
import type { World } from "../ir.js";
import type { Names } from "./names.js";
import { Printer } from "./printer.js";

/** By module, what a generated module may use of it. */
const IMPORTS: readonly (readonly [string, readonly string[]])[] = [
  ["collections.abc", ["Sequence"]],
  ["dataclasses", ["dataclass"]],
  ["enum", ["Enum", "Flag"]],
  ["typing", ["Protocol", "TypeAlias"]],
];

/** Errors that users meet: the module offers them too. */
const ERRORS = [
  "BusyError",
  "ComponentError",
  "RefusedError",
  "TooLargeError",
  "TrapError",
  "WrongTypeError",
  "WrongValueError",
];

const VALUES = ["Err", "Ok", "Some"];

/** `body` is the rest of the module: what it does not use is not imported. */
export function moduleHead(world: World, names: Names, body: string): string {
  const out = new Printer();
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(body);
  out.docs(`Bindings of the world \`${world.id}\`.`);
  out.line();
  out.line("from __future__ import annotations");
  out.line();
  const used = IMPORTS.map(([module, all]) => [module, all.filter(uses)] as const).filter(
    ([, some]) => some.length > 0,
  );
  for (const [module, some] of used) out.line(`from ${module} import ${some.join(", ")}`);
  if (used.length > 0) out.line();
  out.line("from wasmtime import Engine");
  out.line("from wasmtime.component import Component");
  out.line();
  out.line("from . import _abi as abi");
  out.expression("from ._errors import ", { head: "(", items: ERRORS, tail: ")" });
  const values = VALUES.filter(uses);
  if (values.length > 0) out.line(`from ._shapes import ${values.join(", ")}`);
  out.line();
  const hasImports = world.imports.length > 0;
  const all = [...names.all, ...(hasImports ? [names.imports] : []), ...ERRORS, ...values];
  const quoted = all.sort().map((name) => `"${name}"`);
  out.expression("__all__ = ", { head: "[", items: quoted, tail: "]" });
  return out.toString();
}
