// The application's metrics, before they follow HaMS's own in one answer.

import { Exposition } from "../generated/types";
import { isOneOf } from "../text/characters";
import { MetricFamilies } from "./metric-families";
import { MetricFamily } from "./metric-family";
import { metricNameEnd } from "./metric-line";
import { MetricType, metricTypeOf, suffixesOf } from "./metric-types";
import { holds, isBlank, isSameSpan, lineEnd, skipBlanks, spells } from "./spans";

/** The beginning of every name of HaMS's own. */
const OWN_PREFIX = "hams_";

/** What is left of an application's metrics. */
@final
export class CheckedMetrics {
  constructor(
    /** Families as they came, in their order, without `# EOF`; ends with LF unless it is empty. */
    readonly text: string,
    /** How many families were left out. */
    readonly errors: i32,
  ) {}
}

/**
 * Leaves out every family that a strict parser of `form` refuses, that comes in
 * several pieces, or that has a name of HaMS's, as a whole. A line that names no
 * family belongs to the one before it. What follows `# EOF` counts as one family.
 * Takes linear time.
 */
export function checkMetrics(text: string, form: Exposition): CheckedMetrics {
  return new Checker(text, form == Exposition.Openmetrics).check();
}

@final
class Checker {
  private readonly family: MetricFamily;
  private readonly families: MetricFamilies;

  constructor(
    private readonly text: string,
    private readonly openMetrics: bool,
  ) {
    this.family = new MetricFamily(text, openMetrics);
    this.families = new MetricFamilies(text, openMetrics);
  }

  check(): CheckedMetrics {
    const length = this.text.length;
    let errors = 0;
    let start = 0;
    while (start < length) {
      const end = lineEnd(this.text, start);
      if (spells(this.text, start, end, "# EOF")) {
        if (end + 1 < length) errors++;
        break;
      }
      if (!this.takeLine(start, end)) this.families.leaveOut();
      start = end + 1;
    }
    this.endFamily();
    this.families.settleNames();
    errors += this.families.countLeftOut();
    return new CheckedMetrics(this.families.keptText(min(start, length)), errors);
  }

  /** False where the line is wrong; then the family that is current afterwards falls with it. */
  private takeLine(start: i32, end: i32): bool {
    const first = this.openMetrics ? start : skipBlanks(this.text, start, end);
    if (first == end) return !this.openMetrics;
    if (this.text.charCodeAt(first) == 0x23) return this.takeComment(first, end);
    const isRead = this.family.line.read(start, end);
    const nameStart = this.family.line.nameStart;
    const nameEnd = this.family.line.nameEnd;
    if (nameStart == nameEnd) return false;
    let suffix = this.families.isNamed() ? this.family.suffixOf(nameStart, nameEnd) : -1;
    if (suffix < 0) {
      this.beginFamily(start, nameStart, nameEnd);
      suffix = 0;
    }
    return (
      isRead && !holds(this.text, nameStart, nameEnd, OWN_PREFIX) && this.family.take(start, suffix)
    );
  }

  /** A line that begins with `#` at `at`. */
  private takeComment(at: i32, end: i32): bool {
    const start = at;
    at++;
    if (this.openMetrics) {
      if (at == end || this.text.charCodeAt(at) != 0x20) return false;
      at++;
    } else {
      at = skipBlanks(this.text, at, end);
    }
    const isHelp = holds(this.text, at, end, "HELP");
    const isType = holds(this.text, at, end, "TYPE");
    const isUnit = this.openMetrics && holds(this.text, at, end, "UNIT");
    const behind = at + 4;
    const isKeyword = behind >= end || isBlank(this.text.charCodeAt(behind));
    // OpenMetrics has no other comments.
    if (!isKeyword || !(isHelp || isType || isUnit)) return !this.openMetrics;
    at = this.openMetrics ? min(behind + 1, end) : skipBlanks(this.text, behind, end);
    const nameEnd = metricNameEnd(this.text, at, end);
    const isNameWhole = nameEnd == end || isBlank(this.text.charCodeAt(nameEnd));
    if (nameEnd == at || !isNameWhole) return false;
    const family = this.family;
    if (
      !this.families.isNamed() ||
      !isSameSpan(this.text, at, nameEnd, family.nameStart, family.nameEnd)
    ) {
      this.beginFamily(start, at, nameEnd);
    }
    let rest = nameEnd;
    if (!this.openMetrics) {
      rest = skipBlanks(this.text, nameEnd, end);
    } else {
      if (nameEnd == end || this.text.charCodeAt(nameEnd) != 0x20) return false;
      if (family.hasSamples) return false;
      rest = nameEnd + 1;
    }
    if (isHelp) return this.takeHelp(rest, end);
    return isType ? this.takeType(rest, end) : this.takeUnit(rest, end);
  }

  private takeHelp(start: i32, end: i32): bool {
    const isFirst = !this.family.hasHelp;
    this.family.hasHelp = true;
    return isFirst && (this.openMetrics || hasKnownEscapes(this.text, start, end));
  }

  private takeType(start: i32, end: i32): bool {
    if (this.family.hasType || this.family.hasSamples) return false;
    this.family.hasType = true;
    this.family.type = metricTypeOf(this.text, start, end, this.openMetrics);
    return this.family.type != MetricType.Wrong;
  }

  /** A unit must be what the name ends with, behind a `_`. */
  private takeUnit(start: i32, end: i32): bool {
    if (this.family.hasUnit) return false;
    this.family.hasUnit = true;
    if (start == end) return true;
    const place = this.family.nameEnd - (end - start);
    return (
      place > this.family.nameStart &&
      this.text.charCodeAt(place - 1) == 0x5f &&
      isSameSpan(this.text, place, this.family.nameEnd, start, end)
    );
  }

  private beginFamily(start: i32, nameStart: i32, nameEnd: i32): void {
    this.endFamily();
    this.families.begin(start, nameStart, nameEnd);
    this.family.begin(nameStart, nameEnd);
    if (holds(this.text, nameStart, nameEnd, OWN_PREFIX)) this.families.leaveOut();
  }

  private endFamily(): void {
    if (!this.families.isNamed()) return;
    this.families.setType(this.family.type);
    if (!this.family.isWhole() || this.takesOwnName()) this.families.leaveOut();
  }

  /** A family `hams` is fine by itself; with a suffix its samples would have names of HaMS's. */
  private takesOwnName(): bool {
    const family = this.family;
    if (!spells(this.text, family.nameStart, family.nameEnd, "hams")) return false;
    return suffixesOf(family.type, this.openMetrics) != 1;
  }
}

/** The escapes that text 0.0.4 has in a HELP. */
function hasKnownEscapes(text: string, start: i32, end: i32): bool {
  for (let i = start; i < end; i++) {
    if (text.charCodeAt(i) != 0x5c) continue;
    if (++i == end || !isOneOf(text.charCodeAt(i), '\\n"')) return false;
  }
  return true;
}
