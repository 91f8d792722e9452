/** The host in C does what every host does. */
import { hostTests } from "../hosts.js";
import { buildRunner } from "./runner.js";

hostTests({ name: "c", runs: "core", build: async (guest) => [await buildRunner(guest)] });
