/** Seeded values of every shape, sent into a component and back. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Func, World } from "../../ir.js";
import { lowerCamel } from "../../names.js";
import { resolveWorld } from "../../wit.js";
import type { Running } from "../hosts.js";
import type { Answer, ImportCall, Json } from "../session.js";
import { jsonOf, seeded, Values } from "../values.js";

const CALLS = process.env.HAMS_FULL ? 100_000 : 10_000;
const TIMEOUT_MS = 300_000;
const WIT = readFileSync(new URL("../echo/echo.wit", import.meta.url), "utf8");

/** World `echoes`: the component answers what it was sent. */
export function echoTests(session: Running): void {
  test("values of every shape come back as they were sent", { timeout: TIMEOUT_MS }, async () => {
    const world = await resolveWorld(WIT, "echoes");
    const answers: Promise<Answer>[] = [];
    const calls = [...randomCalls(world, 4)];
    for (const { name, args } of calls) answers.push(session().call(name, ...args));
    for (const [i, { name, args, expected }] of calls.entries()) {
      expectExactly(await answers[i], expected, `call ${i}: ${name} of ${JSON.stringify(args)}`);
    }
  });
}

/** World `relays`: the component sends on to the host, which answers. */
export function relayTests(session: Running): void {
  test("values of every shape go through an import and back", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const world = await resolveWorld(WIT, "relays");
    const heard: ImportCall[] = [];
    for (const [i, { name, args, expected }] of [...randomCalls(world, 5)].entries()) {
      session().imports = (call) => {
        heard.push(call);
        return { return: expected };
      };
      const label = `call ${i}: ${name} of ${JSON.stringify(args)}`;
      expectExactly(await session().call(name, ...args), expected, label);
      const [call] = heard.splice(0);
      expect(call?.name, label).toBe(name);
      expect(JSON.stringify(call?.args), label).toBe(JSON.stringify(args));
    }
  });

  test("an import that throws is a trap, and the instance is dead", async () => {
    session().imports = () => ({ throw: "the host is out of ink" });
    const trapped = await session().call("test:echo/echo@1.2.3#text", "a");
    expect(trapped).toStrictEqual({ trapped: expect.stringContaining("the host is out of ink") });
    session().imports = () => expect.unreachable("a dead instance runs nothing");
    for (let i = 0; i < 2; i++) {
      const dead = await session().call("test:echo/echo@1.2.3#text", "a");
      expect(dead).toStrictEqual({ trapped: expect.stringContaining("in an earlier call") });
    }
    await session().renew();
    session().imports = () => ({ return: "b" });
    expect(await session().call("test:echo/echo@1.2.3#text", "a")).toStrictEqual({
      returned: "b",
    });
  });

  test("an import cannot call the component that waits for it", async () => {
    session().imports = async (call) => {
      const inner = await call.reenter("test:echo/echo@1.2.3#byte", 5);
      expect("returned" in inner, JSON.stringify(inner)).toBe(false);
      return { return: "b" };
    };
    const outer = await session().call("test:echo/echo@1.2.3#text", "a");
    if (!("trapped" in outer)) expect(outer).toStrictEqual({ returned: "b" });
    await session().renew();
    session().imports = () => ({ return: "c" });
    expect(await session().call("test:echo/echo@1.2.3#text", "a")).toStrictEqual({
      returned: "c",
    });
  });
}

interface RandomCall {
  readonly name: string;
  readonly args: readonly Json[];
  readonly expected: Json;
}

function* randomCalls(world: World, seed: number): Generator<RandomCall> {
  const functions = world.exports.flatMap((owner) =>
    owner.functions.map((func) => ({ func, name: `${owner.id}#${func.label}` })),
  );
  // a lone surrogate is not JSON's, and not every language's
  const values = new Values(seeded(seed), [], (text) => text.toWellFormed());
  for (let i = 0; i < CALLS; i++) {
    const { func, name } = functions[i % functions.length] as (typeof functions)[number];
    const args = func.parameters.map((p) =>
      p.name === "count" ? values.below(100) : jsonOf(p.type, values.of(p.type)),
    );
    yield { name, args, expected: echoed(func, args) };
  }
}

/** What the echo guest answers: what it was sent, several as a tuple, and a few of its own. */
function echoed(func: Func, args: readonly Json[]): Json {
  const sum = () =>
    args.filter((a) => typeof a === "number").reduce((total, each) => total + each, 0);
  switch (lowerCamel(func.name)) {
    case "sixteen":
      return sum();
    case "seventeen":
      return `${args.at(-1)}${sum() % 256}`;
    case "nothing":
      return null;
    case "fill":
      return Array.from({ length: args[0] as number }, (_, i) => `text ${i}`);
    case "length":
      return (args[0] as string).length;
    default:
      return func.result?.kind === "tuple" ? args : (args[0] as Json);
  }
}

/** The same JSON to the letter, the order of members too. */
function expectExactly(answer: Answer | undefined, expected: Json, label: string): void {
  expect(JSON.stringify(answer), label).toBe(JSON.stringify({ returned: expected }));
}
