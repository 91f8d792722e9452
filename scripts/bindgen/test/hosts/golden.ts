/** What a host puts into a component's memory and reads there, against the golden tables. */
import { expect, test } from "vitest";
import { FREE, GIVEN, HANDED, PASSED, RETURNED } from "../golden/module.js";
import {
  allocateFrom,
  blockAt,
  GOLDEN,
  GOLDEN_INTERFACE,
  type GoldenCase,
  type GoldenFunction,
  type Lowered,
  loweredAt,
  Placing,
  underEncoding,
} from "../golden/table.js";
import type { Encoding } from "../guests.js";
import type { ImportCall, Json, Session } from "../session.js";

export function goldenTests(running: () => Session, encoding: Encoding): void {
  test("of exports, as in the golden tables", { timeout: 60_000 }, async () => {
    const session = running();
    for (const each of GOLDEN.functions) {
      for (const golden of each.cases) await compareExport(session, each, golden, encoding);
    }
  });

  test("of imports, as in the golden tables", { timeout: 60_000 }, async () => {
    const session = running();
    for (const each of GOLDEN.functions) {
      for (const golden of each.cases) await compareImport(session, each, golden, encoding);
    }
  });
}

async function compareExport(
  session: Session,
  { name }: GoldenFunction,
  { args, lowered, result = null, returned }: GoldenCase,
  encoding: Encoding,
): Promise<void> {
  const what = `${name}(${JSON.stringify(args)})`;
  if (returned !== undefined) await put(session, GIVEN, underEncoding(returned, encoding));
  const answer = await session.call(`${GOLDEN_INTERFACE}#${name}`, ...args);
  expect(answer, what).toStrictEqual({ returned: result });
  const expected = underEncoding(lowered, encoding);
  const handed = await loweredAt((at, count) => peek(session, at, count), HANDED, expected);
  expect(handed, what).toStrictEqual(expected);
}

async function compareImport(
  session: Session,
  each: GoldenFunction,
  { args, lowered, result = null, returned }: GoldenCase,
  encoding: Encoding,
): Promise<void> {
  const { name } = each;
  const what = `${name}(${JSON.stringify(args)})`;
  await put(session, PASSED, underEncoding(lowered, encoding));
  let handed: ImportCall | undefined;
  session.imports = (call) => {
    handed = call;
    return { return: result };
  };
  const answer = await session.call("call-import", GOLDEN.functions.indexOf(each));
  session.imports = undefined;
  expect(answer, what).toStrictEqual({ returned: null });
  expect([handed?.name, handed?.args]).toStrictEqual([`${GOLDEN_INTERFACE}#${name}`, args]);
  if (returned === undefined) return;
  const read = (at: number, count: number) => peek(session, at, count);
  const expected = underEncoding(returned, encoding);
  const [block] = expected.to ?? [];
  if (each.import.results.length === 0 && block !== undefined) {
    expect(await blockAt(read, RETURNED, block), what).toStrictEqual(block);
  } else expect(await loweredAt(read, RETURNED, expected), what).toStrictEqual(expected);
}

/** Puts core values in a row of eight bytes each, and somewhere what they point at. */
async function put(session: Session, to: number, values: Lowered): Promise<void> {
  const placing = new Placing(allocateFrom(FREE));
  const bits = placing.bits(values);
  for (const { at, bytes } of placing.pieces) await poke(session, at, bytes);
  const row = new DataView(new ArrayBuffer(bits.length * 8));
  for (const [i, value] of bits.entries()) row.setBigUint64(i * 8, value, true);
  await poke(session, to, new Uint8Array(row.buffer));
}

async function poke(session: Session, at: number, bytes: Uint8Array): Promise<void> {
  const base64 = Buffer.from(bytes).toString("base64");
  expect(await session.call("poke", at, { base64 })).toStrictEqual({ returned: null });
}

async function peek(session: Session, at: number, count: number): Promise<Uint8Array> {
  const answer = await session.call("peek", at, count);
  if (!("returned" in answer)) throw new Error(`peek: ${JSON.stringify(answer)}`);
  return bytesOf(answer.returned);
}

/** A `list<u8>` of the session: a text, or base64. */
function bytesOf(value: Json): Uint8Array {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  const { base64 } = value as { base64: string };
  return Buffer.from(base64, "base64");
}
