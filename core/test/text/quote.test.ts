import { expect, test } from "vitest";
import { text } from "./compile.ts";

test.each([
  ["", '""'],
  ["db", '"db"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["\x07\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
  ["\0\x1b\x7f", '"\\x00\\x1b\\x7f"'],
  ["\x80\xa0\xad", '"\\u0080\\u00a0\\u00ad"'],
  ["é�😀", '"é�😀"'],
  ["\u2028\u200b\ufeff\u3000", '"\\u2028\\u200b\\ufeff\\u3000"'],
  ["\u{e0001}\u{10ffff}\u{f0000}", '"\\U000e0001\\U0010ffff\\U000f0000"'],
  ["\ud800", '"\\ufffd"'],
])("%j is quoted as Go quotes it", (plain, quoted) => {
  expect(text.quote(plain)).toBe(quoted);
});

test("a set is sorted by UTF-8 bytes, without repeats", () => {
  // By UTF-16 units the astral one would come before U+FFFD.
  const names = ["b", "😀", "�", "a", "", "b", "ab", "B"];
  expect(text.sortedSet(names)).toEqual(["", "B", "a", "ab", "b", "�", "😀"]);
});
