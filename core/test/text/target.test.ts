import { expect, test } from "vitest";
import { text } from "./compile.ts";

test.each([
  ["/readyz", ["/readyz", ""]],
  ["/readyz?a?b", ["/readyz", "a?b"]],
  ["/livez/%64b%2fx", ["/livez/db/x", ""]],
  ["/a+b", ["/a+b", ""]],
  ["http://h:80/livez?x", ["/livez", "x"]],
  ["HTTPS://h", ["/", ""]],
  ["https://h?x", ["/", "x"]],
  ["http:///livez", ["http:///livez", ""]],
  ["*", ["*", ""]],
  ["", ["", ""]],
  ["/%C3%A9%F0%9F%98%80", ["/é😀", ""]],
  ["/%ff%C3x%E2%82%ED%A0%80", ["/��x����", ""]],
  ["/%F0%9F%98", ["/�", ""]],
  ["/%EF%BB%BF", ["/\ufeff", ""]],
  ["/%", []],
  ["/%4", []],
  ["/%zz", []],
  ["/%é0", []],
])("target %j", (target, parts) => {
  expect(text.target(target)).toEqual(parts);
});

test.each([
  ["", []],
  ["verbose", ["verbose"]],
  ["verbose=0&verbose=%zz", ["verbose"]],
  ["verbose=%zz", []],
  ["Verbose&VERBOSE", []],
  ["%76erbose", ["verbose"]],
  ["exclude=a&exclude=b+c&exclude=a", ["a", "b c", "a"]],
  ["exclude&exclude=", ["", ""]],
  ["exclude=a=b", ["a=b"]],
  ["exclude=a;exclude=b&exclude=c", ["c"]],
  ["exclude=a%3Bb", ["a;b"]],
  ["&&exclude=%&=&x=%zz", []],
])("query %j", (query, parts) => {
  expect(text.query(query)).toEqual(parts);
});

test.each([
  [null, false],
  ["application/health+json", true],
  ["text/html, Application/Health+JSON ; x=1 ;Q=0.001", true],
  ["application/health+json;q=0.000", false],
  ["application/health+json;q=1.001", false],
  ["application/health+json;q=0.1234", false],
  ['application/health+json;q="1"', false],
  ["application/health+json;q=0, application/health+json", true],
  ['application/health+json;a="x,y;q=0\\"";q=1.', true],
  ['text/html;a="application/health+json, application/health+json', false],
  ["application/*, */*", false],
  ["application/health+jsonx", false],
])("accept %j", (accept, named) => {
  expect(text.namesHealthJson(accept)).toBe(named);
});

test.each([
  [null, false],
  ["application/openmetrics-text", true],
  ["application/openmetrics-text;q=0.5, text/plain;q=0.5", true],
  ["application/openmetrics-text;q=0.5, text/plain;q=0.501", false],
  ["application/openmetrics-text;q=0.5, */*", true],
  ["application/openmetrics-text;q=0", false],
])("OpenMetrics for %j", (accept, wanted) => {
  expect(text.wantsOpenMetrics(accept)).toBe(wanted);
});
