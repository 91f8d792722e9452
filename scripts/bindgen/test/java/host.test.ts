/** Java as a host: the tests that every host has, on Endive. */
import { hostTests } from "../hosts.js";
import { buildRunner } from "./projects.js";

hostTests({ name: "java", runs: "core", build: buildRunner });
