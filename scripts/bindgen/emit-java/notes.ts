/** What a Java type does not say of the WIT's, in a sentence for its documentation. */
import { isNumber, type NumberKind, resolve, type Type } from "../ir.js";

const NUMBERS: Readonly<Partial<Record<NumberKind, string>>> = {
  u8: "from 0 to 255",
  u16: "from 0 to 65,535",
  u32: "from 0 to 4,294,967,295",
  u64: "unsigned, as {@link Long#toUnsignedString(long)} has it",
};

const LISTS: Readonly<Partial<Record<NumberKind, string>>> = {
  u8: "unsigned, as {@link Byte#toUnsignedInt} has them",
  u16: "unsigned, as {@link Short#toUnsignedInt} has them",
  u32: "unsigned, as {@link Integer#toUnsignedLong} has them",
  u64: "unsigned, as {@link Long#toUnsignedString(long)} has them",
};

/** Of a parameter, field, payload or result; empty where the Java type says it all. */
export function note(type: Type | undefined): string {
  const it = type && resolve(type);
  if (it === undefined) return "";
  if (isNumber(it.kind)) return NUMBERS[it.kind] ?? "";
  switch (it.kind) {
    case "char":
      return "a Unicode scalar value";
    case "list": {
      const element = resolve(it.element);
      if (isNumber(element.kind)) return LISTS[element.kind] ?? "";
      const each = note(element);
      return each === "" ? "" : `each ${each}`;
    }
    case "option":
      return note(it.value);
    case "tuple": {
      const items = it.items.map(note);
      if (items.every((item) => item === "")) return "";
      return items
        .map((item, i) => (item === "" ? "" : `item ${i} ${item}`))
        .filter((item) => item !== "")
        .join("; ");
    }
    default:
      return "";
  }
}

/** The same of a parameter, where it matters who owns an object from then on. */
export function parameterNote(type: Type): string {
  const it = resolve(type);
  if (it.kind === "own") return "passed on: it cannot be used afterwards";
  if (it.kind === "borrow") return "lent for the time of the call";
  return note(type);
}
