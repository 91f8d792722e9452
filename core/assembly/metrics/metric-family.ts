// What the lines of one metric family must be to each other.
import { Labels } from "./metric-labels";
import { SampleLine } from "./metric-line";
import { MetricNumber } from "./metric-number";
import { MetricType, SUFFIXES, Suffix, suffixesOf } from "./metric-types";
import { Repeats } from "./repeats";
import { isSameSpan, spells } from "./spans";

/** Suffixes whose samples only count up. */
const COUNTS: i32 =
  (1 << Suffix.Total) | (1 << Suffix.Count) | (1 << Suffix.Bucket) | (1 << Suffix.GaugeCount);
/** Suffixes whose samples OpenMetrics wants to be whole numbers. */
const WHOLE: i32 = (1 << Suffix.Count) | (1 << Suffix.Bucket) | (1 << Suffix.GaugeCount);
/** Suffixes of sums. */
const SUMS: i32 = (1 << Suffix.Sum) | (1 << Suffix.GaugeSum);

/** The family whose lines are being read. Made once and used for family after family. */
@final
export class MetricFamily {
  nameStart: i32 = 0;
  nameEnd: i32 = 0;
  type: MetricType = MetricType.Unknown;
  hasHelp: bool = false;
  hasType: bool = false;
  hasUnit: bool = false;
  hasSamples: bool = false;
  /** Where the next sample is read into. */
  line: SampleLine;
  /** The sample taken last, if there is one. */
  private previous: SampleLine;
  private previousSpecial: i32 = -1;
  /** What is read again to compare. */
  private readonly first: SampleLine;
  private readonly later: SampleLine;
  /** Every sample, by the beginning of its line. */
  private readonly series: Repeats = new Repeats();
  /** The first sample of every group, by the beginning of its line. */
  private readonly groups: Repeats = new Repeats();
  /** How much may be read again to compare. One pair a family is usual, more means hashes made to collide. */
  private unread: i32;
  private readonly histogram: HistogramPoint;
  private readonly number: MetricNumber = new MetricNumber();

  constructor(
    private readonly text: string,
    private readonly openMetrics: bool,
  ) {
    this.line = new SampleLine(text, openMetrics);
    this.previous = new SampleLine(text, openMetrics);
    this.first = new SampleLine(text, openMetrics);
    this.later = new SampleLine(text, openMetrics);
    this.unread = 4 * text.length;
    this.histogram = new HistogramPoint(openMetrics);
  }

  begin(nameStart: i32, nameEnd: i32): void {
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
    this.type = MetricType.Unknown;
    this.hasHelp = false;
    this.hasType = false;
    this.hasUnit = false;
    this.hasSamples = false;
    this.series.clear();
    this.groups.clear();
    this.histogram.begin();
  }

  /** The suffix that makes this family's name to the one from `start` to `end`; -1 if its samples have none such. */
  suffixOf(start: i32, end: i32): i32 {
    const rest = start + this.nameEnd - this.nameStart;
    if (rest > end || !isSameSpan(this.text, start, rest, this.nameStart, this.nameEnd)) return -1;
    const suffixes = suffixesOf(this.type, this.openMetrics);
    for (let suffix = 0; suffix < SUFFIXES.length; suffix++) {
      const isKnown = suffixes & (1 << suffix);
      if (isKnown && spells(this.text, rest, end, SUFFIXES[suffix])) return suffix;
    }
    return -1;
  }

  /** The label that tells apart the samples of a group: `le`, `quantile`, or a state set's own; -1 without. */
  specialLabel(labels: Labels, suffix: i32): i32 {
    if (suffix == Suffix.Bucket) return labels.find("le");
    if (suffix != Suffix.None) return -1;
    if (this.type == MetricType.Summary) return labels.find("quantile");
    if (this.type != MetricType.StateSet) return -1;
    return labels.findSpan(this.nameStart, this.nameEnd);
  }

  /** Takes the sample in `line`, whose line begins at `start`. False if it does not fit to this family. */
  take(start: i32, suffix: i32): bool {
    const line = this.line;
    const special = this.specialLabel(line.labels, suffix);
    if (!this.hasFittingLabel(suffix, special)) return false;
    if (!this.hasFittingValue(suffix)) return false;
    if (line.hasExemplar && !this.mayHaveExemplar(suffix)) return false;
    const isGroupNew = !this.hasSamples || !this.isOfPreviousGroup(special);
    if (this.openMetrics && !isGroupNew && !this.hasFittingTimestamp()) return false;
    if (this.type == MetricType.Histogram || this.type == MetricType.GaugeHistogram) {
      if (isGroupNew || line.timestamp != this.previous.timestamp) {
        if (!this.histogram.isWhole()) return false;
        this.histogram.begin();
      }
      if (!this.histogram.take(suffix, this.number.value, line.value)) return false;
    }
    this.series.add(start, line.seriesHash());
    if (isGroupNew) this.groups.add(start, line.labels.hash(special));
    this.line = this.previous;
    this.previous = line;
    this.previousSpecial = special;
    this.hasSamples = true;
    return true;
  }

  /** Whether the lines make a whole, now that the last one is read. */
  isWhole(): bool {
    const hasNoUnit = this.type == MetricType.Info || this.type == MetricType.StateSet;
    if (this.hasUnit && hasNoUnit) return false;
    if (!this.histogram.isWhole() || this.hasRepeatedSeries()) return false;
    // OpenMetrics wants each group in one piece.
    return !this.openMetrics || !this.hasBrokenGroup();
  }

