/** `<world>_json.c`: a JSON codec of all types and the session, over jansson. For tests. */
import { pointsAtMemory } from "../abi.js";
import {
  type Func,
  type Interface,
  type Resource,
  resources,
  type Type,
  type World,
} from "../ir.js";
import { Scope } from "../names.js";
import type { Files } from "../target.js";
import { importParameters, isFallible, isOption, isPassedByAddress, results } from "./header.js";
import { JsonCodec } from "./json-codec.js";
import { importInterfaces, importMembers, type Names, parameters } from "./names.js";
import { chunks, needed } from "./pick.js";
import { Printer } from "./print.js";

export function emitJson(
  world: World,
  names: Names,
  header: string,
  fixed: (file: string) => string,
): Files {
  const name = `${names.prefix}_json`;
  const guard = `${names.macro}_JSON_H`;
  const head = [
    `#ifndef ${guard}\n#define ${guard}`,
    '#ifdef __cplusplus\nextern "C" {\n#endif',
    fixed("json.h").trim(),
    "#ifdef __cplusplus\n}\n#endif",
    `#endif // ${guard}`,
  ];
  return {
    [`${name}.h`]: `${header}\n${head.join("\n\n")}\n`,
    [`${name}.c`]: `${header}\n${new SessionWriter(world, names).print(fixed)}`,
  };
}

class SessionWriter {
  readonly #world: World;
  readonly #names: Names;
  readonly #out = new Printer();
  readonly #codec: JsonCodec;
  readonly #scope = new Scope(new Set());

  constructor(world: World, names: Names) {
    this.#world = world;
    this.#names = names;
    this.#codec = new JsonCodec(names, this.#out);
  }

