import { expect, test } from "vitest";
import { Random } from "../random.ts";
import { text } from "./compile.ts";

const HISTOGRAM = `# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 2
h_sum 3
h_count 2
`;

/** What strict parsers of text 0.0.4 take. */
const GOOD_TEXT = [
  "",
  "a 1\n",
  "a 1", // a line feed is added
  '  a\t{ l = "x" , m="\\"\\\\\\n}é" , }1 123\n',
  'a{} NaN\na{l="x"} -Inf\nb:c +inf\n',
  "a 1e3\nb .5\nc 5.\nd -0\ne 1.7976931348623157e308\nf 1e-400\n",
  "# HELP a b \\n \\\\\n# TYPE a counter\na 1\n",
  "# HELP a\n# TYPE b untyped\n\n#\n# any comment\n# UNIT a b\nb 1\n",
  '# TYPE s summary\ns{quantile="0.5"} -1\ns_sum -1\ns_count 1\n',
  HISTOGRAM,
  '# TYPE h histogram\nh_bucket{le="1"} 0.5\nh_bucket{le="+Inf"} 1.5\n',
  "a 1 1\na 1 2\n",
  "hams 1\n",
];

test.each(GOOD_TEXT)("text keeps %j", (metrics) => {
  const whole = metrics === "" || metrics.endsWith("\n") ? metrics : `${metrics}\n`;
  expect(text.metrics(metrics, false)).toEqual(["0", whole]);
});

/** What strict parsers of OpenMetrics 1.0 take. */
const GOOD_OPENMETRICS = [
  "a 1\n",
  '# HELP a \n# TYPE a counter\n# UNIT a \na_total{l="\\x"} 1 1.5 # {t="x"} 1 2\na_created 1\n',
  "# HELP a_seconds x\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds -1\n",
  '# TYPE i info\ni_info{v="1"} 1\ni_info{v="2"} 1\n',
  '# TYPE s stateset\ns{s="a"} 1\ns{s="b"} 0\n',
  '# TYPE s summary\ns{quantile="0"} 1\ns{quantile="1"} 2\ns_count 1\ns_sum 1\ns_created 1\n',
  HISTOGRAM,
  '# TYPE h histogram\nh_bucket{le="+Inf"} 2 # {} 1\n',
  '# TYPE g gaugehistogram\ng_bucket{le="-1"} 1\ng_bucket{le="+Inf"} 2\ng_gsum -3\ng_gcount 2\n',
  "a 1 1\na 1 2\n",
];

test.each(GOOD_OPENMETRICS)("OpenMetrics keeps %j", (metrics) => {
  expect(text.metrics(metrics, true)).toEqual(["0", metrics]);
  expect(text.metrics(`${metrics}# EOF\n`, true)).toEqual(["0", metrics]);
  expect(text.metrics(`${metrics}# EOF`, true)).toEqual(["0", metrics]);
});

/** Families that parsers of either form refuse. */
const BAD_IN_BOTH = [
  "a\n",
  "a x\n",
  "a 1_0\n",
  "a 0x10\n",
  "a 1e309\n",
  "a +nan\n",
  "a 1e\n",
  "a .\n",
  "a 1 x\n",
  "a 1 \n",
  "a 1\r\n",
  "a{l=x} 1\n",
  'a{l="x} 1\n',
  'a{l="x" m="y"} 1\n',
  'a{l="x",l="y"} 1\n',
  'a{__l="x"} 1\n',
  'a{9="x"} 1\n',
  "a{,} 1\n",
  `a{${Array.from({ length: 129 }, (_, i) => `l${i}="x"`).join(",")}} 1\n`,
  "hams_a 1\n",
  "# HELP hams_a b\n",
  "# HELP a b\n# HELP a b\n",
  "# TYPE a gauge\n# TYPE a gauge\na 1\n",
  "# TYPE a bogus\na_sum 1\na_count 1\n",
  "# TYPE a Gauge\na 1\n",
  "a 1\n# TYPE a gauge\n",
  "a 1\na 1\n",
  'a{l="x",m="y"} 1\na{m="y",l="x"} 2\n',
  '# TYPE h histogram\nh_bucket{le="1"} 1\n',
  '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\n',
  '# TYPE h histogram\nh_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\n',
  '# TYPE h histogram\nh_bucket{le="inf"} 1\n',
  '# TYPE h histogram\nh_bucket{le="x"} 1\nh_bucket{le="+Inf"} 1\n',
  "# TYPE h histogram\nh_bucket 1\n",
  '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n',
  '# TYPE s summary\ns{quantile="2"} 1\n',
  "# TYPE s summary\ns 1\n",
];

