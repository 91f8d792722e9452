/** The files of the repository: those that are committed or about to be. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Paths from the root, which is the working folder; those that match, or all. */
export function repositoryFiles(matching = /(?:)/): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return listed
    .split("\0")
    .filter((path) => path !== "" && matching.test(path) && existsSync(path));
}

/** Prints what was found and ends with 1, or says that nothing was. */
export function conclude(problems: readonly string[], looked: string): void {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${looked}: nothing wrong`);
}
