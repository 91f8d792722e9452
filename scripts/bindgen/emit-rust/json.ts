/** `<world>_json.rs`: the JSON of the world's types, and the session that calls it by name. */
import type { DeclaredType, Func, Interface, Type, World } from "../ir.js";
import { lowerCamel, Scope } from "../names.js";
import { snake, type Told, toldOfWorld, toldResources } from "./binding.js";
import { isFallible } from "./calls.js";
import { hasOwnImports } from "./imports.js";
import { caseName, fieldName, flagName, pointsElsewhere, type RustNames } from "./names.js";
import { holdsObject } from "./objects.js";
import { RustPrinter } from "./printer.js";
import { KEYWORDS } from "./reserved.js";

/** Locals of the session's calls and of the imports, which parameters must not hide. */
const LOCALS = ["answer", "args", "host", "json", "name", "of", "outcome", "view", "world"];

/** What the file may need of the fixed one. */
const ITEMS = ["Case", "Failure", "Fields", "Host", "Json", "Labels", "Objects", "Record", "Unfit"];
const FUNCTIONS = ["labels", "unfit"];

export function emitJson(world: World, names: RustNames): string {
  const body = new RustPrinter();
  for (const { types } of world.interfaces) {
    for (const type of types) printCodec(type, names, body);
  }
  printImports(world, names, body);
  printSession(world, names, body);
  const text = body.toString();

  const uses = (word: string) => new RegExp(`(?<![:\\w])${word}\\b`).test(text);
  const p = new RustPrinter();
  p.line(`//! JSON of the types of \`${world.id}\`, and a session of calls by name. For tests.`);
  p.line("#![allow(clippy::type_complexity)]");
  p.line();
  p.line("use serde_json::Value;");
  p.list("use wasmtime::component::", ["Component", "Resource", "ResourceAny"].filter(uses), ";");
  p.line();
  p.list("use super::json::", ["self", ...ITEMS.filter(uses), ...FUNCTIONS.filter(uses)], ";");
  p.line();
  p.line(`use super::${names.module} as world;`);
  return p.toString() + text;
}

function printCodec(type: DeclaredType, names: RustNames, p: RustPrinter): void {
  if (type.kind === "alias" || type.kind === "resource") return;
  const name = `world::${names.type(type)}`;
  p.line();
  p.block(`impl Json for ${name} {`, () => {
    const objects = holdsMore(type) ? "objects" : "_";
    const to = ["&self", `${objects}: &mut Objects`];
    const from = ["value: &Value", `${objects}: &mut Objects`];
    p.function("fn to_json", to, "Value", () => printTo(type, name, p));
    p.line();
    p.function("fn from_json", from, "Result<Self, Unfit>", () => printFrom(type, name, p));
  });
}

/** Whether values of the type have parts that may be or hold objects. */
function holdsMore(type: DeclaredType): boolean {
  if (type.kind === "variant") return type.cases.some((c) => c.type !== undefined);
  return type.kind === "record";
}

function printTo(type: DeclaredType, name: string, p: RustPrinter): void {
  switch (type.kind) {
    case "record":
      p.chain("Record::new(objects)", [
        ...type.fields.map((f) => `.with("${lowerCamel(f.name)}", &self.${fieldName(f.name)})`),
        ".end()",
      ]);
      return;
    case "variant":
      p.block("match self {", () => {
        for (const each of type.cases) {
          const at = `${name}::${caseName(each.name)}`;
          if (each.type === undefined) p.arm(at, `Value::from("${each.name}")`);
          else p.arm(`${at}(it)`, `serde_json::json!({ "${each.name}": it.to_json(objects) })`);
        }
      });
      return;
    case "enum":
      p.block(
        "Value::from(match self {",
        () => {
          for (const each of type.cases) {
            p.arm(`${name}::${caseName(each.name)}`, `"${each.name}"`);
          }
        },
        "})",
      );
      return;
    case "flags":
      p.line("let mut set = Labels::default();");
      for (const each of type.flags) {
        const holds = `self.contains(${name}::${flagName(each.name)})`;
        p.call("set.add", [`"${each.name}"`, holds], ";");
      }
      p.line("set.end()");
      return;
    default:
  }
}

function printFrom(type: DeclaredType, name: string, p: RustPrinter): void {
  switch (type.kind) {
    case "record":
      p.line("let mut fields = Fields::of(value, objects)?;");
      p.block(
        `let it = ${name} {`,
        () => {
          for (const field of type.fields) {
            p.line(`${fieldName(field.name)}: fields.take("${lowerCamel(field.name)}")?,`);
          }
        },
        "};",
      );
      p.line("fields.end()?;");
      p.line("Ok(it)");
      return;
    case "variant":
      p.line("let case = Case::of(value)?;");
      p.block("match case.name {", () => {
        for (const each of type.cases) {
          const at = `${name}::${caseName(each.name)}`;
          const made =
            each.type === undefined ? `case.bare(${at})` : `case.payload(objects, ${at})`;
          p.arm(`"${each.name}"`, made);
        }
        p.line("_ => case.unknown(),");
      });
      return;
    case "enum":
      p.block("match value.as_str() {", () => {
        for (const each of type.cases) {
          p.arm(`Some("${each.name}")`, `Ok(${name}::${caseName(each.name)})`);
        }
        p.line('_ => Err(unfit("a label", value)),');
      });
      return;
    case "flags":
      p.line(`let mut all = ${name}::empty();`);
      p.block("for label in labels(value)? {", () => {
        p.block(
          "all |= match label {",
          () => {
            for (const each of type.flags) {
              p.arm(`"${each.name}"`, `${name}::${flagName(each.name)}`);
            }
            p.line('_ => return Err(unfit("known flags", value)),');
          },
          "};",
        );
      });
      p.line("Ok(all)");
      return;
    default:
  }
}

