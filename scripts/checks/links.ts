/** Every relative link in a Markdown file leads to a file, and its fragment to a heading. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { conclude, repositoryFiles } from "./files.ts";

const pages = repositoryFiles(/\.md$/);
const problems = pages.flatMap((page) =>
  links(readFileSync(page, "utf8"))
    .map((link) => complaint(page, link))
    .filter((problem) => problem !== undefined),
);
conclude(problems, `${pages.length} pages`);

function links(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
  const reference = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const html = [...prose.matchAll(/\b(?:src|href|srcset)="([^"]+)"/g)];
  return [...inline, ...reference, ...html].map((match) => match[1] ?? "");
}

function complaint(page: string, link: string): string | undefined {
  if (/^[a-z]+:/i.test(link)) return undefined;
  const [path = "", fragment] = link.split("#");
  const target = path === "" ? page : join(dirname(page), decodeURI(path));
  if (!existsSync(target)) return `${page}: ${link}: there is no ${target}`;
  if (fragment === undefined || statSync(target).isDirectory() || !target.endsWith(".md")) {
    return undefined;
  }
  const found = headings(readFileSync(target, "utf8")).includes(fragment);
  return found ? undefined : `${page}: ${link}: ${target} has no heading "${fragment}"`;
}

/** The anchors that a forge gives the headings of a page. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
