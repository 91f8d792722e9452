// The types of metrics in text 0.0.4 and OpenMetrics 1.0, and what their samples are called.
import { spells } from "./spans";

/** The types of both formats. */
export enum MetricType {
  /** `untyped` in text 0.0.4, and where no TYPE is given. */
  Unknown,
  Counter,
  Gauge,
  Summary,
  Histogram,
  GaugeHistogram,
  Info,
  StateSet,
  /** A TYPE that is none: its samples may have any suffix, so that they fall with it. */
  Wrong,
}

/** What may follow a family's name in the name of a sample. */
export enum Suffix {
  /** The name alone. */
  None,
  Total,
  Created,
  Count,
  Sum,
  Bucket,
  GaugeCount,
  GaugeSum,
  Info,
}

/** In the order of `Suffix`. */
export const SUFFIXES: StaticArray<string> = [
  "",
  "_total",
  "_created",
  "_count",
  "_sum",
  "_bucket",
  "_gcount",
  "_gsum",
  "_info",
];

const NONE: i32 = 1 << Suffix.None;
const COUNT_AND_SUM: i32 = (1 << Suffix.Count) | (1 << Suffix.Sum);
const CREATED: i32 = 1 << Suffix.Created;
const BUCKET: i32 = 1 << Suffix.Bucket;
const GAUGE_BUCKETS: i32 = (1 << Suffix.GaugeCount) | (1 << Suffix.GaugeSum) | BUCKET;

/** The suffixes that samples of each type have, as bits, in the order of `MetricType`. */
const TEXT_SUFFIXES: StaticArray<i32> = [
  NONE, // Unknown
  NONE, // Counter: its suffix is a part of its name
  NONE, // Gauge
  NONE | COUNT_AND_SUM, // Summary
  BUCKET | COUNT_AND_SUM, // Histogram
  NONE, // GaugeHistogram, which text does not know
  NONE, // Info, the same
  NONE, // StateSet, the same
  0x1ff, // Wrong
];
const OPENMETRICS_SUFFIXES: StaticArray<i32> = [
  NONE, // Unknown
  (1 << Suffix.Total) | CREATED, // Counter
  NONE, // Gauge
  NONE | COUNT_AND_SUM | CREATED, // Summary
  BUCKET | COUNT_AND_SUM | CREATED, // Histogram
  GAUGE_BUCKETS, // GaugeHistogram
  1 << Suffix.Info, // Info
  NONE, // StateSet
  0x1ff, // Wrong
];

/** The suffixes of the samples of a family, as bits. */
export function suffixesOf(type: MetricType, openMetrics: bool): i32 {
  return openMetrics ? OPENMETRICS_SUFFIXES[type] : TEXT_SUFFIXES[type];
}

/** The type that a TYPE line names; `Wrong` if it names none. */
export function metricTypeOf(text: string, start: i32, end: i32, openMetrics: bool): MetricType {
  if (spells(text, start, end, "counter")) return MetricType.Counter;
  if (spells(text, start, end, "gauge")) return MetricType.Gauge;
  if (spells(text, start, end, "summary")) return MetricType.Summary;
  if (spells(text, start, end, "histogram")) return MetricType.Histogram;
  if (!openMetrics)
    return spells(text, start, end, "untyped") ? MetricType.Unknown : MetricType.Wrong;
  if (spells(text, start, end, "unknown")) return MetricType.Unknown;
  if (spells(text, start, end, "gaugehistogram")) return MetricType.GaugeHistogram;
  if (spells(text, start, end, "info")) return MetricType.Info;
  return spells(text, start, end, "stateset") ? MetricType.StateSet : MetricType.Wrong;
}
