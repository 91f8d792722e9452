/**
 * A guest of any world that compiles and does nothing: every exported function
 * is there and traps, and every imported one is called somewhere.
 */
import {
  fileNames,
  implementationFiles,
  importFiles,
  isFallibleConstructor,
  members,
  TypeNames,
} from "../emit-assemblyscript/names.js";
import { type Func, freeFunctions, type Interface, memberFunctions, type World } from "../ir.js";

/** Text by file name, beside the generated folder; `stubs.ts` is an entry of its own. */
export function stubs(world: World): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [owner, file] of implementationFiles(world)) {
    files[`${file}.ts`] = implementation(owner, new TypeNames(world));
  }
  files["stubs.ts"] = uses(world);
  return files;
}

function implementation(owner: Interface, types: TypeNames): string {
  const { functions, classes } = fileNames(owner);
  const head = (func: Func, prefix: string): string => {
    const isMethod = func.of?.kind === "method";
    const given = isMethod ? func.parameters.slice(1) : func.parameters;
    const names = members(given, ["t"]);
    const parameters = given.map((p, i) => `${names[i]}: ${types.of(p.type, "t.")}`).join(", ");
    const result = func.result ? types.of(func.result, "t.") : "void";
    const isConstructor = func.of?.kind === "constructor" && !isFallibleConstructor(func);
    const body = func.result && !isConstructor ? "return unreachable();" : "unreachable();";
    return `${prefix}${functions.get(func)}(${parameters})${isConstructor ? "" : `: ${result}`} { ${body} }`;
  };
  const lines = ['import * as t from "./generated/types";'];
  for (const [resource, name] of classes) {
    lines.push(`export class ${name} {`);
    for (const func of memberFunctions(owner, resource)) {
      const isStatic = func.of?.kind === "static" || isFallibleConstructor(func);
      lines.push(head(func, isStatic ? "static " : ""));
    }
    lines.push("dispose(): void {}", "}");
  }
  for (const func of freeFunctions(owner)) lines.push(head(func, "export function "));
  return `${lines.join("\n")}\n`;
}

function uses(world: World): string {
  const lines: string[] = [];
  [...importFiles(world)].forEach(([owner, file], i) => {
    lines.push(`import * as m${i} from "./generated/${file}";`);
    const { functions, classes } = fileNames(owner);
    lines.push(`export function useM${i}(): void {`);
    for (const func of owner.functions) {
      const { of } = func;
      const count = func.parameters.length - (of?.kind === "method" ? 1 : 0);
      const args = Array.from({ length: count }, () => "unreachable()").join(", ");
      const type = of ? `m${i}.${classes.get(of.resource)}` : "";
      const name = functions.get(func);
      if (of === undefined) lines.push(`m${i}.${name}(${args});`);
      else if (of.kind === "method") lines.push(`changetype<${type}>(0).${name}(${args});`);
      else
        lines.push(name === "constructor" ? `new ${type}(${args});` : `${type}.${name}(${args});`);
    }
    for (const name of classes.values()) lines.push(`changetype<m${i}.${name}>(0).drop();`);
    lines.push("}");
  });
  return `${lines.join("\n")}\n`;
}