  private isOfPreviousGroup(special: i32): bool {
    // The labels of an info are what it tells, so all of its samples are one group.
    if (this.type == MetricType.Info) return true;
    return this.line.labels.isSame(special, this.previous.labels, this.previousSpecial);
  }

  private hasRepeatedSeries(): bool {
    this.series.search();
    while (this.series.next()) {
      if (!this.readPair(this.series)) return false;
      if (this.first.isSameSeries(this.later)) return true;
    }
    return false;
  }

  private hasBrokenGroup(): bool {
    this.groups.search();
    while (this.groups.next()) {
      if (!this.readPair(this.groups)) return false;
      const special = this.specialOf(this.first);
      const isSame = this.first.labels.isSame(
        special,
        this.later.labels,
        this.specialOf(this.later),
      );
      if (isSame) return true;
    }
    return false;
  }

  /** Reads the pair again; false if too much was read again already. */
  private readPair(repeats: Repeats): bool {
    if (this.unread < 0) return false;
    this.unread -= this.first.readAgain(repeats.first) + this.later.readAgain(repeats.later);
    return true;
  }

  private specialOf(line: SampleLine): i32 {
    return this.specialLabel(line.labels, this.suffixOf(line.nameStart, line.nameEnd));
  }

  /** Leaves a bucket's bound in `number`. */
  private hasFittingLabel(suffix: i32, special: i32): bool {
    if (this.type == MetricType.StateSet) return special >= 0;
    const isSummary = this.type == MetricType.Summary;
    const isHistogram = this.type == MetricType.Histogram || this.type == MetricType.GaugeHistogram;
    if (!isSummary && !isHistogram) return true;
    const isNeeded = suffix == (isSummary ? Suffix.None : Suffix.Bucket);
    const labels = this.line.labels;
    const label = labels.find(isSummary ? "quantile" : "le");
    if (label < 0) return !isNeeded;
    const start = labels.valueStart(label);
    const end = labels.valueEnd(label);
    // Go's parser wants a number there whether the sample needs the label or not.
    if (!this.number.read(this.text, start, end)) return false;
    const value = this.number.value;
    if (!isNeeded) return true;
    if (isSummary) return value >= 0 && value <= 1;
    if (isNaN(value)) return false;
    return isFinite(value) || spells(this.text, start, end, "+Inf");
  }

  private hasFittingValue(suffix: i32): bool {
    const value = this.line.value;
    const bit = 1 << suffix;
    const isCounter = this.type == MetricType.Counter && suffix == Suffix.None;
    if ((isCounter || bit & COUNTS) && value < 0) return false;
    if (!this.openMetrics) return true;
    if (bit & (COUNTS | SUMS) && isNaN(value)) return false;
    if (suffix == Suffix.Sum && value < 0) return false;
    if (bit & WHOLE && !(isFinite(value) && Math.floor(value) == value)) return false;
    if (this.type == MetricType.Info) return value == 1;
    if (this.type == MetricType.StateSet) return value == 0 || value == 1;
    return this.type != MetricType.Summary || suffix != Suffix.None || !(value < 0);
  }

  private mayHaveExemplar(suffix: i32): bool {
    return suffix == Suffix.Total || suffix == Suffix.Bucket;
  }

  /** Within a group all samples have a timestamp or none has, and time does not go back. */
  private hasFittingTimestamp(): bool {
    const line = this.line;
    const previous = this.previous;
    if (line.hasTimestamp() != previous.hasTimestamp()) return false;
    return line.timestamp >= previous.timestamp || this.type == MetricType.Info;
  }
}

/** The samples of one histogram, one label set and one timestamp. */
@final
class HistogramPoint {
  /** The newest bucket's bound; NaN before the first. */
  private bound: f64 = NaN;
  /** The newest bucket's value. */
  private value: f64 = 0;
  private hasCount: bool = false;
  private count: f64 = 0;
  private hasSum: bool = false;
  private sum: f64 = 0;
  private isGauge: bool = false;
  private hasNegativeBound: bool = false;
  private isEmpty: bool = true;

  constructor(private readonly openMetrics: bool) {}

  begin(): void {
    this.bound = NaN;
    this.value = 0;
    this.hasCount = false;
    this.hasSum = false;
    this.isGauge = false;
    this.hasNegativeBound = false;
    this.isEmpty = true;
  }

  /** Takes a sample, of a bucket with its bound. False where buckets do not go up. */
  take(suffix: i32, bound: f64, value: f64): bool {
    this.isEmpty = false;
    if (suffix == Suffix.Bucket) {
      if (bound <= this.bound || value < this.value) return false;
      if (bound < 0) this.hasNegativeBound = true;
      this.bound = bound;
      this.value = value;
    } else if (suffix == Suffix.Count || suffix == Suffix.GaugeCount) {
      this.hasCount = true;
      this.count = value;
    } else if (suffix == Suffix.Sum || suffix == Suffix.GaugeSum) {
      this.hasSum = true;
      this.sum = value;
      this.isGauge = suffix == Suffix.GaugeSum;
    }
    return true;
  }

  isWhole(): bool {
    if (this.isEmpty) return true;
    const hasBuckets = !isNaN(this.bound);
    // Text 0.0.4 lets counts and sums stand apart from their buckets.
    if (!this.openMetrics && !hasBuckets) return true;
    if (this.bound != Infinity) return false;
    if (this.hasCount && this.count != this.value) return false;
    if (!this.openMetrics) return true;
    if (this.hasCount != this.hasSum) return false;
    if (!this.hasSum) return true;
    return this.isGauge ? this.sum >= 0 || this.hasNegativeBound : !this.hasNegativeBound;
  }
}
