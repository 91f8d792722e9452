/** The header's types: parts before wholes, each with the function that frees what it holds. */
import { pointsAtMemory } from "../abi.js";
import {
  type DeclaredType,
  identity,
  parts,
  type Resource,
  resolve,
  type Type,
  type World,
} from "../ir.js";
import { choices } from "../layout.js";
import { declaredKey } from "../names.js";
import { members, type Names, payloadMembers } from "./names.js";
import type { Printer } from "./print.js";

/** Prints each type once, and what it is made of before it. */
export class TypesWriter {
  /** Types that hold memory, parts before wholes. */
  readonly freed: Type[] = [];
  readonly #names: Names;
  readonly #out: Printer;
  readonly #done = new Set<string>();

  constructor(names: Names, out: Printer) {
    this.#names = names;
    this.#out = out;
  }

  world(world: World): void {
    for (const each of world.interfaces) {
      for (const type of each.types) this.need(type);
      for (const { parameters, result } of each.functions) {
        for (const p of parameters) this.need(p.type);
        if (result !== undefined) this.result(result);
      }
    }
  }

  /** Of a function's result that is a `result`, only the payloads are types of the header. */
  result(type: Type): void {
    const it = resolve(type);
    if (it.kind !== "result") this.need(type);
    else for (const part of parts(it)) this.need(part);
  }

  need(type: Type): void {
    const key = type.kind === "alias" ? declaredKey(type) : identity(type);
    if (this.#done.has(key)) return;
    this.#done.add(key);
    if (type.kind === "own" || type.kind === "borrow") this.need(type.resource);
    else for (const part of parts(type)) this.need(part);
    this.#print(type);
    if (type.kind === "alias" || type.kind === "resource" || type.kind === "string") return;
    if (pointsAtMemory(type)) this.#free(type);
  }

  #print(type: Type): void {
    switch (type.kind) {
      case "alias":
        this.#begin(type);
        this.#out.line(`typedef ${this.#names.declare(type.target, this.#names.type(type))};`);
        break;
      case "resource":
        this.#resource(type);
        break;
      case "enum":
        this.#begin(type);
        this.#enumeration(type, this.#names.type(type), this.#names.cases(type));
        break;
      case "flags":
        this.#flags(type);
        break;
      case "record": {
        this.#begin(type);
        const labels = members(type.fields);
        this.#struct(type, () => {
          type.fields.forEach((field, i) => {
            this.#out.docs(field.docs);
            this.#member(field.type, labels[i] ?? "");
          });
        });
        break;
      }
      case "tuple":
        this.#out.line();
        this.#struct(type, () => {
          type.items.forEach((item, i) => {
            this.#member(item, `item${i}`);
          });
        });
        break;
      case "list":
        this.#out.line();
        this.#struct(type, () => {
          this.#out.line(`${this.#names.constant(type.element, "items")};`);
          this.#out.line("size_t length;");
        });
        break;
      case "option":
        this.#out.line();
        this.#struct(type, () => {
          this.#out.line("bool is_some;");
          this.#member(type.value, "value");
        });
        break;
      case "result":
        this.#out.line();
        this.#struct(type, () => {
          this.#out.line("bool is_error;");
          this.#payloads(type);
        });
        break;
      case "variant": {
        const tag = this.#names.type(type).replace(/_t$/, "_tag_t");
        this.#begin(type, `Which case a ${this.#names.type(type)} is.`);
        this.#enumeration(type, tag, this.#names.cases(type));
        this.#out.line();
        this.#out.docs(type.docs);
        this.#struct(type, () => {
          this.#out.line(`${tag} tag;`);
          this.#payloads(type);
        });
        break;
      }
    }
  }

  #begin(type: DeclaredType, docs = type.docs): void {
    this.#out.line();
    this.#out.docs(docs);
  }

  #struct(type: Type, body: () => void): void {
    const name = this.#names.type(type);
    this.#out.block(`typedef struct ${name.replace(/_t$/, "")} {`, body, `} ${name};`);
  }

  #member(type: Type, name: string): void {
    this.#out.line(`${this.#names.declare(type, name)};`);
  }

  /** The payloads of the cases that have one share their place. */
  #payloads(type: Type): void {
    const labels = payloadMembers(type);
    const cases = choices(type);
    if (cases.every((c) => c.type === undefined)) return;
    this.#out.block(
      "union {",
      () => {
        cases.forEach((each, i) => {
          if (each.type !== undefined) this.#member(each.type, labels[i] ?? "");
        });
      },
      "} value;",
    );
  }

  #enumeration(type: DeclaredType, name: string, cases: readonly string[]): void {
    const items = type.kind === "enum" || type.kind === "variant" ? type.cases : [];
    this.#out.block(
      `typedef enum ${name.replace(/_t$/, "")} {`,
      () => {
        items.forEach((item, i) => {
          this.#out.docs(item.docs);
          this.#out.line(`${cases[i]}${i === items.length - 1 ? "" : ","}`);
        });
      },
      `} ${name};`,
    );
  }

  #flags(type: DeclaredType & { kind: "flags" }): void {
    this.#begin(type, type.docs === "" ? "Any of the flags below." : type.docs);
    this.#out.line(`typedef uint32_t ${this.#names.type(type)};`);
    const cases = this.#names.cases(type);
    type.flags.forEach((flag, i) => {
      this.#out.docs(flag.docs);
      this.#out.line(`#define ${cases[i]} (UINT32_C(1) << ${i})`);
    });
  }

  #resource(type: Resource): void {
    const name = this.#names.type(type);
    const struct = name.replace(/_t$/, "");
    const docs = (text: string) => [type.docs, text].filter((t) => t !== "").join("\n\n");
    if (type.side === "import") {
      const text = "The host's own: it declares the struct, and makes and ends its objects.";
      this.#begin(type, docs(text));
      this.#out.line(`typedef struct ${struct} ${name};`);
      return;
    }
    const text =
      "A handle of an object that the component has, until it is dropped or passed on; using it\n" +
      `after that is ${this.#names.macro}_INVALID. All zero is no object.`;
    this.#begin(type, docs(text));
    this.#out.block(
      `typedef struct ${struct} {`,
      () => {
        this.#out.line("uint32_t index;");
        this.#out.line("uint32_t generation;");
      },
      `} ${name};`,
    );
  }

  #free(type: Type): void {
    this.freed.push(type);
    const name = this.#names.type(type);
    this.#out.line();
    this.#out.docs("Frees what it holds, where a call has returned it, but not itself.");
    this.#out.line(`void ${this.#names.free(type)}(${name} *value);`);
  }
}

