/** HaMS has one version: the contract's, the core's and every package's. */
import { readFileSync } from "node:fs";
import { conclude } from "./files.ts";

// Each file with the pattern whose first group is the version in it.
const PLACES: readonly [string, RegExp][] = [
  ["core/wit/hams.wit", /^package hams:core@(.+);$/m],
  ["core/assembly/version.ts", /HAMS_VERSION = "(.+)"/],
  ["core/package.json", /"version": "(.+)"/],
  ["bindings-node/package.json", /"version": "(.+)"/],
  ["bindings-python/pyproject.toml", /^version = "(.+)"/m],
  ["scripts/bindgen/package.json", /"version": "(.+)"/],
];

const versions = PLACES.map(([path, pattern]) => pattern.exec(readFileSync(path, "utf8"))?.[1]);
const problems = PLACES.flatMap(([path], i) =>
  versions[i] !== undefined && versions[i] === versions[0]
    ? []
    : [`${path} has ${versions[i]}, ${PLACES[0]?.[0]} has ${versions[0]}`],
);
conclude(problems, `${PLACES.length} places`);
