/** Code that finds the component's own objects among the arguments or results of a call. */
import { type DeclaredType, parts, resolve, type Type, type World } from "../ir.js";
import { declaredKey, Scope } from "../names.js";
import { caseName, fieldName, type RustNames, unCamel } from "./names.js";
import type { RustPrinter } from "./printer.js";
import { KEYWORDS } from "./reserved.js";

/** Whether a value is or holds an object of a resource that the component implements. */
export function holdsObject(type: Type): boolean {
  const it = resolve(type);
  if (it.kind === "own" || it.kind === "borrow") return it.resource.side === "export";
  return parts(it).some(holdsObject);
}

export class ObjectFinder {
  readonly #names: RustNames;
  readonly #functions: ReadonlyMap<string, string>;
  readonly #types: readonly DeclaredType[];

  constructor(world: World, names: RustNames) {
    this.#names = names;
    const scope = new Scope(KEYWORDS);
    const types = world.interfaces.flatMap((i) => i.types);
    this.#types = types.filter((t) => {
      return (t.kind === "record" || t.kind === "variant") && holdsObject(t);
    });
    this.#functions = new Map(
      this.#types.map((t) => [
        declaredKey(t),
        scope.claim(`parts_of_${unCamel(names.type(t), "_")}`),
      ]),
    );
  }

  /** Prints what adds the objects in a value to `parts`; `value` is a reference. */
  find(type: Type, value: string, p: RustPrinter, depth = 0): void {
    const it = resolve(type);
    if (!holdsObject(it)) return;
    const inner = depth === 0 ? "it" : `it${depth}`;
    switch (it.kind) {
      case "own":
      case "borrow": {
        const handle = value.startsWith("&") ? value.slice(1) : `*${value}`;
        p.line(`parts.push(Part::${it.kind}(${handle}, "${it.resource.name}"));`);
        return;
      }
      case "list":
        p.block(`for ${inner} in ${bare(value)}.iter() {`, () => {
          this.find(it.element, inner, p, depth + 1);
        });
        return;
      case "option":
        p.block(`if let Some(${inner}) = ${value} {`, () => {
          this.find(it.value, inner, p, depth + 1);
        });
        return;
      case "result":
        for (const [name, type] of [["Ok", it.ok] as const, ["Err", it.error] as const]) {
          if (type === undefined || !holdsObject(type)) continue;
          p.block(`if let ${name}(${inner}) = ${value} {`, () => {
            this.find(type, inner, p, depth + 1);
          });
        }
        return;
      case "tuple":
        it.items.forEach((item, i) => {
          this.find(item, `&${bare(value)}.${i}`, p, depth);
        });
        return;
      case "record":
      case "variant":
        p.line(`${this.#functions.get(declaredKey(it))}(${value}, parts);`);
        return;
      default:
    }
  }

  /** The functions that `find` has called for. */
  printFunctions(p: RustPrinter): void {
    for (const type of this.#types) {
      const name = this.#functions.get(declaredKey(type));
      p.line();
      p.block(`fn ${name}(of: &${this.#names.type(type)}, parts: &mut Vec<Part>) {`, () => {
        if (type.kind === "record") {
          for (const field of type.fields) this.find(field.type, `&of.${fieldName(field.name)}`, p);
        }
        if (type.kind === "variant") {
          for (const each of type.cases) {
            const payload = each.type;
            if (payload === undefined || !holdsObject(payload)) continue;
            p.block(`if let ${this.#names.type(type)}::${caseName(each.name)}(it) = of {`, () => {
              this.find(payload, "it", p, 1);
            });
          }
        }
      });
    }
  }
}

/** Without the `&` that a method call or a field's name does not need. */
function bare(value: string): string {
  return value.startsWith("&") ? value.slice(1) : value;
}
