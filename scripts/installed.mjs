// Exits with 0 if node_modules holds the very packages of package-lock.json.
// By content, not by age: a checkout or `npm install` touches the files in any order.
import { readFileSync } from "node:fs";

const locked = packages("package-lock.json");
const installed = packages("node_modules/.package-lock.json");
const missing = Object.entries(locked).filter(
  ([path, { version, optional, link }]) =>
    path.startsWith("node_modules/") &&
    !link &&
    installed[path]?.version !== version &&
    // Optional ones are for other platforms, unless they are there in another version.
    !(optional && installed[path] === undefined),
);
process.exit(missing.length === 0 ? 0 : 1);

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return {};
  }
}
