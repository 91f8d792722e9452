/** Guests do not leak: their memory stays as it is over many calls of every shape, imports too. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { generate } from "../generate.js";
import { lowerCamel } from "../names.js";
import { resolveWorld } from "../wit.js";
import { echoImplementation, Host, Item } from "./guest-host.js";
import { CACHE, relayGuest, resourcesGuest, type TestGuest } from "./guests.js";
import { withMemory } from "./instance-memory.js";
import { seeded, Values } from "./values.js";

/** So many leave more than memory has to spare after the first ones, if each leaves 16 bytes. */
const CALLS_OF_EACH = process.env.HAMS_FULL ? 1_000_000 : 20_000;
const TIMEOUT = process.env.HAMS_FULL ? 3_600_000 : 240_000;

test("a relay of every shape", { timeout: TIMEOUT }, async () => {
  const guest = await relayGuest();
  const glue = await hostGlue(guest, "relay");
  const world = await resolveWorld(guest.wit, guest.world);
  const echo = echoImplementation(world, (payload) => new glue.ComponentError(payload));
  const { made, memory } = withMemory(() => glue.instantiate(moduleOf(guest), { echo }));
  const values = new Values(seeded(11));
  const shapes = (world.exports[0]?.functions ?? []).map((func) => {
    const name = lowerCamel(func.name);
    const sent = Array.from({ length: 16 }, () =>
      func.parameters.map((p) => (p.name === "count" ? 5 : values.of(p.type))),
    );
    return (i: number) => quietly(() => made.echo[name](...(sent[i % sent.length] ?? [])));
  });
  expect(shapes).toHaveLength(41);
  await staysAsItIs(memory, shapes);
});

test("objects of every kind", { timeout: TIMEOUT }, async () => {
  const guest = await resourcesGuest();
  const glue = await hostGlue(guest, "resources");
  const host = new Host((payload) => new glue.ComponentError(payload));
  const { store, twinFunctions: twins, next, note, choose } = host;
  const imports = { store, twins, next, note, choose };
  const { made: it, memory } = withMemory(() => glue.instantiate(moduleOf(guest), imports));
  const { counters, keeper } = it;
  const lent = [new Item("a"), new Item("b")];
  const shapes = [
    () => new counters.Counter(1).close(),
    () => counters.pass(counters.make(1)).close(),
    () => counters.take(counters.make(1)),
    () => counters.Counter.several(3).map((c: { close(): void }) => c.close()),
    () => counters.takeAll(counters.passAll(counters.Counter.several(4))),
    () => quietly(() => new counters.Even(3)),
    () => quietly(() => counters.Counter.checked(1_000_001)),
    () => counters.passHolder({ tag: "named", val: ["n", counters.make(1)] }).val[1].close(),
    () => counters.passHolders([{ tag: "none" }, { tag: "text", val: "a text" }]),
    () => {
      const both = counters.swap({ first: counters.make(1), second: counters.make(2) });
      counters.takeAll([both.first, both.second]);
    },
    () => counters.take(counters.passMaybe(counters.make(1))),
    () => counters.takeToken(counters.makeToken()),
    () => counters.keep(counters.make(1)),
    () => counters.take(counters.giveBack()),
    () => new keeper.Box(new Item("boxed")).close(),
    () => {
      const box = new keeper.Box(keeper.makeItem("boxed"));
      box.empty();
      box.close();
    },
    () => keeper.consume(new Item("a")),
    () => keeper.lookAll(lent),
    () => keeper.lookMaybe(lent[0]),
    () => keeper.compare(lent[0], lent[1]),
    () => keeper.putLabelled({ label: "x", of: new Item("a") }),
    () => keeper.takeFirst(3),
    () => keeper.churn(3),
    () => new it.twins.Twin(1).close(),
    () => it.twins.turn(new it.twins.Twin(2)).close(),
    () => it.twins.turnTwo({ a: new it.twins.Twin(3), n: 1 }).a.close(),
    () => it.run("note"),
    () => quietly(() => it.best([])),
    () => it.best(lent),
  ];
  await staysAsItIs(memory, [
    ...shapes,
    () => {
      host.notes.length = 0;
      host.dropped.length = 0;
    },
  ]);
});

async function staysAsItIs(
  memory: WebAssembly.Memory,
  shapes: readonly ((call: number) => unknown)[],
): Promise<void> {
  const round = async (calls: number) => {
    for (let i = 0; i < calls; i++) {
      for (const shape of shapes) shape(i);
      if (i % 1000 === 0) await setImmediate(); // the test's runner wants to hear of it
    }
  };
  await round(3000);
  const before = memory.buffer.byteLength;
  await round(CALLS_OF_EACH);
  expect(memory.buffer.byteLength).toBe(before);
}

/** An error that the component returns is an answer like any other. */
function quietly(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if ((error as Error).name !== "ComponentError") throw error;
  }
}

function moduleOf(guest: TestGuest): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(guest.core));
}

// biome-ignore lint/suspicious/noExplicitAny: the glue is generated while the test runs
async function hostGlue(guest: TestGuest, name: string): Promise<any> {
  const folder = join(CACHE, "guest-memory", name);
  mkdirSync(folder, { recursive: true });
  const { wit, world } = guest;
  const files = await generate({ wit, world, target: "node", json: false });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return import(join(folder, `${world}.ts`));
}
