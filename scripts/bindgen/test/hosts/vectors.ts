/** HaMS itself: every conformance vector, answered as Node's own glue answers it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { instantiate } from "../../../../bindings-node/generated/hams.js";
import {
  type Case,
  type Defaults,
  drive,
  type VectorFile,
} from "../../../../bindings-node/src/vectors/drive.js";
import { call } from "../../../../bindings-node/src/vectors/functions.js";
import type { Func, Interface } from "../../ir.js";
import { lowerCamel } from "../../names.js";
import { resolveWorld } from "../../wit.js";
import type { TestGuest } from "../guests.js";
import type { Running } from "../hosts.js";
import type { Json } from "../session.js";

const CORE = new URL("../../../../core/", import.meta.url);
const FOLDER = new URL("conformance/", CORE);
const NOT_VECTORS = ["schema.json", "defaults.json"];

/** HaMS as it was built last. */
export async function hamsGuest(): Promise<TestGuest> {
  return {
    wit: readFileSync(new URL("wit/hams.wit", CORE), "utf8"),
    world: "hams",
    encoding: "utf16",
    core: fileURLToPath(new URL("build/hams.core.wasm", CORE)),
    component: fileURLToPath(new URL("build/hams.wasm", CORE)),
  };
}

type Fields = { readonly [name: string]: Json };

/** One call of a vector, its arguments by the parameters' names. */
interface Called {
  readonly name: string;
  readonly now: number | string;
  readonly args: Fields;
}

export function vectorTests(session: Running): void {
  const defaults = read<Defaults>("defaults.json");
  const files = readdirSync(FOLDER).filter(
    (file) => file.endsWith(".json") && !NOT_VECTORS.includes(file),
  );

  test("the vectors are there", () => {
    expect(files.length).toBeGreaterThan(10);
  });

  test.each(files)("%s", { timeout: 120_000 }, async (file) => {
    const { core, wit, world } = await hamsGuest();
    const module = new WebAssembly.Module(new Uint8Array(readFileSync(core)));
    const functions = new Map(
      (await resolveWorld(wit, world)).exports.flatMap((owner) =>
        owner.functions.map((func) => [func.name, { owner, func }] as const),
      ),
    );
    const { cases } = read<VectorFile>(file);
    const all = cases.map((vector) => {
      const made = session().renew();
      const answers = callsOf(vector, defaults).map((called) => {
        const { owner, func } = functions.get(called.name) as { owner: Interface; func: Func };
        const args = func.parameters.map((p) =>
          p.name === "now" ? called.now : (called.args[lowerCamel(p.name)] ?? null),
        );
        return session().call(`${owner.id}#${func.label}`, ...args);
      });
      return { vector, made, answers };
    });
    for (const { vector, made, answers } of all) {
      // Node's own answers are right by the vector's expectations …
      expect(drive(instantiate(module), vector, defaults), vector.name).toBeUndefined();
      expect(await made).toStrictEqual({ returned: null });
      // … and what the host answers beside them is the same too
      const hams = instantiate(module);
      for (const [i, { name, now, args }] of callsOf(vector, defaults).entries()) {
        const came = call(hams, name, BigInt(now), args);
        const result = functions.get(name)?.func.result;
        const expected = "err" in came || result?.kind === "result" ? came : came.ok;
        const label = `${vector.name}: call ${i}, ${name}`;
        expect(JSON.stringify(await answers[i]), label).toBe(
          JSON.stringify({ returned: expected }),
        );
      }
    }
  });
}

/** What a vector's host calls, in order: the registrations, then the steps. */
function callsOf(vector: Case, defaults: Defaults): Called[] {
  const { settings = {}, probes = [], hooks = [] } = vector;
  const registrations = [
    ...probes.map((probe) => ({
      name: "add-probe",
      args: { probe: { ...defaults.probe, ...probe } },
    })),
    ...hooks.map((hook) => ({ name: "add-hook", args: { hook } })),
  ].map((each) => ({ ...each, now: 0 }));
  const configured = { name: "configure", now: 0, args: {} };
  const steps = vector.steps.map(({ now, events, request, call: name = "", args = {} }): Called => {
    if (events !== undefined) return { name: "step", now, args: { events } };
    if (request === undefined) return { name, now, args };
    const given = typeof request === "string" ? requestOf(request) : request;
    return { name: "respond", now, args: { request: { ...defaults.request, ...given } } };
  });
  if (settings === null) return [...registrations, ...steps];
  const chosen = { settings: { ...defaults.settings, ...settings } };
  return [{ ...configured, args: chosen }, ...registrations, ...steps];
}

/** `GET /livez` in full. */
function requestOf(line: string): Fields {
  const [method = "", target = ""] = line.split(" ");
  const known = ["GET", "HEAD", "POST"].includes(method);
  return { method: known ? method.toLowerCase() : "other", target };
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as T;
}
