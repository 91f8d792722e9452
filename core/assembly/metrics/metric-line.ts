// The grammar of one sample's line, in Prometheus text 0.0.4 and OpenMetrics 1.0.
// Where parsers differ, only what the strictest takes passes. Everything is read
// in place: a text of 1 MiB makes no garbage.
import { isOneOf } from "../text/characters";
import { isLabelUnit, Labels } from "./metric-labels";
import { isInt64, MetricNumber } from "./metric-number";
import {
  finishHash,
  hashSpan,
  holds,
  isBlank,
  isDigit,
  isSameSpan,
  lineEnd,
  skipBlanks,
} from "./spans";

/** The most characters of an exemplar's labels, names and values together. */
const MOST_EXEMPLAR_CHARACTERS: i32 = 128;

/** One sample, as places in the text. Made once and used for line after line. */
@final
export class SampleLine {
  nameStart: i32 = 0;
  /** At `nameStart` where the line names no metric. */
  nameEnd: i32 = 0;
  readonly labels: Labels;
  value: f64 = 0;
  timestampStart: i32 = 0;
  /** At `timestampStart` where there is none. */
  timestampEnd: i32 = 0;
  timestamp: f64 = 0;
  hasExemplar: bool = false;
  private readonly number: MetricNumber = new MetricNumber();
  private readonly exemplar: Labels;
  private end: i32 = 0;

  constructor(
    private readonly text: string,
    private readonly openMetrics: bool,
  ) {
    this.labels = new Labels(text, openMetrics);
    this.exemplar = new Labels(text, openMetrics);
  }

  /** Reads the line from `start` to `end`. False where it does not parse; its name stands if it has one. */
  read(start: i32, end: i32): bool {
    this.end = end;
    this.hasExemplar = false;
    this.timestamp = 0;
    let at = this.openMetrics ? start : skipBlanks(this.text, start, end);
    this.nameStart = at;
    at = metricNameEnd(this.text, at, end);
    this.nameEnd = at;
    this.timestampStart = at;
    this.timestampEnd = at;
    if (at < end && !isOneOf(this.text.charCodeAt(at), " \t{")) {
      this.nameEnd = this.nameStart; // what begins the line is no name
      return false;
    }
    if (at == this.nameStart) return false;
    at = this.readLabels(at);
    if (at < 0) return false;
    const valueEnd = this.tokenEnd(at);
    if (!this.number.read(this.text, at, valueEnd)) return false;
    this.value = this.number.value;
    if (valueEnd == end) return true;
    return this.openMetrics ? this.readOpenMetricsRest(valueEnd) : this.readTextRest(valueEnd);
  }

  /** Reads again the line that begins at `start`; returns its length. */
  readAgain(start: i32): i32 {
    const end = lineEnd(this.text, start);
    this.read(start, end);
    return end - start;
  }

  hasTimestamp(): bool {
    return this.timestampStart < this.timestampEnd;
  }

  /** A hash of name, labels and timestamp. */
  seriesHash(): u32 {
    const name = hashSpan(this.text, this.nameStart, this.nameEnd, this.labels.hash(-1));
    return finishHash(hashSpan(this.text, this.timestampStart, this.timestampEnd, name));
  }

  /** Whether both have the same name, labels and timestamp. */
  isSameSeries(other: SampleLine): bool {
    const isSameName = isSameSpan(
      this.text,
      this.nameStart,
      this.nameEnd,
      other.nameStart,
      other.nameEnd,
    );
    const isSameTime = isSameSpan(
      this.text,
      this.timestampStart,
      this.timestampEnd,
      other.timestampStart,
      other.timestampEnd,
    );
    return isSameName && isSameTime && this.labels.isSame(-1, other.labels, -1);
  }

  /** Reads labels, if there are some, and what parts them from the value; -1 where they do not parse. */
  private readLabels(at: i32): i32 {
    const brace = this.openMetrics ? at : skipBlanks(this.text, at, this.end);
    this.labels.clear();
    const braced = brace < this.end && this.text.charCodeAt(brace) == 0x7b;
    if (braced) {
      at = this.labels.read(brace, this.end);
      if (at < 0) return -1;
    }
    if (!this.openMetrics) return braced ? skipBlanks(this.text, at, this.end) : brace;
    return at < this.end && this.text.charCodeAt(at) == 0x20 ? at + 1 : -1;
  }

  private readTextRest(at: i32): bool {
    this.timestampStart = skipBlanks(this.text, at, this.end);
    this.timestampEnd = this.end;
    return isInt64(this.text, this.timestampStart, this.end);
  }

  private readOpenMetricsRest(at: i32): bool {
    at++; // the space behind the value
    if (this.text.charCodeAt(at) != 0x23) {
      const tokenEnd = this.tokenEnd(at);
      if (!this.number.readFinite(this.text, at, tokenEnd)) return false;
      this.timestampStart = at;
      this.timestampEnd = tokenEnd;
      this.timestamp = this.number.value;
      if (tokenEnd == this.end) return true;
      at = tokenEnd + 1;
    }
    return this.readExemplar(at);
  }

  /** `# {labels} value` and maybe a timestamp, up to the line's end. */
  private readExemplar(at: i32): bool {
    this.hasExemplar = true;
    if (!holds(this.text, at, this.end, "# {")) return false;
    at = this.exemplar.read(at + 2, this.end);
    if (at < 0 || this.exemplar.characters > MOST_EXEMPLAR_CHARACTERS) return false;
    if (at == this.end || this.text.charCodeAt(at) != 0x20) return false;
    const valueEnd = this.tokenEnd(at + 1);
    if (!this.number.read(this.text, at + 1, valueEnd)) return false;
    return valueEnd == this.end || this.number.readFinite(this.text, valueEnd + 1, this.end);
  }

  private tokenEnd(at: i32): i32 {
    while (at < this.end && !isBlank(this.text.charCodeAt(at))) at++;
    return at;
  }
}

/** The place after the metric's name that begins at `at`; `at` if none does. */
export function metricNameEnd(text: string, at: i32, end: i32): i32 {
  if (at < end && isDigit(text.charCodeAt(at))) return at;
  while (at < end && (isLabelUnit(text.charCodeAt(at)) || text.charCodeAt(at) == 0x3a)) at++;
  return at;
}