/** The traits of the imports, implemented by the session's other side. */
function printImports(world: World, names: RustNames, p: RustPrinter): void {
  for (const { imported, id, functions, resources } of names.binding.interfaces) {
    const module = names.imports.get(id);
    if (imported === undefined || module === undefined) continue;
    printTraits(imported, `world::imports::${module}`, "Host", functions, resources, names, p);
  }
  const own = world.imports.find((i) => i.ofWorld);
  if (own === undefined || !hasOwnImports(world)) return;
  const [functions, types] = [toldOfWorld(own), toldResources(own)];
  printTraits(own, "world::bindings", "ComponentImports", functions, types, names, p);
}

function printTraits(
  owner: Interface,
  module: string,
  trait: string,
  functions: ReadonlyMap<string, Told>,
  types: ReadonlyMap<string, Told>,
  names: RustNames,
  p: RustPrinter,
): void {
  const called = (func: Func) => (owner.ofWorld ? func.label : `${owner.id}#${func.label}`);
  const print = (name: string, members: readonly Func[], dropped: Told | undefined, label = "") => {
    p.line();
    if (members.length === 0 && dropped === undefined) {
      p.line(`impl ${module}::${name} for Host {}`);
      return;
    }
    p.item(() =>
      p.block(`impl ${module}::${name} for Host {`, () => {
        members.forEach((func, i) => {
          if (i > 0) p.line();
          printImport(
            func,
            functions.get(func.label)?.rust ?? snake(func.name),
            called(func),
            names,
            p,
          );
        });
        if (dropped === undefined) return;
        if (members.length > 0) p.line();
        const parameters = ["&mut self", `it: Resource<${module}::${dropped.rust}>`];
        p.function("fn drop", parameters, "wasmtime::Result<()>", () => {
          p.line("let args = vec![Host::json(self, &it)];");
          p.call("Host::ask", ["self", `"${label}"`, "args"]);
        });
      }),
    );
  };
  for (const type of owner.types) {
    const told = type.kind === "resource" ? types.get(type.name) : undefined;
    if (told === undefined) continue;
    const members = owner.functions.filter((f) => f.of?.resource === type);
    const label = owner.ofWorld ? `[drop]${type.name}` : `${owner.id}#[drop]${type.name}`;
    print(`Host${told.rust}`, members, told, label);
  }
  print(
    trait,
    owner.functions.filter((f) => f.of === undefined),
    undefined,
  );
}

function printImport(
  func: Func,
  rust: string,
  label: string,
  names: RustNames,
  p: RustPrinter,
): void {
  const locals = names.parameters(func.parameters, LOCALS);
  const parameters = func.parameters.map((param, i) => {
    return `${locals[i]}: ${names.spelled(param.type, "owned", "world::")}`;
  });
  const result = func.result ? names.spelled(func.result, "owned", "world::") : "()";
  p.function(`fn ${rust}`, ["&mut self", ...parameters], `wasmtime::Result<${result}>`, () => {
    p.vector(
      "let args = ",
      locals.map((local) => `Host::json(self, &${local})`),
      ";",
    );
    p.call("Host::ask", ["self", `"${label}"`, "args"]);
  });
}

