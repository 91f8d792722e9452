/** `<world>.json.ts`: a JSON codec for each declared type, over the fixed `json.ts`. */
import {
  type DeclaredType,
  holdsHandle,
  isNumber,
  parts,
  type Resource,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { declaredKey, lowerCamel, Scope } from "../names.js";
import { Printer } from "../printer.js";
import { arrayOf, isOption, members, RESERVED, type TypeNames } from "./names.js";

/** A declared type that has values of its own. */
type Valued = Exclude<DeclaredType, Resource>;

/** The codecs of a world's types, by name. */
export class Codecs {
  /** Parts before wholes: a constant is used after it is made. */
  readonly types: readonly Valued[];
  readonly #names = new Map<string, string>();

  constructor(world: World) {
    this.types = inOrder(world.interfaces.flatMap((i) => i.types));
    const scope = new Scope(RESERVED, ["json", "t", "codec", "objects"]);
    for (const type of this.types) {
      this.#names.set(declaredKey(type), scope.claim(lowerCamel(type.name)));
    }
  }

  name(type: Valued): string {
    return this.#names.get(declaredKey(type)) ?? "";
  }

  /** The expression for a type's codec; `from` is what stands before those of declared types. */
  of(type: Type | undefined, from = ""): string {
    if (type === undefined) return "json.nothing";
    const of = (t: Type | undefined): string => this.of(t, from);
    switch (type.kind) {
      case "alias":
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return `${from}${this.name(type)}${holdsHandle(type) ? "(objects)" : ""}`;
      case "own":
      case "borrow": {
        const { side, owner, name } = type.resource;
        const verb = side === "import" ? "host" : type.kind;
        return `objects.${verb}("${owner}#${name}")`;
      }
      case "resource":
        throw new Error(`${type.name} is a resource, which has no values of its own`);
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
}

/** Empty where no type is declared. */
export function emitJson(world: World, names: TypeNames): string {
  const out = new Printer();
  const codecs = new Codecs(world);
  if (codecs.types.length === 0) return "";
  out.line('import * as json from "./json.js";');
  out.line(`import type * as t from "./${names.file}.js";`);
  for (const type of codecs.types) {
    const name = codecs.name(type);
    const of = `json.Codec<t.${names.declared(type)}>`;
    out.line();
    if (holdsHandle(type)) {
      out.block(`export function ${name}(objects: json.Objects): ${of} {`, () => {
        emitDeclared("return ", type, codecs, out);
      });
    } else emitDeclared(`export const ${name}: ${of} = `, type, codecs, out);
  }
  return out.toString();
}

function inOrder(types: readonly DeclaredType[]): Valued[] {
  const found = new Map<string, Valued>();
  const visit = (type: Type): void => {
    parts(type).forEach(visit);
    if ("owner" in type && resolve(type).kind !== "resource") {
      found.set(declaredKey(type), type as Valued);
    }
  };
  types.forEach(visit);
  return [...found.values()];
}

function emitDeclared(head: string, type: Valued, codecs: Codecs, out: Printer): void {
  const object = (kind: string, entries: readonly (readonly [string, string])[]) =>
    out.block(
      `${head}json.${kind}({`,
      () => {
        for (const [label, value] of entries) out.member(`${label}: `, value);
      },
      "});",
    );
  switch (type.kind) {
    case "alias":
      out.statement(head, codecs.of(type.target));
      break;
    case "enum":
      out.statement(head, `json.enumeration(${type.cases.map((c) => `"${c.name}"`).join(", ")})`);
      break;
    case "flags": {
      const labels = members(type.flags);
      object(
        "flags",
        type.flags.map((f, i) => [`${labels[i]}`, `"${f.name}"`]),
      );
      break;
    }
    case "record": {
      const labels = members(type.fields);
      object(
        "record",
        type.fields.map((f, i) => {
          const key = lowerCamel(f.name);
          const value = codecs.of(f.type);
          return [`${labels[i]}`, key === labels[i] ? value : `json.named("${key}", ${value})`];
        }),
      );
      break;
    }
    case "variant":
      object(
        "variant",
        type.cases.map((c) => {
          const key = c.name.includes("-") ? `"${c.name}"` : c.name;
          return [key, c.type ? codecs.of(c.type) : "undefined"];
        }),
      );
      break;
  }
}
