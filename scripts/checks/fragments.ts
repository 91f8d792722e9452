/**
 * Code in a Markdown page is that of a file which is compiled or run. The comment
 * `<!-- from PATH -->` before a fence names the file, from the page's folder; the fence is a whole
 * piece of it, only less indented.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { conclude, repositoryFiles } from "./files.ts";

const problems: string[] = [];
let fragments = 0;
for (const page of repositoryFiles(/\.md$/)) {
  const text = readFileSync(page, "utf8");
  for (const [, from = "", body = ""] of text.matchAll(
    /^<!-- from (\S+) -->\n+```[^\n]*\n([\s\S]*?)^```/gm,
  )) {
    fragments += 1;
    const source = join(dirname(page), from);
    if (!existsSync(source)) problems.push(`${page}: there is no ${source}`);
    else if (!holds(readFileSync(source, "utf8"), body)) {
      problems.push(`${page}: a fragment is no longer in ${source}:\n${body}`);
    }
  }
}
conclude(problems, `${fragments} fragments`);

function holds(source: string, fragment: string): boolean {
  const wanted = fragment.trimEnd().split("\n");
  const lines = source.split("\n");
  return lines.some((line, at) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    return wanted.every((want, offset) => {
      const have = lines[at + offset];
      return have !== undefined && (have === indent + want || (have === "" && want === ""));
    });
  });
}