function printSession(world: World, names: RustNames, p: RustPrinter): void {
  const hosted = world.imports.length > 0;
  const instance = `world::${names.instance}${hosted ? "<Host>" : ""}`;
  p.line();
  p.line("/// Calls an instance by name.");
  p.block("pub struct Session {", () => {
    p.line("component: Component,");
    p.line("host: Host,");
    p.line(`instance: Option<${instance}>,`);
  });
  p.line();
  p.block("impl json::Session for Session {", () => {
    p.block("fn new(component: Component, host: Host) -> Self {", () => {
      p.block("Session {", () => {
        p.line("component,");
        p.line("host,");
        p.line("instance: None,");
      });
    });
    p.line();
    p.block("fn renew(&mut self) -> Result<(), Failure> {", () => {
      p.line("self.instance = None;");
      p.line("self.host.forget();");
      const made = `world::${names.instance}::instantiate`;
      p.assign("let made", `${made}(&self.component${hosted ? ", self.host.clone()" : ""});`);
      p.line("let trapped = |error: wasmtime::Error| error.root_cause().to_string();");
      p.line("self.instance = Some(made.map_err(|error| Failure::Trapped(trapped(error)))?);");
      p.line("Ok(())");
    });
    p.line();
    p.function("fn call", ["&mut self", "name: &str", "args: &[Value]"], CALL_RESULT, () => {
      const functions = world.exports.flatMap((owner) =>
        owner.functions.map((f) => [owner, f] as const),
      );
      if (functions.length > 0) {
        p.line("let host = &self.host;");
        p.line("let of = self.instance.as_mut().ok_or_else(no_instance)?;");
      } else {
        p.line("self.instance.as_ref().ok_or_else(no_instance)?;");
        p.line("let _ = args;");
      }
      const unknown = 'Err(Failure::Refused(format!("there is no function {name}")))';
      if (functions.length === 0) {
        p.line(unknown);
        return;
      }
      p.block("match name {", () => {
        for (const [owner, func] of functions) printCall(owner, func, names, p);
        p.line(`_ => ${unknown},`);
      });
    });
    p.line();
    const gives = endsObjects(world);
    p.function("fn end", ["&mut self", "id: &Value"], "Result<(), Failure>", () => {
      p.line("let object = self.host.object(id)?;");
      if (!gives) {
        p.line('Err(Failure::Refused(format!("{object:?} of no resource")))');
        return;
      }
      p.line("let of = self.instance.as_mut().ok_or_else(no_instance)?;");
      p.line("let outcome = of.drop_object(object);");
      p.line("self.host.returned(outcome).map(|_| ())");
    });
  });
  p.line();
  p.block("fn no_instance() -> Failure {", () => {
    p.line('Failure::Refused("there is no instance yet".to_string())');
  });
}

const CALL_RESULT = "Result<Value, Failure>";

function endsObjects(world: World): boolean {
  const given = (type: Type | undefined) => type !== undefined && holdsObject(type);
  return world.exports.some((i) => i.functions.some((f) => given(f.result)));
}

function printCall(owner: Interface, func: Func, names: RustNames, p: RustPrinter): void {
  const label = owner.ofWorld ? func.label : `${owner.id}#${func.label}`;
  const scope = new Scope(KEYWORDS, LOCALS);
  const locals = func.parameters.map((param) => scope.claim(snake(param.name)));
  p.block(`"${label}" => {`, () => {
    p.vector("let ", locals, " = host.arguments(args)?;", "[");
    func.parameters.forEach((param, i) => {
      const held = names.spelled(param.type, "owned", "world::");
      p.assign(`let ${locals[i]}: ${held}`, `host.argument("${param.name}", ${locals[i]})?;`);
    });
    const view = owner.ofWorld ? undefined : names.views.get(owner)?.method;
    if (view !== undefined) p.assign("let mut view", `of.${view}();`);
    const lent = func.parameters.map((param, i) => lend(param.type, locals[i] ?? ""));
    const method = names.method(func);
    const call = `let outcome = ${view === undefined ? "of" : "view"}.${method}`;
    if (lent.some((value) => value.includes("|"))) p.asIs(`${call}(${lent.join(", ")});`);
    else p.call(call, lent, ";");
    p.line(`host.${isFallible(func) ? "answered" : "returned"}(outcome)`);
  });
}

/** The argument that lends an owned value. */
function lend(type: Type, value: string): string {
  if (!pointsElsewhere(type)) return value;
  switch (type.kind) {
    case "option":
      if (type.value.kind === "string" || type.value.kind === "list") return `${value}.as_deref()`;
      if (
        type.value.kind === "option" ||
        type.value.kind === "tuple" ||
        type.value.kind === "result"
      ) {
        return mapped(`${value}.as_ref()`, "map", lendInside(type.value, "it"));
      }
      return `${value}.as_ref()`;
    case "tuple": {
      const items = type.items.map((item, i) => lend(item, `${value}.${i}`));
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
    }
    case "result":
      return lendInside(type, `&${value}`);
    default:
      return `&${value}`;
  }
}

/** The same of a value behind a reference. */
function lendInside(type: Type, value: string): string {
  const bare = value.replace(/^&/, "");
  if (!pointsElsewhere(type)) return `*${bare}`;
  switch (type.kind) {
    case "option":
      return mapped(`${bare}.as_ref()`, "map", lendInside(type.value, "it"));
    case "tuple": {
      const items = type.items.map((item, i) => lend(item, `${bare}.${i}`));
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
    }
    case "result": {
      const inside = (of: Type | undefined) => (of === undefined ? "*it" : lendInside(of, "it"));
      return mapped(
        mapped(`${bare}.as_ref()`, "map", inside(type.ok)),
        "map_err",
        inside(type.error),
      );
    }
    case "string":
      return `${bare}.as_str()`;
    case "list":
      return `${bare}.as_slice()`;
    default:
      return bare;
  }
}

function mapped(value: string, method: string, inner: string): string {
  return inner === "it" ? value : `${value}.${method}(|it| ${inner})`;
}
