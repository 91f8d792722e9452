/**
 * WIT that stands in several files, as the usual tools lay it out: a folder with
 * the files of one package, and in `deps` a file or a folder for each package
 * that it uses. The resolver takes one text, so they are joined: the packages of
 * `deps` become nested ones.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileMarker } from "./wit-text.js";

const DEPENDENCIES = "deps";

/** A file's `package` statement, with the comments before it. */
const PACKAGE = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*package\s+([^;{]+);/;

interface WitFile {
  /** The package that the file says it belongs to. */
  readonly packageName: string | undefined;
  /** Its text without that, every line where it was. */
  readonly text: string;
}

/**
 * The text of a WIT file, or of a folder.
 *
 * @throws {Error} if there is none, or if the files disagree
 */
export function readWit(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, "utf8");
  const files = witFiles(path, "");
  const packages = dependencies(join(path, DEPENDENCIES)).map(nested);
  return [`package ${packageOf(files, path)};`, ...files.map((f) => f.text), ...packages].join(
    "\n",
  );
}

/** The files of each package below `deps`. */
function dependencies(folder: string): (readonly WitFile[])[] {
  return entries(folder).map((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return witFiles(path, `${DEPENDENCIES}/${name}/`);
    if (!name.endsWith(".wit")) throw new Error(`${path} is no WIT`);
    return [witFile(path, `${DEPENDENCIES}/`)];
  });
}

function nested(files: readonly WitFile[]): string {
  const texts = files.map((f) => f.text);
  // a file may hold nothing but nested packages
  if (files.every((f) => f.packageName === undefined)) return texts.join("\n");
  return [`package ${packageOf(files, DEPENDENCIES)} {`, ...texts, "}"].join("\n");
}

/** The package that the files belong to: at least one names it, and the others no other. */
function packageOf(files: readonly WitFile[], folder: string): string {
  const [name, other] = new Set(files.flatMap((f) => f.packageName ?? []));
  if (name === undefined) throw new Error(`no file in ${folder} says what package it is`);
  if (other !== undefined) throw new Error(`${folder} holds both package ${name} and ${other}`);
  return name;
}

function witFiles(folder: string, shown: string): WitFile[] {
  return entries(folder)
    .filter((name) => name.endsWith(".wit"))
    .map((name) => witFile(join(folder, name), shown));
}

function witFile(path: string, shown: string): WitFile {
  const text = readFileSync(path, "utf8");
  const [statement = "", packageName] = PACKAGE.exec(text) ?? [];
  const blanks = statement.replaceAll(/[^\n]/g, " ");
  return {
    packageName: packageName?.trim(),
    text: `${fileMarker(shown + basename(path))}\n${blanks}${text.slice(statement.length)}`,
  };
}

/** In one order on every machine; none of a folder that is not there. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
