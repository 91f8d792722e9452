// The form of the conformance cases, and that nothing of the contract is left without a case.

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import {
  allNamesInWit,
  type Case,
  namesInWit,
  readCaseFiles,
  readJson,
  type Step,
} from "./cases.js";

const files = readCaseFiles();
const cases = files.flatMap((file) => file.content.cases);
const steps = cases.flatMap((one) => one.steps);

describe("form", () => {
  const fits = new Ajv2020({ allowUnionTypes: true }).compile(readJson("schema.json") as object);

  test.each(files.map(({ subject, content }) => [subject, content] as const))(
    "%s.json fits the schema",
    (_, content) => {
      fits(content);
      expect(fits.errors ?? []).toEqual([]);
    },
  );

  test("there are 150 cases at least", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });

  test("names begin with their file's subject", () => {
    for (const { subject, content } of files)
      for (const { name } of content.cases) expect(name).toMatch(new RegExp(`^${subject}/`));
  });

  test("names are unique", () => {
    expect(repeated(cases.map((one) => one.name))).toEqual([]);
  });

  test("descriptions differ within a subject", () => {
    for (const { content } of files)
      expect(repeated(content.cases.map((one) => one.description))).toEqual([]);
  });

  test("descriptions state a fact in about five words", () => {
    const unlike = cases.filter(({ description }) => {
      const words = description.split(" ").length;
      return (
        words < 3 ||
        words > 8 ||
        /\b(should|test that|check that|ensure)\b/i.test(description) ||
        description.endsWith(".")
      );
    });
    expect(unlike.map((one) => `${one.name}: ${one.description}`)).toEqual([]);
  });

  test("every case expects something", () => {
    const silent = cases.filter((one) => one.steps.every((step) => step.expect === undefined));
    expect(silent.map((one) => one.name)).toEqual([]);
  });

  test("every name in an expectation is the WIT's or the format's", () => {
    // A misspelt name with null would be met by anything.
    const known = allNamesInWit();
    for (const name of ["ok", "err", "logs", "body", "bodyHas", "bodyLacks"]) known.add(name);
    const unknown = new Set<string>();
    const look = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(look);
      else if (value !== null && typeof value === "object")
        for (const [name, inner] of Object.entries(value)) {
          if (!known.has(name)) unknown.add(name);
          look(inner);
        }
    };
    for (const step of steps) look(step.expect);
    expect([...unknown]).toEqual([]);
  });

  test("time moves forward but in the subject of time", () => {
    const back = cases.filter((one) => !one.name.startsWith("time/") && goesBack(one));
    expect(back.map((one) => one.name)).toEqual([]);
  });

  test("calls are functions of the WIT", () => {
    const known = [
      "configure",
      "add-probe",
      "remove-probe",
      "set-roles",
      "add-hook",
      "remove-hook",
      "report",
      "start",
      "shutdown",
      "stop",
      "observe",
      "standard-headers",
      "carry",
    ];
    expect(
      [...new Set(steps.flatMap((step) => step.call ?? []))].filter(
        (name) => !known.includes(name),
      ),
    ).toEqual([]);
    expect(known.filter((name) => !steps.some((step) => step.call === name))).toEqual([]);
  });
});

describe("coverage: every case of the WIT's", () => {
  const given = JSON.stringify([
    cases.map(({ settings, probes, hooks }) => ({ settings, probes, hooks })),
    steps.map(({ args, events, request }) => ({ args, events, request })),
  ]);
  const expected = JSON.stringify(steps.map((step) => step.expect));
  const errors = JSON.stringify(steps.map((step) => step.expect?.err));
  const actions = JSON.stringify(steps.map((step) => step.expect?.actions));
  const events = JSON.stringify(steps.map((step) => step.events));

  test.each([
    ["health-error", errors],
    ["action", actions.replace(/$/, '"log"')], // log records stand under `logs`
    ["event", events],
    ["phase", expected],
    ["status", expected],
    ["cause", expected],
    ["hook-outcome", expected],
    ["detail", expected],
    ["signal-policy", expected],
    ["exposition", expected],
    ["level", expected],
    ["roles", given],
    ["check", given],
    ["hook-kind", given],
    ["signal", given],
    ["network", given],
    ["verdict", given],
    ["method", given],
  ])("%s", (type, where) => {
    const names = namesInWit(type);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !where.includes(`"${name}"`))).toEqual([]);
  });
});

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, at) => texts.indexOf(text) !== at);
}

function goesBack({ steps }: Case): boolean {
  return steps.some((step: Step, at) => at > 0 && BigInt(step.now) < BigInt(steps[at - 1]!.now));
}
