/**
 * Holds a parsed YAML (or JSON) document against the JSON Schema in the package, the one place where
 * keys and types are written. Knows as much of JSON Schema as that file uses.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from "yaml";

/** The part of JSON Schema that the file uses. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false | Schema;
  /** Here always: exactly one of these keys. */
  readonly oneOf?: readonly { readonly required: readonly [string] }[];
}

/** What is wrong, and where in the text. */
export interface Misfit {
  /** Absent: it is not in the text. */
  readonly offset?: number;
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** Every misfit, in the order of the text; `places` gets the offset of every value by its path. */
export function misfitsOf(document: Document, places: Map<string, number>): Misfit[] {
  const misfits: Misfit[] = [];
  const schema = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve("hams/config.schema.json"), "utf8"),
  ) as Schema;
  const root = document.contents as Node | null;
  if (root === null) return [{ offset: 0, message: "the file is empty" }];
  check(root, schema, []);
  return misfits.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));

  function check(node: Node | null, given: Schema, path: Path, key?: Node): void {
    const { $ref, ...own } = given;
    const expected: Schema =
      $ref === undefined ? own : { ...schema.$defs?.[$ref.replace("#/$defs/", "")], ...own };
    const value = isAlias(node) ? (node.resolve(document) as Node | null) : node;
    const offset = (node ?? key)?.range?.[0] ?? 0;
    places.set(keyOf(path), offset);
    const wrong = mismatch(value, expected);
    if (wrong !== undefined) {
      misfits.push({ offset, message: `${nameOf(path)}: ${wrong}` });
    } else if (isMap(value)) {
      checkMap(value, expected, path);
    } else if (isSeq(value)) {
      for (const [i, item] of value.items.entries()) {
        check(item as Node, expected.items ?? {}, [...path, i]);
      }
    }
  }

  function checkMap(map: Extract<ReturnType<typeof asMap>, object>, expected: Schema, path: Path) {
    const { properties = {}, additionalProperties = {}, required = [], oneOf = [] } = expected;
    const offset = map.range?.[0] ?? 0;
    const keys = new Set<string>();
    for (const { key, value } of map.items) {
      const name = String((key as { value?: unknown }).value);
      keys.add(name);
      const inner = [...path, name];
      const child = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (child === false || child === undefined) {
        const known = Object.keys(properties).filter((known) => !known.startsWith("$"));
        misfits.push({
          offset: (key as Node).range?.[0] ?? offset,
          message: `${nameOf(inner)}: unknown key; known are ${known.join(", ")}`,
        });
      } else {
        check(value as Node | null, child, inner, key as Node);
      }
    }
    for (const name of required) {
      if (!keys.has(name)) {
        misfits.push({ offset, message: `${nameOf([...path, name])}: is missing` });
      }
    }
    const choices = oneOf.map(({ required: [name] }) => name);
    if (choices.length > 0 && choices.filter((name) => keys.has(name)).length !== 1) {
      misfits.push({
        offset,
        message: `${nameOf(path)}: has exactly one of ${choices.join(", ")}`,
      });
    }
  }
}

/** A place in the document, as a key of a map. */
export function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function asMap(node: unknown) {
  return isMap(node) ? node : undefined;
}

/** As it is written in messages: `probes[0].http.url`. */
export function nameOf(path: Path): string {
  const name = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
  return name === "" ? "the file" : name;
}

/** Why a value does not fit, its parts aside. */
function mismatch(node: Node | null | undefined, expected: Schema): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  const shown = isScalar(node) && value !== null ? JSON.stringify(value) : typeOf(node);
  if (expected.enum !== undefined && !expected.enum.includes(value as string)) {
    return `${shown} is not one of ${expected.enum.join(", ")}`;
  }
  const types = expected.type === undefined ? [] : [expected.type].flat();
  const type = typeOf(node);
  if (types.length > 0 && !types.includes(type)) {
    const hint = types.includes("string") && isScalar(node) && value !== null ? "; quote it" : "";
    return `${shown} is no ${types.join(" or ")}${hint}`;
  }
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = expected;
  if (typeof value === "number" && (value < minimum || value > maximum)) {
    return `${value} is not between ${minimum} and ${maximum}`;
  }
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = expected;
  if (isSeq(node) && (node.items.length < minItems || node.items.length > maxItems)) {
    return `has ${node.items.length} items, not ${minItems}`;
  }
  return undefined;
}

function typeOf(node: Node | null | undefined): string {
  if (isMap(node)) return "object";
  if (isSeq(node)) return "array";
  const value = isScalar(node) ? node.value : null;
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
