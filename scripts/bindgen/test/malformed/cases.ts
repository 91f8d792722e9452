/**
 * What the malformed guest is asked for, and what a host must make of it. After
 * a trap the instance is dead; a new one works.
 */
import type { Encoding } from "../guests.js";

/** A call of interface `wrong`: the function's label and its arguments as JSON. */
export type WrongCall = readonly [label: string, ...args: unknown[]];

export interface MalformedCase {
  readonly title: string;
  readonly encodings: readonly Encoding[];
  /** Calls that succeed, each in the same instance. */
  readonly before: readonly WrongCall[];
  readonly call: WrongCall;
  /** `undefined` where the call must be trapped; else what it must return. */
  readonly returned: { readonly json: unknown } | undefined;
}

export const MALFORMED_INTERFACE = "test:malformed/wrong@0.1.0";

/** What the host answers, by the import's name; the calls in question never get this far. */
export const MALFORMED_IMPORTS: Readonly<Record<string, unknown>> = {
  "test:malformed/host@0.1.0#[constructor]item": 1,
  "test:malformed/host@0.1.0#[drop]item": null,
  "test:malformed/host@0.1.0#look": null,
  "test:malformed/host@0.1.0#take": null,
  "test:malformed/host@0.1.0#hear": null,
  "test:malformed/host@0.1.0#spell": null,
  "test:malformed/host@0.1.0#paint": null,
  "test:malformed/host@0.1.0#count": null,
  "test:malformed/host@0.1.0#many": null,
  "test:malformed/host@0.1.0#tell": "told",
};

const ALL: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];
const WIDE: readonly Encoding[] = ["utf16", "latin1+utf16"];
/** The guest has two pages, always. */
const END = 2 * 65_536;
/** Says of a length in `latin1+utf16` that it is UTF-16. */
const TAG = 0x8000_0000;

