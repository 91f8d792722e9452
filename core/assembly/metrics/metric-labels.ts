// Label sets of the metrics formats.
import { isAlphanumeric, isOneOf, isPair } from "../text/characters";
import {
  finishHash,
  HASH_BASIS,
  hashSpan,
  holds,
  isDigit,
  isSameSpan,
  skipBlanks,
  spells,
} from "./spans";

/** The most labels of a sample: with a bound on them comparing label sets takes linear time. */
const MOST_LABELS: i32 = 128;

/** A label set, as places in the text. */
@final
export class Labels {
  count: i32 = 0;
  /** Characters of all names and values, escapes undone. */
  characters: i32 = 0;
  /** Where each label's name begins and ends, and its value without the quotes. */
  private readonly places: StaticArray<i32> = new StaticArray<i32>(4 * MOST_LABELS);

  constructor(
    private readonly text: string,
    private readonly openMetrics: bool,
  ) {}

  clear(): void {
    this.count = 0;
    this.characters = 0;
  }

  /** Reads from the opening brace on, not beyond `end`. Returns the place after the closing one, or -1. */
  read(at: i32, end: i32): i32 {
    this.clear();
    at = this.gap(at + 1, end);
    while (at < end) {
      // A comma may stand last, but not in OpenMetrics.
      const isEnd = this.text.charCodeAt(at) == 0x7d;
      if (isEnd) return this.openMetrics && this.count > 0 ? -1 : at + 1;
      at = this.readLabel(at, end);
      if (at < 0 || at >= end) return -1;
      const unit = this.text.charCodeAt(at);
      if (unit == 0x7d) return at + 1;
      if (unit != 0x2c) return -1;
      at = this.gap(at + 1, end);
    }
    return -1;
  }

  /** The label of this name, -1 without one. */
  find(name: string): i32 {
    for (let i = 0; i < this.count; i++) {
      if (spells(this.text, this.nameStart(i), this.nameEnd(i), name)) return i;
    }
    return -1;
  }

  /** The label whose name is what stands from `start` to `end`, -1 without one. */
  findSpan(start: i32, end: i32): i32 {
    for (let i = 0; i < this.count; i++) {
      if (isSameSpan(this.text, this.nameStart(i), this.nameEnd(i), start, end)) return i;
    }
    return -1;
  }

  nameStart(label: i32): i32 {
    return this.places[4 * label];
  }

  nameEnd(label: i32): i32 {
    return this.places[4 * label + 1];
  }

  valueStart(label: i32): i32 {
    return this.places[4 * label + 2];
  }

  valueEnd(label: i32): i32 {
    return this.places[4 * label + 3];
  }

  /** Whether both are the same set, in whatever order, leaving out the label `but` of each (-1: none). */
  isSame(but: i32, other: Labels, otherBut: i32): bool {
    if (this.count - i32(but >= 0) != other.count - i32(otherBut >= 0)) return false;
    for (let i = 0; i < this.count; i++) {
      if (i == but) continue;
      const start = this.nameStart(i);
      const end = this.nameEnd(i);
      // Most texts keep the order, so the same place is tried first.
      const atSamePlace =
        i < other.count && isSameSpan(this.text, start, end, other.nameStart(i), other.nameEnd(i));
      const twin = atSamePlace ? i : other.findSpan(start, end);
      if (twin < 0 || twin == otherBut) return false;
      const isSameValue = isSameSpan(
        this.text,
        this.valueStart(i),
        this.valueEnd(i),
        other.valueStart(twin),
        other.valueEnd(twin),
      );
      if (!isSameValue) return false;
    }
    return true;
  }

  /** A hash that does not depend on the order, leaving out the label `but` (-1: none). */
  hash(but: i32): u32 {
    let sum: u32 = 0;
    for (let i = 0; i < this.count; i++) {
      if (i == but) continue;
      const name = hashSpan(this.text, this.nameStart(i), this.nameEnd(i), HASH_BASIS);
      sum += finishHash(hashSpan(this.text, this.valueStart(i), this.valueEnd(i), name));
    }
    return sum;
  }

  /** Reads `name="value"` and returns the place after it and its blanks, or -1. */
  private readLabel(at: i32, end: i32): i32 {
    const nameStart = at;
    while (at < end && isLabelUnit(this.text.charCodeAt(at))) at++;
    const nameEnd = at;
    // Names that begin with __ are Prometheus's own; strict parsers refuse them.
    if (nameEnd == nameStart || isDigit(this.text.charCodeAt(nameStart))) return -1;
    if (holds(this.text, nameStart, nameEnd, "__")) return -1;
    if (this.count == MOST_LABELS || this.findSpan(nameStart, nameEnd) >= 0) return -1;
    at = this.gap(at, end);
    if (at >= end || this.text.charCodeAt(at) != 0x3d) return -1;
    at = this.gap(at + 1, end);
    if (at >= end || this.text.charCodeAt(at) != 0x22) return -1;
    const valueStart = at + 1;
    const valueEnd = this.readValue(valueStart, end);
    if (valueEnd < 0) return -1;
    const place = 4 * this.count++;
    this.places[place] = nameStart;
    this.places[place + 1] = nameEnd;
    this.places[place + 2] = valueStart;
    this.places[place + 3] = valueEnd;
    this.characters += nameEnd - nameStart;
    return this.gap(valueEnd + 1, end);
  }

  /** The place of the closing quote, or -1. */
  private readValue(at: i32, end: i32): i32 {
    for (; at < end; at++) {
      const unit = this.text.charCodeAt(at);
      if (unit == 0x22) return at;
      if (unit == 0x5c) {
        if (++at == end) return -1;
        // OpenMetrics lets a backslash before any other character stand for itself.
        const isKnown = isOneOf(this.text.charCodeAt(at), '\\"n');
        if (!isKnown) {
          if (!this.openMetrics) return -1;
          this.characters++;
        }
      }
      if (!isPair(unit, this.text.charCodeAt(at + 1))) this.characters++;
    }
    return -1;
  }

  /** Past blanks, which stand between labels in text 0.0.4 alone. */
  private gap(at: i32, end: i32): i32 {
    return this.openMetrics ? at : skipBlanks(this.text, at, end);
  }
}

/** A character of label names, of metric names too. */
export function isLabelUnit(unit: i32): bool {
  return isAlphanumeric(unit) || unit == 0x5f;
}
