/** The last part of a module: a codec for each declared type, and each function's signature. */
import {
  type DeclaredType,
  type Func,
  isNumber,
  parts,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { declaredKey } from "../names.js";
import { isOption, members, type Names } from "./names.js";
import { type Code, call, type Printer } from "./printer.js";

export function emitCodecs(world: World, names: Names, out: Printer): void {
  const types = world.interfaces.flatMap((i) => i.types).filter((t) => t.kind !== "alias");
  const functions = [...world.imports, ...world.exports].flatMap((i) => i.functions);
  if (types.length + functions.length === 0) return;
  out.space();
  out.line("# How values cross: made once, when the module is loaded.");
  out.line();
  const resources = types.filter((t) => t.kind === "resource");
  resources.forEach((type, i) => {
    const name = names.declared(type);
    const made =
      type.side === "import"
        ? call("abi.ImportedResource", [`"${type.name}"`, `${i}`])
        : call("abi.ExportedResource", [name]);
    out.assignment(names.codec(type), made);
  });
  for (const type of inOrder(types)) {
    out.assignment(names.codec(type), declared(type, names));
  }
  for (const func of functions) {
    out.assignment(names.signature(func), signature(func, names));
  }
}

/** Parts before wholes: a codec is used after it is made. */
function inOrder(types: readonly DeclaredType[]): DeclaredType[] {
  const found = new Map<string, DeclaredType>();
  const visit = (type: Type): void => {
    parts(type).forEach(visit);
    const isMade = "owner" in type && type.kind !== "alias" && type.kind !== "resource";
    if (isMade) found.set(declaredKey(type), type);
  };
  types.forEach(visit);
  return [...found.values()];
}

function declared(type: DeclaredType, names: Names): Code {
  const name = names.declared(type);
  switch (type.kind) {
    case "enum":
      return call("abi.Enumeration", [name]);
    case "flags":
      return call("abi.Flags", [name, ...type.flags.map((f) => `"${f.name}"`)]);
    case "record": {
      const labels = members(type.fields);
      const fields = type.fields.map((f, i) =>
        call("", [`"${labels[i]}"`, `"${f.name}"`, codec(f.type, names)]),
      );
      return call("abi.Record", [name, ...fields]);
    }
    case "variant": {
      const classes = names.cases(type);
      const cases = type.cases.map((c, i) =>
        call("", [`${classes[i]}`, `"${c.name}"`, codec(c.type, names)]),
      );
      return call("abi.Variant", [`"${name}"`, ...cases]);
    }
    default:
      throw new Error(`${type.name} has no codec`);
  }
}

function signature(func: Func, names: Names): Code {
  const labels = members(func.parameters);
  const parameters = func.parameters.map((p, i) => {
    const label = func.of?.kind === "method" && i === 0 ? "self" : labels[i];
    return call("", [`"${label}"`, codec(p.type, names)]);
  });
  if (func.result === undefined) return call("abi.Signature", parameters);
  const result = codec(func.result, names);
  const named: Code =
    typeof result === "string" ? `result=${result}` : { ...result, head: `result=${result.head}` };
  return call("abi.Signature", [...parameters, named]);
}

/** How a value of this type crosses; None for no value. */
function codec(type: Type | undefined, names: Names): Code {
  if (type === undefined) return "None";
  const it = resolve(type);
  const of = (t: Type | undefined): Code => codec(t, names);
  switch (it.kind) {
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return names.codec(it);
    case "own":
    case "borrow": {
      const side = it.resource.side === "import" ? "Imported" : "Exported";
      const owned = `owned=${it.kind === "own" ? "True" : "False"}`;
      return call(`abi.${side}Handle`, [names.codec(it.resource), owned]);
    }
    case "list": {
      const element = resolve(it.element).kind;
      if (element === "u8") return "abi.BYTES";
      return call(isNumber(element) ? "abi.Numbers" : "abi.List", [of(it.element)]);
    }
    case "option":
      return call("abi.Option", [of(it.value), ...(isOption(it.value) ? ["nested=True"] : [])]);
    case "result":
      return call("abi.Result", [of(it.ok), of(it.error)]);
    case "tuple":
      return call("abi.Tuple", it.items.map(of));
    default:
      return `abi.${it.kind.toUpperCase()}`;
  }
}