export const MALFORMED_CASES: readonly MalformedCase[] = [
  // discriminants and characters
  traps("an enum's discriminant", ["a-color", 3]),
  traps("an enum's discriminant with high bits", ["a-color", 0x100]),
  traps("an enum's discriminant in memory", ["colors", 3]),
  traps("a variant's discriminant", ["a-shape", 3]),
  traps("an option's discriminant", ["maybe", 2]),
  traps("a result's discriminant", ["outcome", 2]),
  traps("a high surrogate for a char", ["character", 0xd800]),
  traps("a low surrogate for a char", ["character", 0xdfff]),
  traps("a char over 0x10ffff", ["character", 0x11_0000]),
  traps("a char of 32 bits", ["character", 0xffff_ffff]),
  gives("the last char", ["character", 0x10_ffff], "\u{10ffff}"),
  gives("a bool over 1 is true", ["truth", 2], true),
  gives("a bool in its high bits is true", ["truth", 0x100], true),
  gives("bits without a flag are nothing", ["a-few", 0xffff_fffa], ["b"]),
  gives("a byte of more bits is cut", ["byte", 0x1ff], 255),
  gives("a signed byte of more bits is cut", ["signed-byte", 0x180], -128),

  // pointers and lengths
  traps("a text out of bounds", ["text", END, 1]),
  traps("a text that ends out of bounds", ["text", END - 4, 5]),
  traps("a text far out of bounds", ["text", 0xffff_fffc, 2]),
  traps("a text too long", ["text", 64, 0x7fff_ffff]),
  traps("a text at an odd address", ["text", 1025, 1], { encodings: WIDE }),
  traps("an empty text out of bounds", ["text", END + 2, 0]),
  gives("an empty text at the end", ["text", END, 0], ""),
  traps("bytes out of bounds", ["bytes", END - 1, 2]),
  traps("bytes that wrap around", ["bytes", 64, 0xffff_ffff]),
  traps("a misaligned list", ["longs", 1028, 1]),
  traps("a misaligned list of nothing", ["longs", 1028, 0]),
  traps("a list out of bounds", ["longs", END, 1]),
  traps("a list whose length overflows", ["longs", 1024, 0x2000_0000]),
  traps("a list of texts whose length overflows", ["texts", 1024, 0x2000_0000]),
  gives("an empty list at the end", ["longs", END, 0], []),
  traps("a result's address out of bounds", ["area", END]),
  traps("a result's address that ends out of bounds", ["area", END - 4]),
  traps("a result's address that is misaligned", ["area", 66]),
  traps("a result's address far out", ["area", 0xffff_fff8]),

  // texts
  traps("a byte that no UTF-8 has", text([0xff], 1), { encodings: ["utf8"] }),
  traps("an overlong sequence", text([0xc0, 0x80], 2), { encodings: ["utf8"] }),
  traps("a surrogate in UTF-8", text([0xed, 0xa0, 0x80], 3), { encodings: ["utf8"] }),
  traps("UTF-8 over 0x10ffff", text([0xf4, 0x90, 0x80, 0x80], 4), { encodings: ["utf8"] }),
  traps("half a sequence", text([0xe2, 0x82], 2), { encodings: ["utf8"] }),
  gives("a leading U+FEFF", text([0xef, 0xbb, 0xbf, 0x61], 4), "\ufeffa", ["utf8"]),
  gives("U+FEFF", text([0xff, 0xfe, 0x61, 0], 2), "\ufeffa", ["utf16"]),
  gives("Latin-1", text([0x61, 0xe9, 0xff], 3), "aéÿ", ["latin1+utf16"]),
  gives("tagged UTF-16", text([0x3d, 0xd8, 0, 0xde], TAG + 2), "😀", ["latin1+utf16"]),
  gives("a tagged empty text", text([], TAG), "", ["latin1+utf16"]),
  traps("a tagged text out of bounds", ["text", END - 4, TAG + 3], { encodings: ["latin1+utf16"] }),
  traps("a tagged text too long", ["text", 64, 0xffff_ffff], { encodings: ["latin1+utf16"] }),

  // the allocator
  traps("an allocation out of bounds", ["length", "text"], { before: [["allocate-at", END]] }),
  traps("an allocation that ends out of bounds", ["length", "text"], {
    before: [["allocate-at", END - 2]],
  }),
  traps("an allocation far out", ["length", "text"], { before: [["allocate-at", 0xffff_fff0]] }),
  traps("a misaligned allocation", ["length", "text"], {
    before: [["allocate-at", 1025]],
    encodings: WIDE,
  }),

  // the component's own handles
  traps("handle 0", ["thing-of", 0]),
  traps("a handle that never was", ["thing-of", 99]),
  traps("a handle out of any range", ["thing-of", 0xffff_ffff]),
  traps("a handle that was given away", ["thing-of", 1], { before: [["make"]] }),
  traps("a handle that was dropped", ["thing-of", 1], { before: [["hold"], ["drop-thing", 1]] }),
  traps("a handle of another type", ["thing-of", 1], { before: [["hold-other"]] }),
  traps("a handle of an import's type", ["thing-of", 1], { before: [["make-item"]] }),
  traps("the representation of no handle", ["representation", 1]),
  traps("the representation of another type", ["representation", 1], { before: [["hold-other"]] }),
  gives("the representation of a handle", ["representation", 1], 9, ALL, [["hold"]]),
  gives("a freed index is used again", ["hold"], 1, ALL, [["hold"], ["drop-thing", 1]]),
  traps("dropping no handle", ["drop-thing", 1]),
  traps("dropping twice", ["drop-thing", 1], { before: [["hold"], ["drop-thing", 1]] }),
  traps("dropping another type's", ["drop-thing", 1], { before: [["hold-other"]] }),

  // handles of the host's objects
  traps("dropping no item", ["drop-item", 1]),
  traps("dropping an item twice", ["drop-item", 1], { before: [["make-item"], ["drop-item", 1]] }),
  traps("lending no item", ["look-at", 1]),
  traps("lending a thing for an item", ["look-at", 1], { before: [["hold"]] }),
  traps("lending a dropped item", ["look-at", 1], { before: [["make-item"], ["drop-item", 1]] }),
  traps("lending a given item", ["look-at", 1], { before: [["make-item"], ["give", 1]] }),
  traps("giving no item", ["give", 1]),
  traps("giving an item twice", ["give", 1], { before: [["make-item"], ["give", 1]] }),
  gives("an item lent and given", ["give", 1], null, ALL, [["make-item"], ["look-at", 1]]),
  gives("a lent item that is dropped", ["drop-borrow", 5], null),
  traps("a lent item that is kept", ["keep-borrow", 5]),
  traps("a lent item that is dropped twice", ["drop-borrow-twice", 5]),
  traps("a lent item that is given away", ["give-borrow", 5]),

  // what an import is called with
  traps("a text out of bounds for an import", ["hear-from", END, 1]),
  traps("a text too long for an import", ["hear-from", 64, 0x7fff_ffff]),
  traps("a misaligned text for an import", ["hear-from", 1025, 1], { encodings: WIDE }),
  traps("a surrogate for an import's char", ["spell-as", 0xd800]),
  traps("an import's discriminant", ["paint-as", 3]),
  traps("a list out of bounds for an import", ["count-from", END, 1]),
  traps("a misaligned list for an import", ["count-from", 1028, 1]),
  traps("an import's list that overflows", ["count-from", 1024, 0x2000_0000]),
  traps("an import's parameters out of bounds", ["many-from", END - 64]),
  traps("an import's parameters misaligned", ["many-from", 1026]),
  gives("an import's parameters in memory", ["many-from", 128], null),
  traps("an import's result out of bounds", ["tell-at", END]),
  traps("an import's result misaligned", ["tell-at", 1026]),
  traps("an import's result that ends out of bounds", ["tell-at", END - 4]),
  gives("an import's result", ["tell-at", 128], null),

  // traps
  traps("unreachable", ["trap"]),
  traps("a division by zero", ["divide", 0]),
  traps("a load out of bounds", ["peek", END - 3]),
  traps("a stack overflow", ["recurse"]),
  traps("a trap in post-return", ["post"]),
];

interface When {
  readonly encodings?: readonly Encoding[];
  readonly before?: readonly WrongCall[];
}

function traps(title: string, call: WrongCall, when: When = {}): MalformedCase {
  const { encodings = ALL, before = [] } = when;
  return { title, encodings, before, call, returned: undefined };
}

function gives(
  title: string,
  call: WrongCall,
  json: unknown,
  encodings: readonly Encoding[] = ALL,
  before: readonly WrongCall[] = [],
): MalformedCase {
  return { title, encodings, before, call, returned: { json } };
}

function text(bytes: readonly number[], length: number): WrongCall {
  return ["text-of", { base64: Buffer.from(bytes).toString("base64") }, length];
}