test.each([false, true])("a family with a bad line is left out whole (OpenMetrics: %s)", (form) => {
  for (const bad of BAD_IN_BOTH) {
    const around = `b 1\n${bad}c 1\n`;
    expect(text.metrics(around, form), bad).toEqual(["1", "b 1\nc 1\n"]);
  }
});

const BAD_TEXT = [
  'a{l="\\x"} 1\n',
  "a 1 1.5\n",
  "a 1 -1\n",
  "a 1 9223372036854775808\n",
  "# HELP a \\x\n",
  "# TYPE a unknown\n",
  "# TYPE a\n",
  "#TYPE a bogus\n",
  "# TYPE a counter\na -1\n",
  'a 1 # {t="x"} 1\n',
];

test.each(BAD_TEXT)("text leaves out %j", (bad) => {
  expect(text.metrics(`b 1\n${bad}c 1\n`, false)).toEqual(["1", "b 1\nc 1\n"]);
});

const BAD_OPENMETRICS = [
  "a  1\n",
  "a\t1\n",
  'a{l="x",} 1\n',
  'a{ l="x"} 1\n',
  'a{l="x"}1\n',
  "a 1 NaN\n",
  "# HELP a\n",
  "# TYPE a untyped\n",
  "a 1\n# HELP a b\n",
  "# UNIT a seconds\n",
  "# UNIT seconds seconds\n",
  "# TYPE a_s info\n# UNIT a_s s\n",
  "# TYPE a counter\na_total -1\n",
  "# TYPE a counter\na_total NaN\n",
  "# TYPE a info\na_info 2\n",
  '# TYPE a info\na_info 1 1\na_info{l="x"} 1\n',
  "# TYPE a stateset\na 1\n",
  '# TYPE a stateset\na{a="x"} 2\n',
  '# TYPE s summary\ns{quantile="1"} -1\n',
  "# TYPE s summary\ns_count 1.5\n",
  "# TYPE s summary\ns_sum -1\n",
  '# TYPE h histogram\nh_bucket{le="+Inf"} 1.5\n',
  '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_count 1\n',
  '# TYPE h histogram\nh_bucket{le="-1"} 1\nh_bucket{le="+Inf"} 1\nh_count 1\nh_sum 1\n',
  "# TYPE h histogram\nh_count 1\nh_sum 1\n",
  'a 1 # {t="x"} 1\n',
  '# TYPE a counter\na_total 1 # {t="x"}\n',
  '# TYPE a counter\na_total 1 # {t="x",t="y"} 1\n',
  `# TYPE a counter\na_total 1 # {t="${"é".repeat(128)}"} 1\n`,
  "# TYPE a counter\na_total 1 # {} 1 NaN\n",
  "# TYPE a counter\na_created 1 # {} 1\n",
  'a{l="x"} 1\na{l="y"} 1\na{l="x"} 1 2\n',
  "a 1 2\na 1 1\n",
  "# TYPE hams info\n",
];

test.each(BAD_OPENMETRICS)("OpenMetrics leaves out %j", (bad) => {
  expect(text.metrics(`b 1\n${bad}c 1\n`, true)).toEqual(["1", "b 1\nc 1\n"]);
});

