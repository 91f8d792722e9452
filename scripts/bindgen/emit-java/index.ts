/** The host on Endive, a WebAssembly runtime in Java: a package of classes over fixed ones. */
import { readFileSync } from "node:fs";
import type { Type, World } from "../ir.js";
import type { EmitOptions, Files } from "../target.js";
import { emitApi, failure } from "./api.js";
import { emitCalls } from "./calls.js";
import { javaFile } from "./java-file.js";
import { emitJson } from "./json.js";
import { emitLinks } from "./links.js";
import { Marshal } from "./marshal.js";
import { TypeNames } from "./names.js";
import { emitPackageInfo } from "./package-info.js";
import { emitExceptions, emitTuples, emitTypes } from "./types.js";

/** What every world needs. */
const ALWAYS = [
  ...["Checks", "ComponentInstance", "ComponentObject", "HandleTable", "NumberLists"],
  ...["TextEncoding", "TrapException"],
];

/** What `--json` adds. */
const FOR_JSON = ["JsonCodec", "JsonNumbers", "JsonSession"];

const ENCODINGS = { utf8: "Utf8", utf16: "Utf16", "latin1+utf16": "Latin1Utf16" } as const;

export function emitJava(world: World, comment: string, options: EmitOptions): Files {
  const header = inLines(comment);
  const names = new TypeNames(world, options.package);
  const marshal = new Marshal(names);
  const errors = new Map<string, Type | undefined>();
  for (const func of [...world.exports, ...world.imports].flatMap((i) => i.functions)) {
    const failing = failure(func);
    if (failing) errors.set(names.exception(failing.error), failing.error);
  }
  const files: Record<string, string> = {
    ...emitTypes(world, names, header),
    ...emitApi(world, names, header),
    ...emitCalls(world, marshal, header),
    ...emitLinks(world, marshal, header),
    ...emitExceptions(errors, names, header),
  };
  if (options.json) {
    Object.assign(files, emitJson(world, names, header));
    for (const name of [...FOR_JSON, "Nothing", "Result", "Structural", "ComponentException"]) {
      names.use(name);
    }
  }
  files["Marshal.java"] = javaFile(header, names, marshal.print());
  Object.assign(files, emitTuples(names, header));
  files["package-info.java"] = emitPackageInfo(world, names, header);
  for (const name of [...ALWAYS, ...names.used]) {
    const source = name === "TextEncoding" ? `${name}${ENCODINGS[options.encoding]}` : name;
    files[`${name}.java`] = fixed(source, names.package, header);
  }
  return files;
}

/** A class that is the same for every world. */
function fixed(name: string, packageName: string, header: string): string {
  const text = readFileSync(new URL(`fixed/${name}.java`, import.meta.url), "utf8");
  return `${header}\n${text.replace("package PACKAGE;", `package ${packageName};`)}`;
}

/** A comment in lines of 100 columns at most. */
function inLines(comment: string): string {
  const lines: string[] = [];
  for (const word of comment.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + 1 + word.length <= 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`// ${word}`);
  }
  return lines.join("\n");
}
