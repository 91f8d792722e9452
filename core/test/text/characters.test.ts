import { expect, test } from "vitest";
import { text } from "./compile.ts";

test("characters are code points", () => {
  expect(text.countCharacters("")).toBe(0);
  expect(text.countCharacters("aé😀")).toBe(3);
  expect(text.countCharacters("\ud83d\ud83d\ude00\ude00")).toBe(3); // one pair between two halves
});

test("a cut never splits a pair", () => {
  expect(text.cut("😀😀😀", 2)).toBe("😀😀");
  expect(text.cut("a😀", 1)).toBe("a");
  expect(text.cut("abc", 3)).toBe("abc");
  expect(text.cut("abc", 0)).toBe("");
});

test("controls and line separators are escaped, all else stays", () => {
  expect(text.escapeControls("a\0\n\x7f\x9f\u2028\u2029b")).toBe(
    "a\\u0000\\u000a\\u007f\\u009f\\u2028\\u2029b",
  );
  expect(text.escapeControls('é😀\\"\xa0')).toBe('é😀\\"\xa0');
});
