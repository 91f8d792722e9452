/** The Node host does what every host does. */
import { hostTests } from "../hosts.js";
import { buildRunner } from "./runner.js";

hostTests({ name: "node", runs: "core", build: buildRunner });
