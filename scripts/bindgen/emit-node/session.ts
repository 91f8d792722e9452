/** `<world>.session.ts`: every function of the world by its name, over the fixed `session.ts`. */
import { type Func, type Interface, type Resource, resolve, resources, type World } from "../ir.js";
import { Printer } from "../printer.js";
import { Codecs } from "./json.js";
import {
  classMembers,
  type InterfaceMembers,
  interfaceMembers,
  type TypeNames,
  worldMembers,
} from "./names.js";

export function emitSession(world: World, names: TypeNames): string {
  const out = new Printer();
  const codecs = new Codecs(world);
  const imports = functionsOf(world.imports);
  const exported = functionsOf(world.exports);
  const text = new Printer();
  // at the depth at which they will stand
  text.indent(() =>
    text.indent(() =>
      text.indent(() => {
        emitFunctions("exports", exported, codecs, text);
        emitFunctions("imports", imports, codecs, text);
        emitHosts(world, text);
      }),
    ),
  );
  const tables = text.toString();
  const given = imports.length > 0;
  const file = `./${names.file}`;
  out.line('import type * as abi from "./abi.js";');
  if (/\bjson\./.test(tables)) out.line('import * as json from "./json.js";');
  out.line('import * as session from "./session.js";');
  const taken = given ? ["instantiate", `type ${names.imports}`] : ["instantiate"];
  out.specifiers("import", taken, ` from "${file}.js"`);
  if (/\bcodec\./.test(tables)) out.line(`import * as codec from "${file}.json.js";`);
  out.line();
  out.docs("Calls the component by JSON; `answer` is asked for what it calls itself.");
  out.function(
    "openSession",
    ["module: abi.Module", "answer?: session.Answerer"],
    "session.Session",
    () => {
      const objects = /\bobjects\b/.test(tables) ? "(objects)" : "()";
      const made = given
        ? `(imports) => instantiate(module, imports as ${names.imports})`
        : "() => instantiate(module)";
      out.block(
        "return new session.Session(",
        () => {
          out.line(`${made},`);
          out.line(`${objects} => ({`);
          out.indent(() => {
            for (const line of tables.trimEnd().split("\n")) out.line(line.slice(6));
          });
          out.line("}),");
          out.line("answer,");
        },
        ");",
      );
    },
    "export ",
  );
  out.line();
  out.docs("Serves a session on the standard input and output, until the input ends.");
  out.function(
    "serve",
    ["module: abi.Module"],
    "void",
    () => out.line("session.serve((answer) => openSession(module, answer));"),
    "export ",
  );
  return out.toString();
}

/** A function with the way to it from the world's object. */
interface Way {
  /** `test:echo/echo@1.2.3#text`. */
  readonly name: string;
  readonly func: Func;
  readonly kind: "function" | "constructor" | "method";
  /** Members from the world's object on; of a method, its own name alone. */
  readonly path: readonly string[];
  /** Of a constructor or method. */
  readonly resource?: Resource | undefined;
}

function functionsOf(interfaces: readonly Interface[]): Way[] {
  const { interfaces: labelled, own } = worldMembers(interfaces);
  const ways = labelled.flatMap(({ of, label }) => waysOf(of, [label], interfaceMembers(of)));
  return own ? [...ways, ...waysOf(own.of, [], own)] : ways;
}

function waysOf(of: Interface, before: readonly string[], found: InterfaceMembers): Way[] {
  const name = (func: Func) => (of.ofWorld ? func.label : `${of.id}#${func.label}`);
  const way = (func: Func, kind: Way["kind"], path: readonly string[]): Way => ({
    ...{ name: name(func), func, kind, path },
    resource: kind === "function" ? undefined : func.of?.resource,
  });
  const free = found.functions.map((f) => way(f.func, "function", [...before, f.label]));
  const classes = found.classes.flatMap(({ label, make, statics }) => {
    const path = [...before, label];
    const made = make ? [way(make, "constructor", path)] : [];
    return [...made, ...statics.map((s) => way(s.func, "function", [...path, s.label]))];
  });
  const methods = resources(of).flatMap((resource) =>
    classMembers(of, resource).methods.map((m) => way(m.func, "method", [m.label])),
  );
  return [...free, ...classes, ...methods];
}

function emitFunctions(side: string, ways: readonly Way[], codecs: Codecs, out: Printer): void {
  if (ways.length === 0) {
    out.line(`${side}: [],`);
    return;
  }
  out.block(
    `${side}: [`,
    () => {
      for (const { name, func, kind, path, resource } of ways) {
        const takes = func.parameters.map((p) => codecs.of(p.type, "codec."));
        const fails = func.result !== undefined && resolve(func.result).kind === "result";
        out.block(
          "{",
          () => {
            out.line(`name: "${name}",`);
            out.line(`kind: "${kind}",`);
            out.member("path: ", pathOf(path));
            if (resource) out.line(`resource: "${keyOf(resource)}",`);
            out.member("parameters: ", `[${takes.join(", ")}]`);
            if (func.result) {
              const of = fails ? resolve(func.result) : func.result;
              out.member("result: ", codecs.of(of, "codec."));
            }
            if (fails) out.line("fails: true,");
          },
          "},",
        );
      }
    },
    "],",
  );
}

/** The application's resources: their names, the ways to their classes, and what ends objects. */
function emitHosts(world: World, out: Printer): void {
  const { interfaces, own } = worldMembers(world.imports);
  const all = world.imports.flatMap((of) =>
    resources(of).map((resource) => {
      const label = interfaces.find((i) => i.of === of)?.label;
      const { classes } = own?.of === of ? own : interfaceMembers(of);
      const found = classes.find((c) => c.resource === resource)?.label;
      const path = label === undefined ? [found] : [label, found];
      const drop = `${of.ofWorld ? "" : `${of.id}#`}[drop]${resource.name}`;
      return { resource, drop, path: found === undefined ? [] : path };
    }),
  );
  if (all.length === 0) {
    out.line("resources: [],");
    return;
  }
  const entries = all.map(
    ({ resource, drop, path }) =>
      `{ name: "${keyOf(resource)}", drop: "${drop}", path: ${pathOf(path)} }`,
  );
  if (entries.length === 1) out.list("resources: [", entries, "],");
  else {
    out.block(
      "resources: [",
      () => {
        for (const entry of entries) out.member("", entry);
      },
      "],",
    );
  }
}

function keyOf(resource: Resource): string {
  return `${resource.owner}#${resource.name}`;
}

function pathOf(path: readonly (string | undefined)[]): string {
  return `[${path.map((p) => `"${p}"`).join(", ")}]`;
}