/** The bodies of the functions that free. */
export function printFrees(types: readonly Type[], names: Names, out: Printer): void {
  for (const type of types) {
    const head = `void ${names.free(type)}(${names.type(type)} *value) {`;
    out.line();
    out.block(head, () => printFree(type, names, out));
  }
}

function printFree(type: Type, names: Names, out: Printer): void {
  const holds = (part: Type | undefined): part is Type => !!part && pointsAtMemory(part);
  const free = (part: Type, member: string) => out.line(`${names.free(part)}(&value->${member});`);
  const it = resolve(type);
  switch (it.kind) {
    case "list":
      if (holds(it.element)) {
        const items = names.pointer(it.element, "items");
        out.line(`${items} = (${names.pointer(it.element, "")})value->items;`);
        const each = `${names.free(it.element)}(&items[i]);`;
        out.line(`for (size_t i = 0; i < value->length; i++) ${each}`);
      }
      out.line("free((void *)value->items);");
      out.line("value->items = NULL;");
      out.line("value->length = 0;");
      break;
    case "record": {
      const labels = members(it.fields);
      it.fields.forEach((field, i) => {
        if (holds(field.type)) free(field.type, labels[i] ?? "");
      });
      break;
    }
    case "tuple":
      it.items.forEach((item, i) => {
        if (holds(item)) free(item, `item${i}`);
      });
      break;
    case "option":
      out.when("value->is_some", `${names.free(it.value)}(&value->value);`);
      break;
    case "result":
      if (holds(it.ok)) out.when("!value->is_error", `${names.free(it.ok)}(&value->value.ok);`);
      if (holds(it.error)) {
        out.when("value->is_error", `${names.free(it.error)}(&value->value.error);`);
      }
      break;
    case "variant": {
      const labels = payloadMembers(it);
      const cases = names.cases(it);
      out.line("switch (value->tag) {");
      it.cases.forEach((each, i) => {
        if (!holds(each.type)) return;
        out.line(`case ${cases[i]}:`);
        out.indent(() => {
          if (each.type) free(each.type, `value.${labels[i]}`);
          out.line("break;");
        });
      });
      out.line("default:");
      out.indent(() => out.line("break;"));
      out.line("}");
      break;
    }
  }
}
