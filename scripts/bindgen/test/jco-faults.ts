/** What jco 1.35.0 is known to get wrong: avoided by name, here alone. */

/** The text, changed where jco would not carry it as the canonical ABI has it. */
export function carriedByJco(text: string): string {
  return withoutByteOrderMark(withoutLoneSurrogates(text));
}

/** jco lifts with a decoder that takes a U+FEFF at the beginning away. */
function withoutByteOrderMark(text: string): string {
  return text.startsWith("\ufeff") ? `a${text}` : text;
}

/** jco lowers a lone surrogate as it is, where no UTF-16 may have one. */
function withoutLoneSurrogates(text: string): string {
  return text.toWellFormed();
}

/**
 * jco lifts a negative number of 32 bits or less as a large one where it shares a slot of 64
 * bits with other cases of a variant: here, the `x` of a point that an import is given.
 */
export function liftedByJco(value: unknown): unknown {
  const { tag, val } = Object(value) as { tag?: unknown; val?: { x: number } };
  return tag === "point" && val ? { tag, val: { ...val, x: Math.abs(val.x) % 128 } } : value;
}
