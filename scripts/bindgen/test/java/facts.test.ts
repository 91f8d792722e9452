/** What an application in Java meets: values, refusals, errors, death, objects. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { echoGuest, resourcesGuest, type TestGuest } from "../guests.js";
import { generateInto, HERE, JAVA_CACHE } from "./projects.js";
import { classPath, compile, tool } from "./toolchain.js";

/** Builds and runs a program over a world; the lines that it prints. */
async function facts(program: string, guest: TestGuest, ...args: string[]): Promise<string[]> {
  const folder = join(JAVA_CACHE, program);
  const { wit, world } = guest;
  const sources = await generateInto(join(folder, "src"), { wit, world, package: "runner" });
  const classes = join(folder, "classes");
  await compile([...sources, join(HERE, `${program}.java`)], classes);
  const path = `${classes}:${await classPath()}`;
  const out = await tool("java", ["-cp", path, `runner.${program}`, guest.core, ...args]);
  return out.trim().split("\n");
}

test("values, refusals, errors and death", { timeout: 300_000 }, async () => {
  const other = (await resourcesGuest()).core;
  expect(await facts("EchoFacts", await echoGuest(), other)).toStrictEqual([
    "a tuple of arrays: true, true, Tuple5[item0=[1, -1], item1=[], item2=[2], item3=[], item4=[3]]",
    "a record: true, Point[x=-3, y=1.5, color=DARK_GREEN]",
    "a variant: Point[value=Point[x=-3, y=1.5, color=DARK_GREEN]]",
    "flags: [A, C]",
    "options: Optional[Optional.empty], Optional[a]",
    "unsigned: 18446744073709551615",
    "a lone surrogate: 65533, 2",
    "immutable: UnsupportedOperationException: null",
    "byte: IllegalArgumentException: a: 256 is not an integer from 0 to 255",
    "char: IllegalArgumentException: a: 0xd800 is not a Unicode scalar value",
    "null: IllegalArgumentException: a: null",
    "null in a list: IllegalArgumentException: a[1]: null",
    "null in a record: NullPointerException: color",
    "a long text: IllegalArgumentException: a: 1048577 UTF-16 code units, at most 1048576 fit",
    "a long list: IllegalArgumentException: a: a list of 268435457 bytes, at most 268435456 fit",
    "deep: IllegalArgumentException: a[0][1][1]: -1 is not an integer from 0 to 255",
    "in a variant: IllegalArgumentException: a[0].value: 256 is not an integer from 0 to 255",
    "an error: StringException of no: no",
    "no payload: UnspecifiedException of NOTHING: the function failed",
    "a result inside a value: Tuple1[item0=Ok[NOTHING]]",
    "an interrupted thread: a, true",
    "a trap: true",
    "the next call: TrapException: the component trapped in an earlier call",
    "a wrong argument then: TrapException: the component trapped in an earlier call",
    "another module: true",
  ]);
});

test("objects of the component and of the host", { timeout: 300_000 }, async () => {
  expect(await facts("ResourceFacts", await resourcesGuest())).toStrictEqual([
    "a method: 7, 7",
    "after try: 0, 1",
    "closed twice: 2, IllegalStateException: the Counter is closed, passed on or no longer lent",
    "passed after that: IllegalArgumentException: it: the Counter is closed, passed on or no longer lent",
    "passed on: 2",
    "closed after that: 2, IllegalStateException: the Counter is closed, passed on or no longer lent",
    "twice in one call: IllegalArgumentException: both.second: the Counter is passed on by this call already",
    "lent and passed: IllegalArgumentException: other: the Counter is lent for this call and cannot be passed on, 3",
    "of another instance: IllegalArgumentException: it: the Counter is of another instance",
    "the host's, consumed: tea, [tea]",
    "the host's, lent: jam, [tea]",
    "an error of the host's: StringException: no name",
    "back again: true, [tea]",
    "inside of an import: IllegalStateException: the component is in a call and cannot be entered again",
    "re-entry: first 1",
    "an import that throws: TrapException: the import $root note threw: out of ink",
    "afterwards: TrapException: the component trapped in an earlier call",
    "a close: TrapException: the component trapped in an earlier call",
  ]);
});
