/** `WorldJson.java`: a JSON codec for each of the world's types, over the fixed `JsonCodec`. */
import { isNumber, type NumberKind, resolve, type Type, type Variant } from "../ir.js";
import { lowerCamel } from "../names.js";
import { TypeFunctions } from "../type-functions.js";
import { components, InnerScope, KEYWORDS, type TypeNames } from "./names.js";
import { call, type Expression, Printer } from "./printer.js";

/** An array of numbers stands for a list of what its bits mean. */
const LISTS: Readonly<Record<NumberKind, string>> = {
  ...{ u8: "JsonCodec.bytes()", s8: "JsonNumbers.s8()", u16: "JsonNumbers.u16()" },
  ...{ s16: "JsonNumbers.s16()", u32: "JsonNumbers.u32()", s32: "JsonNumbers.s32()" },
  ...{ u64: "JsonNumbers.u64()", s64: "JsonNumbers.s64()", f32: "JsonNumbers.f32()" },
  f64: "JsonNumbers.f64()",
};

export class JsonCodecs {
  readonly #names: TypeNames;
  readonly #out = new Printer(1);
  readonly #functions: TypeFunctions;

  constructor(names: TypeNames) {
    this.#names = names;
    this.#functions = new TypeFunctions(new InnerScope(KEYWORDS), (type) => names.declared(type));
  }

  /** The codec of a type; `json` is the `WorldJson`, nothing within it. */
  of(type: Type | undefined, json = "json."): Expression {
    const it = type && resolve(type);
    if (it === undefined) return "JsonCodec.nothing()";
    switch (it.kind) {
      case "own":
      case "borrow":
      case "record":
      case "variant":
      case "enum":
      case "flags":
      case "tuple":
        return `${json}${this.#functions.name("codecOf", it, (name) => this.#print(name, it))}()`;
      case "list": {
        const element = resolve(it.element).kind;
        return isNumber(element)
          ? LISTS[element]
          : call("JsonCodec.list", this.of(it.element, json));
      }
      case "option": {
        const nested = resolve(it.value).kind === "option";
        return call(`JsonCodec.${nested ? "nested" : "option"}`, this.of(it.value, json));
      }
      case "result":
        return call("JsonCodec.result", this.of(it.ok, json), this.of(it.error, json));
      case "char":
        return "JsonCodec.character()";
      default:
        return `JsonCodec.${it.kind}()`;
    }
  }

  /** The class, with all that was asked for. */
  print(): Printer {
    this.#functions.flush();
    const out = new Printer();
    out.docs(["JSON codecs of the world's types."]);
    out.block("final class WorldJson", () => {
      out.line("private final WorldSession session;");
      out.line();
      out.method("WorldJson", ["WorldSession session"], () => out.line("this.session = session;"));
      out.append(this.#out);
    });
    return out;
  }

  #print(name: string, type: Type): void {
    const it = resolve(type);
    const labels = (items: readonly { name: string }[]) => items.map((i) => `"${i.name}"`);
    switch (it.kind) {
      case "enum": {
        const java = this.#names.declared(it);
        const codec = call("JsonCodec.enumeration", `${java}.values()`, ...labels(it.cases));
        this.#method(name, it, codec);
        break;
      }
      case "flags": {
        const java = this.#names.declared(it);
        const args = [`${java}.class`, `${java}.values()`, ...labels(it.flags)];
        this.#method(name, it, call("JsonCodec.flags", ...args));
        break;
      }
      case "own":
      case "borrow": {
        const java = this.#names.declared(it.resource);
        const own = call(`session.${it.kind}`, `${java}.class`);
        const hosts = call("JsonSession.numbered", `session::number${java}`);
        this.#method(name, it, it.resource.side === "export" ? own : hosts);
        break;
      }
      case "record": {
        const own = components(it.fields);
        const parts = it.fields.map((f, i) => ({
          args: [`"${lowerCamel(f.name)}"`, this.of(f.type, "")],
          value: `value.${own[i]}()`,
        }));
        this.#printParts(name, it, "Members", "record", parts, this.#names.declared(it));
        break;
      }
      case "tuple": {
        const parts = it.items.map((t, i) => ({
          args: [this.of(t, "")],
          value: `value.item${i}()`,
        }));
        this.#printParts(name, it, "Items", "tuple", parts, `Tuple${it.items.length}<>`);
        break;
      }
      case "variant":
        this.#printVariant(name, it);
        break;
    }
  }

  #method(name: string, type: Type, codec: Expression): void {
    const out = this.#out;
    out.line();
    out.method(`JsonCodec<${this.#names.boxed(type)}> ${name}`, [], () =>
      out.word("return", codec),
    );
  }

  /** A record or tuple: a method that writes its parts, and one that makes it of them. */
  #printParts(
    name: string,
    type: Type,
    taker: string,
    codec: string,
    parts: readonly { readonly args: readonly Expression[]; readonly value: string }[],
    made: string,
  ): void {
    const out = this.#out;
    const java = this.#names.of(type);
    const write = this.#functions.name("write", type, () => {});
    const read = this.#functions.name("read", type, () => {});
    this.#method(name, type, call(`JsonCodec.${codec}`, `this::${write}`, `this::${read}`));
    out.line();
    out.method(`private void ${write}`, [`${java} value`, `JsonCodec.${taker} json`], () => {
      for (const part of parts) out.statement(call("json.put", ...part.args, part.value));
    });
    out.line();
    out.method(`private ${java} ${read}`, [`JsonCodec.${taker} json`], () => {
      out.word("return", call(`new ${made}`, ...parts.map((p) => call("json.take", ...p.args))));
    });
  }

  #printVariant(name: string, type: Variant): void {
    const out = this.#out;
    const java = this.#names.declared(type);
    const write = this.#functions.name("write", type, () => {});
    const read = this.#functions.name("read", type, () => {});
    const patterns = this.#names.cases(type);
    this.#method(name, type, call("JsonCodec.of", `this::${write}`, `this::${read}`));
    out.line();
    out.method(`private JsonElement ${write}`, [`${java} value`], () => {
      type.cases.forEach((each, i) => {
        const pattern = patterns[i] ?? "";
        const payload = each.type ? ["it.value()"] : [];
        const codec = each.type ? [this.of(each.type, "")] : [];
        out.instanceOf("if (value", pattern, each.type ? "it" : "");
        out.indent(() => {
          out.word("return", call("JsonCodec.Case.of", `"${each.name}"`, ...codec, ...payload));
        });
        out.line("}");
      });
      out.line("throw new AssertionError(value);");
    });
    out.line();
    out.method(`private ${java} ${read}`, ["JsonElement json", "String path"], () => {
      out.line("JsonCodec.Case it = JsonCodec.Case.from(json, path);");
      out.block(
        "return switch (it.label())",
        () => {
          type.cases.forEach((each, i) => {
            const pattern = patterns[i] ?? "";
            const made = each.type
              ? call(`new ${pattern}`, call("it.with", this.of(each.type, "")))
              : call("it.without", call(`new ${pattern}`));
            out.arrow(`case "${each.name}"`, made);
          });
          out.line("default -> throw it.unknown();");
        },
        "};",
      );
    });
  }
}
