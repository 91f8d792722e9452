/** The functions that read a type's values from JSON and write them. */
import { type Item, identity, isNumber, type Resource, resolve, type Type } from "../ir.js";
import { choices } from "../layout.js";
import { lowerCamel, Scope } from "../names.js";
import { address, member } from "./functions.js";
import { members, type Names, payloadMembers } from "./names.js";
import { Printer } from "./print.js";

export class JsonCodec {
  readonly #names: Names;
  readonly #out: Printer;
  readonly #scope = new Scope(new Set());
  readonly #made = new Map<string, string>();
  readonly #resources: string[] = [];

  constructor(names: Names, out: Printer) {
    this.#names = names;
    this.#out = out;
  }

  /** The number of a resource in the session. */
  resource(resource: Resource): number {
    const key = identity(resource);
    if (!this.#resources.includes(key)) this.#resources.push(key);
    return this.#resources.indexOf(key);
  }

  /** An expression that reads into `target` and is true where the JSON does not fit. */
  read(type: Type, json: string, target: string): string {
    const it = resolve(type);
    if (isPlain(it)) return `js_read_${it.kind}(session, ${json}, ${address(target)})`;
    if (it.kind === "list" && resolve(it.element).kind === "u8") {
      const [items, length] = ["items", "length"].map((name) => `&${member(target, name)}`);
      return `js_read_bytes(session, ${json}, ${items}, ${length})`;
    }
    if (it.kind === "own" || it.kind === "borrow") {
      if (it.resource.side === "export") {
        const [index, generation] = ["index", "generation"].map((n) => `&${member(target, n)}`);
        return `js_read_handle(session, ${json}, ${index}, ${generation})`;
      }
    }
    const parameters = ["js_t *session", "json_t *json", this.#names.pointer(it, "v")];
    const name = this.#function("read", it, "bool", parameters, (out) => this.#reader(it, out));
    return `${name}(session, ${json}, ${address(target)})`;
  }

  /** An expression for the JSON of a value. */
  write(type: Type, value: string): string {
    const it = resolve(type);
    switch (it.kind) {
      case "bool":
        return `json_boolean(${value})`;
      case "u64":
      case "s64":
      case "char":
      case "string":
        return `js_write_${it.kind}(${value})`;
      case "f32":
      case "f64":
        return `js_write_f64(${value})`;
      case "own":
      case "borrow": {
        if (it.resource.side === "import") return `js_write_id(${value})`;
        const key = `${member(value, "index")}, ${member(value, "generation")}`;
        return `js_write_handle(session, ${this.resource(it.resource)}, ${key})`;
      }
    }
    if (isNumber(it.kind)) return `json_integer(${value})`;
    if (it.kind === "list" && resolve(it.element).kind === "u8") {
      return `js_write_bytes(${member(value, "items")}, ${member(value, "length")})`;
    }
    const parameters = ["js_t *session", this.#names.constant(it, "v")];
    const name = this.#function("write", it, "json_t *", parameters, (out) =>
      this.#writer(it, out),
    );
    return `${name}(session, ${address(value)})`;
  }

  /** The JSON of an option of which only the address of the value is there, or NULL. */
  writeMaybe(type: Type, pointer: string): string {
    const it = resolve(type);
    if (it.kind !== "option") throw new Error(`${it.kind} is no option`);
    const some = this.write(it.value, `*${pointer}`);
    const nested = resolve(it.value).kind === "option";
    return `${pointer} == NULL ? json_null() : ${nested ? `js_write_member("some", ${some})` : some}`;
  }

  #function(
    verb: string,
    type: Type,
    result: string,
    parameters: readonly string[],
    body: (out: Printer) => void,
  ): string {
    const key = `${verb} ${identity(type)}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const name = this.#scope.claim(`${verb}_${this.#names.base(type)}`);
    this.#made.set(key, name);
    const out = new Printer();
    out.line();
    out.list(`static ${result}${result.endsWith("*") ? "" : " "}${name}(`, parameters, ") {");
    out.indent(() => {
      body(out);
    });
    out.line("}");
    // after those that it has asked for
    this.#out.append(out);
    return name;
  }

  #reader(type: Type, out: Printer): void {
    const at = (fault: string, path: string) => {
      out.when(fault, `return js_at(session, "${path}");`);
    };
    switch (type.kind) {
      case "own":
      case "borrow":
        out.line("uintptr_t id = 0;");
        out.line("const bool fault = js_read_id(session, json, &id);");
        out.line(`*v = (${this.#names.handle(type)})id;`);
        out.line("return fault;");
        return;
      case "enum":
        labels(type.cases, out);
        out.line("size_t place = 0;");
        out.line(
          `const bool fault = js_read_label(session, json, labels, ${type.cases.length}, &place);`,
        );
        out.line(`*v = (${this.#names.type(type)})(fault ? 0 : place);`);
        out.line("return fault;");
        return;
      case "flags":
        labels(type.flags, out);
        out.line(`return js_read_flags(session, json, labels, ${type.flags.length}, v);`);
        return;
      case "record": {
        const keys = type.fields.map((f) => `"${lowerCamel(f.name)}"`);
        out.list("static const char *const keys[] = {", keys, "};");
        out.line(`if (js_check_record(session, json, keys, ${keys.length})) return true;`);
        const own = members(type.fields);
        type.fields.forEach((field, i) => {
          const json = `json_object_get(json, keys[${i}])`;
          at(this.read(field.type, json, `v->${own[i]}`), `.${lowerCamel(field.name)}`);
        });
        break;
      }
      case "tuple":
        out.line(`if (js_check_tuple(session, json, ${type.items.length})) return true;`);
        type.items.forEach((item, i) => {
          at(this.read(item, `json_array_get(json, ${i})`, `v->item${i}`), `[${i}]`);
        });
        break;
      case "list":
        out.line("if (js_check_list(session, json)) return true;");
        out.line(
          `${this.#names.pointer(type.element, "items")} = js_memory(json_array_size(json) * sizeof *items);`,
        );
        out.line("v->items = items;");
        out.line("v->length = json_array_size(json);");
        out.block("for (size_t i = 0; i < v->length; i++) {", () => {
          const read = this.read(type.element, "json_array_get(json, i)", "items[i]");
          out.when(read, "return js_at_index(session, i);");
        });
        break;
      case "option": {
        out.line("v->is_some = json != NULL && !json_is_null(json);");
        out.line("if (!v->is_some) return false;");
        if (resolve(type.value).kind === "option") {
          out.line('json_t *some = json_object_get(json, "some");');
          out.line('if (some == NULL) return js_not(session, "{some: …}", json);');
          at(this.read(type.value, "some", "v->value"), ".some");
        } else out.line(`return ${this.read(type.value, "json", "v->value")};`);
        if (resolve(type.value).kind !== "option") return;
        break;
      }
      case "variant":
      case "result":
        this.#caseReader(type, out);
        break;
    }
    out.line("return false;");
  }

  #caseReader(type: Type & { kind: "variant" | "result" }, out: Printer): void {
    const cases = choices(type);
    labels(cases, out);
    out.line("json_t *payload = NULL;");
    out.line("size_t place = 0;");
    out.line(
      `if (js_read_case(session, json, labels, ${cases.length}, &place, &payload)) return true;`,
    );
    // a result always has a member, which may be null
    if (type.kind === "result") out.line("v->is_error = place == 1;");
    else out.line(`v->tag = (${this.#names.type(type).replace(/_t$/, "_tag_t")})place;`);
    const own = payloadMembers(type);
    out.line("switch (place) {");
    cases.forEach((each, i) => {
      out.line(`case ${i}:`);
      out.indent(() => {
        if (type.kind === "variant") {
          out.line(
            `if (js_check_payload(session, json, payload, ${each.type !== undefined})) return true;`,
          );
        }
        if (each.type) {
          const fault = this.read(each.type, "payload", `v->value.${own[i]}`);
          out.when(fault, `return js_at(session, ".${each.name}");`);
        }
        out.line("break;");
      });
    });
    out.line("}");
  }