  print(fixed: (file: string) => string): string {
    const { prefix } = this.#names;
    const imports = this.#imports();
    const calls = this.#calls();
    this.#drop();
    this.#new(imports);
    const table = new Printer();
    table.block(
      "static const js_call js_calls[] = {",
      () => {
        for (const { name, call } of calls) table.line(`  {"${name}", ${call}},`);
        table.line("  {NULL, NULL},");
      },
      "};",
    );
    this.#out.line();
    this.#out.block(`int ${prefix}_serve(void) {`, () => {
      this.#out.line("js_t session;");
      this.#out.line("memset(&session, 0, sizeof session);");
      this.#out.line("return js_serve(&session, js_calls);");
    });
    const generated = this.#out.toString();
    const used = needed(chunks(fixed("json.c")), generated);
    // the session's own functions stand behind those of types, and are used by these
    const declared = new Printer();
    for (const { call } of calls)
      declared.line(`static void ${call}(js_t *session, json_t *args);`);
    declared.line("static void js_drop(js_t *session, const json_t *json);");
    declared.line("static int32_t js_new(js_t *session);");
    const parts = [
      "#ifndef _POSIX_C_SOURCE\n#define _POSIX_C_SOURCE 200809L // for getline()\n#endif",
      `#include "${prefix}_json.h"`,
      `#include "${prefix}.h"`,
      ["errno", "inttypes", "jansson", "math", "stdio", "stdlib", "string"]
        .map((name) => `#include <${name}.h>`)
        .join("\n"),
      fixed("json-state.c"),
      declared.toString(),
      used.join("\n\n"),
      table.toString(),
      generated,
    ];
    return `${parts.map((p) => p.trim()).join("\n\n")}\n`;
  }

  /** The components' functions: each reads its arguments, calls, and answers. */
  #calls(): { name: string; call: string }[] {
    return this.#world.exports.flatMap((each) =>
      each.functions.map((func) => {
        const call = this.#scope.claim(`call_${this.#names.function(func)}`);
        this.#call(func, call);
        return { name: title(each, func.label), call };
      }),
    );
  }

  #call(func: Func, call: string): void {
    const names = this.#names;
    const out = new Printer();
    const own = parameters(func);
    const { value, error } = results(func);
    out.line();
    out.block(`static void ${call}(js_t *session, json_t *args) {`, () => {
      func.parameters.forEach((p, i) => {
        printZero(names, p.type, own[i] ?? "", out);
      });
      if (value) printZero(names, value, "result", out);
      if (error) printZero(names, error, "error", out);
      out.line(`bool fault = js_arguments(session, args, ${func.parameters.length});`);
      func.parameters.forEach((p, i) => {
        const json = `json_array_get(args, ${i})`;
        const read = this.#codec.read(p.type, json, own[i] ?? "");
        out.when(`!fault && ${read}`, `fault = js_at(session, "${own[i]}");`);
      });
      out.line("if (fault) js_refuse_fault(session);");
      out.block("if (!fault) {", () => {
        const args = ["session->instance"];
        func.parameters.forEach((p, i) => {
          args.push(argument(p.type, own[i] ?? ""));
        });
        if (value) args.push("&result");
        if (error) args.push("&error");
        out.list(`const int32_t status = ${names.function(func)}(`, args, ");");
        this.#returned(func, value, error, out);
        out.line("js_answer(session, args, status, returned);");
      });
      func.parameters.forEach((p, i) => {
        if (pointsAtMemory(p.type)) out.line(`${names.free(p.type)}(&${own[i]});`);
      });
      // what failed has been freed and is empty
      if (value && pointsAtMemory(value)) out.line(`${names.free(value)}(&result);`);
      if (error && pointsAtMemory(error)) out.line(`${names.free(error)}(&error);`);
    });
    this.#out.append(out);
  }

  #returned(func: Func, value: Type | undefined, error: Type | undefined, out: Printer): void {
    const { macro } = this.#names;
    const write = (type: Type | undefined, name: string) =>
      type ? this.#codec.write(type, name) : "json_null()";
    out.line("json_t *returned = NULL;");
    if (isFallible(func)) {
      const ok = `returned = js_write_member("ok", ${write(value, "result")});`;
      out.when(`status == ${macro}_OK`, ok);
      out.when(
        `status == ${macro}_ERR`,
        ok.replace('"ok"', '"err"').replace(write(value, "result"), write(error, "error")),
      );
    } else if (value) {
      out.when(`status == ${macro}_OK`, `returned = ${write(value, "result")};`);
    }
  }

  /** Ends an object by its id. */
  #drop(): void {
    const out = this.#out;
    const names = this.#names;
    const exported = this.#world.exports.flatMap((each) => resources(each));
    out.line();
    out.block("static void js_drop(js_t *session, const json_t *json) {", () => {
      out.line("uint32_t index = 0;");
      out.line("uint32_t generation = 0;");
      out.block(
        'if (js_read_handle(session, json, &index, &generation) && js_at(session, "drop")) {',
        () => {
          out.line("js_refuse_fault(session);");
          out.line("return;");
        },
      );
      if (exported.length === 0) return;
      out.line(`int32_t status = ${names.macro}_INVALID;`);
      out.line("switch (session->objects[(size_t)json_number_value(json) - 1].type) {");
      for (const resource of exported) {
        out.line(`case ${this.#codec.resource(resource)}: {`);
        out.indent(() => {
          out.line(`const ${names.type(resource)} object = {index, generation};`);
          out.line(`status = ${names.function(resource)}(session->instance, object);`);
          out.line("break;");
        });
        out.line("}");
      }
      out.line("default:");
      out.indent(() => out.line("break;"));
      out.line("}");
      out.line("js_answer(session, json, status, NULL);");
    });
  }

  #new(imports: readonly [string, string][]): void {
    const out = this.#out;
    const { prefix } = this.#names;
    out.line();
    out.block("static int32_t js_new(js_t *session) {", () => {
      if (!this.#names.hasImports) {
        out.line(`return ${prefix}_new(&session->instance);`);
        return;
      }
      out.line(`${prefix}_imports_t imports;`);
      out.line("imports.user = session;");
      for (const [path, name] of imports) out.line(`imports.${path} = ${name};`);
      out.line(`return ${prefix}_new(&session->instance, &imports);`);
    });
  }

  /** The host's functions: each has the other side of the session answer. */
  #imports(): [string, string][] {
    const interfaces = importInterfaces(this.#world);
    return this.#world.imports.flatMap((each) => {
      const labels = importMembers(each, each.ofWorld ? ["user", ...interfaces.values()] : []);
      const path = each.ofWorld ? "" : `${interfaces.get(each)}.`;
      const found = each.functions.map((func, i): [string, string] => {
        const label = `${path}${labels.functions[i]}`;
        const name = this.#scope.claim(`import_${label.replaceAll(".", "_")}`);
        this.#import(each, func, name);
        return [label, name];
      });
      const drops = resources(each).map((resource, i): [string, string] => {
        const label = `${path}${labels.drops[i]}`;
        const name = this.#scope.claim(`import_${label.replaceAll(".", "_")}`);
        this.#importDrop(each, resource, name);
        return [label, name];
      });
      return [...found, ...drops];
    });
  }

  #import(each: Interface, func: Func, name: string): void {
    const names = this.#names;
    const out = new Printer();
    const own = parameters(func);
    const { value, error } = results(func);
    out.line();
    out.list(`static int32_t ${name}(`, importParameters(func, names), ") {");
    out.indent(() => {
      out.line("js_t *session = user;");
      out.line("json_t *args = json_array();");
      func.parameters.forEach((p, i) => {
        const label = own[i] ?? "";
        const written = isOption(p.type)
          ? this.#codec.writeMaybe(p.type, label)
          : this.#codec.write(p.type, isPassedByAddress(p.type) ? `*${label}` : label);
        out.list("json_array_append_new(", ["args", written], ");");
      });
      out.line(`json_t *json = js_import(session, js_calls, "${title(each, func.label)}", args);`);
      out.line(`if (json == NULL) return ${names.macro}_TRAPPED;`);
      this.#importResult(func, value, error, out);
    });
    out.line("}");
    this.#out.append(out);
  }

  #importResult(func: Func, value: Type | undefined, error: Type | undefined, out: Printer): void {
    const { macro } = this.#names;
    const read = (type: Type | undefined, json: string, name: string) =>
      type ? this.#codec.read(type, json, `*${name}`) : "false";
    const names = this.#names;
    const frees = (fault: string) => {
      if (value && pointsAtMemory(value)) out.when(fault, `${names.free(value)}(result);`);
      if (error && pointsAtMemory(error)) out.when(fault, `${names.free(error)}(error);`);
    };
    if (!isFallible(func)) {
      out.line(`const bool fault = ${read(value, "json", "result")};`);
      out.line("json_decref(json);");
      frees("fault");
      out.line(`return fault ? js_bad_return(session) : ${macro}_OK;`);
      return;
    }
    out.line('static const char *const labels[] = {"ok", "err"};');
    out.line("json_t *payload = NULL;");
    out.line("size_t place = 0;");
    out.line("bool fault = js_read_case(session, json, labels, 2, &place, &payload);");
    out.line(`if (!fault && place == 0) fault = ${read(value, "payload", "result")};`);
    out.line(`if (!fault && place == 1) fault = ${read(error, "payload", "error")};`);
    out.line("json_decref(json);");
    frees("fault");
    out.line(`const int32_t status = place == 0 ? ${macro}_OK : ${macro}_ERR;`);
    out.line("return fault ? js_bad_return(session) : status;");
  }

  #importDrop(each: Interface, resource: Resource, name: string): void {
    const out = this.#out;
    out.line();
    out.block(`static void ${name}(void *user, ${this.#names.type(resource)} *object) {`, () => {
      out.line("js_t *session = user;");
      out.line("if (session->ending) return;");
      out.line("json_t *args = json_array();");
      out.line("json_array_append_new(args, js_write_id(object));");
      const label = title(each, `[drop]${resource.name}`);
      out.line(`json_decref(js_import(session, js_calls, "${label}", args));`);
    });
  }
}

/** `test:x/echo@1.2.3#step`; of the world itself the label alone. */
function title(each: Interface, label: string): string {
  return each.ofWorld ? label : `${each.id}#${label}`;
}

function argument(type: Type, name: string): string {
  if (isOption(type)) return `${name}.is_some ? &${name}.value : NULL`;
  return isPassedByAddress(type) ? `&${name}` : name;
}

function printZero(names: Names, type: Type, name: string, out: Printer): void {
  out.line(`${names.declare(type, name)};`);
  out.line(`memset(&${name}, 0, sizeof ${name});`);
}
