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