  #writer(type: Type, out: Printer): void {
    switch (type.kind) {
      case "enum":
        labels(type.cases, out);
        out.line("(void)session;");
        out.line("return json_string(labels[*v]);");
        return;
      case "flags":
        labels(type.flags, out);
        out.line("(void)session;");
        out.line(`return js_write_flags(*v, labels, ${type.flags.length});`);
        return;
      case "record": {
        const own = members(type.fields);
        out.line("(void)session;");
        out.line("json_t *json = json_object();");
        type.fields.forEach((field, i) => {
          const of = resolve(field.type);
          const value = `v->${own[i]}`;
          const set = `json_object_set_new(json, "${lowerCamel(field.name)}", ${this.write(field.type, value)});`;
          if (of.kind === "option") out.when(`${value}.is_some`, set);
          else out.line(set);
        });
        break;
      }
      case "tuple":
        out.line("(void)session;");
        out.line("json_t *json = json_array();");
        type.items.forEach((item, i) => {
          out.line(`json_array_append_new(json, ${this.write(item, `v->item${i}`)});`);
        });
        break;
      case "list":
        out.line("(void)session;");
        out.line("json_t *json = json_array();");
        out.block("for (size_t i = 0; i < v->length; i++) {", () => {
          out.line(`json_array_append_new(json, ${this.write(type.element, "v->items[i]")});`);
        });
        break;
      case "option": {
        const some = this.write(type.value, "v->value");
        const nested = resolve(type.value).kind === "option";
        out.line("(void)session;");
        out.line("if (!v->is_some) return json_null();");
        out.line(`return ${nested ? `js_write_member("some", ${some})` : some};`);
        return;
      }
      case "result":
        out.line("(void)session;");
        for (const [flag, name, part] of [
          ["!v->is_error", "ok", type.ok],
          ["v->is_error", "err", type.error],
        ] as const) {
          const of = part
            ? this.write(part, `v->value.${name === "ok" ? "ok" : "error"}`)
            : "json_null()";
          const write = `return js_write_member("${name}", ${of});`;
          if (name === "ok") out.when(flag, write);
          else out.line(write);
        }
        return;
      case "variant": {
        const own = payloadMembers(type);
        const tags = this.#names.cases(type);
        out.line("(void)session;");
        out.line("switch (v->tag) {");
        type.cases.forEach((each, i) => {
          out.line(`case ${tags[i]}:`);
          out.indent(() => {
            if (each.type === undefined) out.line(`return json_string("${each.name}");`);
            else {
              const value = this.write(each.type, `v->value.${own[i]}`);
              out.line(`return js_write_member("${each.name}", ${value});`);
            }
          });
        });
        out.line("}");
        out.line("return NULL;");
        return;
      }
    }
    out.line("return json;");
  }
}

/** Types of which the fixed part reads the values. */
function isPlain(type: Type): boolean {
  return isNumber(type.kind) || ["bool", "char", "string"].includes(type.kind);
}

function labels(items: readonly Pick<Item, "name">[], out: Printer): void {
  const texts = items.map((i) => `"${i.name}"`);
  out.list("static const char *const labels[] = {", texts, "};");
}
