/** No committed file names a folder of somebody's machine or the host of a package registry. */
import { readFileSync } from "node:fs";
import { conclude, repositoryFiles } from "./files.ts";

const MACHINE: readonly [RegExp, string][] = [
  [/(?<![\w.$}/])\/(?:work|tmp|root|home|Users)\/[\w.-]/, "a folder of a machine"],
  // A lock file that names the registry it was made with sends everybody there.
  [
    /https?:\/\/(?:registry|proxy|repo|repo1|index|static|files|deb|mirror)\.(?!example\b)[a-z]/,
    "a registry",
  ],
  [/"resolved":\s*"https?:/, "a download address in a lock file"],
];

const problems: string[] = [];
const files = repositoryFiles();
for (const file of files) {
  if (file === "scripts/checks/machine.ts") continue;
  const text = readFileSync(file, "utf8");
  if (text.includes("\0")) continue;
  text.split("\n").forEach((line, at) => {
    for (const [pattern, what] of MACHINE) {
      const found = pattern.exec(line);
      if (found) problems.push(`${file}:${at + 1}: ${what}: ${found[0]}`);
    }
  });
}
conclude(problems, `${files.length} files`);