test("a line that names no family falls on the one before it", () => {
  expect(text.metrics("a 1\n!\nb 1\n", false)).toEqual(["1", "b 1\n"]);
  expect(text.metrics("!\nb 1\n", false)).toEqual(["1", "b 1\n"]);
  expect(text.metrics("a 1\n\nb 1\n", true)).toEqual(["1", "b 1\n"]);
  expect(text.metrics("a 1\n# comment\nb 1\n", true)).toEqual(["1", "b 1\n"]);
  expect(text.metrics("a 1\n#  HELP b c\nb 1\n", true)).toEqual(["1", "b 1\n"]);
});

test("a family in pieces is left out in all of them and counted once", () => {
  expect(text.metrics('a 1\nb 1\na{l="x"} 1\nc 1\na 2\n', false)).toEqual(["1", "b 1\nc 1\n"]);
});

test("a family whose name is one of another's samples is left out", () => {
  const summary = "# TYPE s summary\ns_sum 1\ns_count 1\n";
  expect(text.metrics(`${summary}a 1\n# TYPE s_sum gauge\n`, false)).toEqual([
    "1",
    `${summary}a 1\n`,
  ]);
  expect(text.metrics("s_sum 1\n# TYPE s summary\ns_count 1\n", false)).toEqual(["1", "s_sum 1\n"]);
  // A counter in OpenMetrics takes its bare name too; in text it has no other.
  expect(text.metrics("# TYPE a counter\na_total 1\na 1\n", true)).toEqual(["1", ""]);
  expect(text.metrics("# TYPE a counter\na 1\na_total 1\n", false)[0]).toBe("0");
});

test("what follows # EOF is one error, whatever it is", () => {
  expect(text.metrics("a 1\n# EOF\nb 1\nc 1\n", true)).toEqual(["1", "a 1\n"]);
  expect(text.metrics("a 1\n# EOF\n\n", true)).toEqual(["1", "a 1\n"]);
  expect(text.metrics("# EOF\n", true)).toEqual(["0", ""]);
  expect(text.metrics("a 1\n# EOF\n", false)).toEqual(["0", "a 1\n"]);
});

test("what is kept is kept again", () => {
  const random = new Random(1);
  const pieces = ["a", "a_sum", "b_total", "s", " ", " ", "1", "\n", "\n", "\n# TYPE s summary\n"];
  pieces.push("# HELP ", "# TYPE a gauge\n", '{l="x"}', "{", "}", '"', "\\", ",", "=", " # {} 1");
  pieces.push(
    "\n# EOF\n",
    "\n# TYPE b counter\nb_total 1\n",
    "\ud800",
    "é",
    "\0",
    "NaN",
    "hams_x 1",
  );
  for (let i = 0; i < 4000; i++) {
    let metrics = "";
    for (let count = random.below(16); count > 0; count--) metrics += random.pick(pieces);
    for (const form of [false, true]) {
      const [errors, kept] = text.metrics(metrics, form);
      expect(text.metrics(kept!, form), metrics).toEqual(["0", kept]);
      if (errors === "0" && !metrics.includes("# EOF") && metrics !== "") {
        expect(kept).toBe(metrics.endsWith("\n") ? metrics : `${metrics}\n`);
      }
    }
  }
});

test.each([
  ["one sample over and over", "a 1\n"],
  ["two names in turn", "a 1\nb 1\n"],
  ["empty lines", "\n"],
  ["braces", "a{"],
  ["escapes", 'a{x="\\'],
  ["digits", "9"],
  ["types", "# TYPE a x\n# TYPE b x\n"],
])("a text of 1 MiB is no trap: %s", (_, piece) => {
  const metrics = piece.repeat(1_048_576 / piece.length);
  for (const form of [false, true]) expect(text.metrics(metrics, form)).toHaveLength(2);
});
