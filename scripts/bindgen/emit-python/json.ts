/** `<world>_json.py`: which functions a JSON session can call and be called by. */
import { type Func, type Interface, resources, type World } from "../ir.js";
import { moduleName, type Names } from "./names.js";
import { type Code, call, Printer } from "./printer.js";

export function emitJson(world: World, names: Names): string {
  const out = new Printer();
  const module = moduleName(world);
  out.docs("Calls of the component as lines of JSON, for tests.");
  out.line();
  out.line(`from . import _session as json`);
  out.line(`from . import ${module} as world`);
  out.line();
  const exported = world.exports.flatMap((i) =>
    i.functions.map((f) => exportLine(i, f, world, names)),
  );
  out.expression("EXPORTS: dict[str, json.Export] = ", { head: "{", items: exported, tail: "}" });
  const imported = world.imports.flatMap((i) => importLines(i, names));
  out.expression("IMPORTS: list[json.Import] = ", { head: "[", items: imported, tail: "]" });
  const imports = world.imports.length > 0 ? ["imports=IMPORTS"] : [];
  out.expression(
    "SESSION = ",
    call("json.Session", [`world.${names.world}`, "EXPORTS", ...imports]),
  );
  return out.toString();
}

function exportLine(owner: Interface, func: Func, world: World, names: Names): Code {
  const method = func.of?.kind === "method" ? func.of.resource : undefined;
  const attribute = names.members(method ?? owner).names.get(func) ?? "";
  const inside = owner.ofWorld ? "" : `${names.members(world).names.get(owner)}.`;
  const path = method ? attribute : inside + attribute;
  const items = [`"${path}"`, `world.${names.signature(func)}`, ...(method ? ["method=True"] : [])];
  return { head: `"${fullLabel(owner, func.label)}": json.Export(`, items, tail: ")" };
}

function importLines(owner: Interface, names: Names): Code[] {
  const attribute = names.ofImports.names.get(owner);
  const inside = owner.ofWorld ? "" : `${attribute}.`;
  const functions = owner.functions.map((func) => {
    const method = func.of?.kind === "method" ? func.of.resource : undefined;
    const name = names.members(method ?? owner).names.get(func) ?? "";
    const items = [
      `"${fullLabel(owner, func.label)}"`,
      `"${method ? name : inside + name}"`,
      `world.${names.signature(func)}`,
      ...(method ? [`of=world.${names.codec(method)}`] : []),
    ];
    return call("json.Import", items);
  });
  const drops = resources(owner).map((r) =>
    call("json.Import", [
      `"${fullLabel(owner, `[drop]${r.name}`)}"`,
      '"close"',
      "None",
      `of=world.${names.codec(r)}`,
    ]),
  );
  return [...functions, ...drops];
}

function fullLabel(owner: Interface, label: string): string {
  return owner.ofWorld ? label : `${owner.id}#${label}`;
}
