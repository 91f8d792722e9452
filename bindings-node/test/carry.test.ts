import { carry } from "hams";
import { expect, test } from "vitest";

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test.each<[string, Parameters<typeof carry>[0]]>([
  ["an object", { host: "x", traceparent: TRACE, "x-tag": ["a", "b"], missing: undefined }],
  ["raw headers", ["host", "x", "traceparent", TRACE, "x-tag", "a", "x-tag", "b"]],
  [
    "pairs",
    [
      ["host", "x"],
      ["traceparent", TRACE],
      ["x-tag", "a"],
      ["x-tag", "b"],
    ],
  ],
])("headers as %s are carried as pairs", (_, headers) => {
  expect(carry(headers, ["X-Tag"])).toEqual([
    ["traceparent", TRACE],
    ["x-tag", "a"],
    ["x-tag", "b"],
  ]);
});

test("a Headers object is taken, and the result makes one", () => {
  const carried = carry(new Headers({ traceparent: TRACE, host: "x" }));
  expect(new Headers(carried as [string, string][]).get("traceparent")).toBe(TRACE);
});

test("nothing of nothing", () => {
  expect(carry([])).toEqual([]);
  expect(carry({})).toEqual([]);
});

test("what breaks the trace is dropped", () => {
  expect(carry({ traceparent: "00-zz", tracestate: "a=b", b3: "0" })).toEqual([["b3", "0"]]);
});
