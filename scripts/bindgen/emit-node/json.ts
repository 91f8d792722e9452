/** `<world>.json.ts`: a JSON codec for each declared type, over the fixed `json.ts`. */
import { type DeclaredType, isNumber, parts, resolve, type Type, type World } from "../ir.js";
import { declaredKey, lowerCamel, Scope } from "../names.js";
import { Printer } from "../printer.js";
import { arrayOf, isOption, members, RESERVED, type TypeNames } from "./names.js";

export function emitJson(world: World, names: TypeNames): string {
  const out = new Printer();
  const scope = new Scope(RESERVED, ["json", "t"]);
  const constants = new Map<string, string>();
  out.line('import * as json from "./json.js";');
  out.line(`import type * as t from "./${world.name}.js";`);
  for (const type of inOrder(world.interfaces.flatMap((i) => i.types))) {
    const name = scope.claim(lowerCamel(type.name));
    constants.set(declaredKey(type), name);
    out.line();
    const head = `export const ${name}: json.Codec<t.${names.declared(type)}> = `;
    const value = emitDeclared(type, constants);
    if (typeof value === "string") out.statement(head, value);
    else {
      out.block(
        `${head}${value.head}({`,
        () => {
          for (const [label, member] of value.members) out.member(`${label}: `, member);
        },
        "});",
      );
    }
  }
  return out.toString();
}

/** Parts before wholes: a constant is used after it is made. */
function inOrder(types: readonly DeclaredType[]): DeclaredType[] {
  const found = new Map<string, DeclaredType>();
  const visit = (type: Type): void => {
    parts(type).forEach(visit);
    if ("owner" in type) found.set(declaredKey(type), type);
  };
  types.forEach(visit);
  return [...found.values()];
}

function emitDeclared(
  type: DeclaredType,
  constants: ReadonlyMap<string, string>,
): string | { head: string; members: [string, string][] } {
  switch (type.kind) {
    case "alias":
      return codec(type.target, constants);
    case "enum":
      return `json.enumeration(${type.cases.map((c) => `"${c.name}"`).join(", ")})`;
    case "flags": {
      const labels = members(type.flags);
      const each = type.flags.map((f, i) => [`${labels[i]}`, `"${f.name}"`] as [string, string]);
      return { head: "json.flags", members: each };
    }
    case "record": {
      const labels = members(type.fields);
      const each = type.fields.map(
        (f, i) => [`${labels[i]}`, codec(f.type, constants)] as [string, string],
      );
      return { head: "json.record", members: each };
    }
    case "variant": {
      const each = type.cases.map((c) => {
        const key = c.name.includes("-") ? `"${c.name}"` : c.name;
        return [key, c.type ? codec(c.type, constants) : "undefined"] as [string, string];
      });
      return { head: "json.variant", members: each };
    }
  }
}

function codec(type: Type | undefined, constants: ReadonlyMap<string, string>): string {
  if (type === undefined) return "json.nothing";
  const of = (t: Type | undefined): string => codec(t, constants);
  switch (type.kind) {
    case "alias":
    case "record":
    case "variant":
    case "enum":
    case "flags":
      return constants.get(declaredKey(type)) ?? "";
    case "list": {
      const element = resolve(type.element).kind;
      if (element === "u8") return "json.bytes";
      if (!isNumber(element)) return `json.list(${of(type.element)})`;
      return `json.numbers((v) => ${arrayOf(element)}.from(v), json.${element})`;
    }
    case "option":
      return `json.${isOption(type.value) ? "nestedOption" : "option"}(${of(type.value)})`;
    case "result":
      return `json.result(${of(type.ok)}, ${of(type.error)})`;
    case "tuple":
      return `json.tuple(${type.items.map(of).join(", ")})`;
    default:
      return `json.${type.kind}`;
  }
}
