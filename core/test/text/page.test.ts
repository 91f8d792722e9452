import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { text } from "./compile.ts";

const RUNNING = 2;
const UP = 1;

test("the policy allows the page's own style and nothing else", () => {
  const hash = createHash("sha256").update(text.pageStyle()).digest("base64");
  expect(text.pagePolicy()).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(text.page("x", RUNNING, UP, true).match(/<style>(.*)<\/style>/s)?.[1]).toBe(
    text.pageStyle(),
  );
});

test("nothing shown can become markup or a line of its own", () => {
  const page = text.page(`<i a='">&\n\u2028`, RUNNING, UP, true);
  const plain = text.page("", RUNNING, UP, true);
  const count = (html: string, what: RegExp) => html.match(what)?.length;
  for (const what of [/</g, />/g, /"/g, /'/g, /\n/g]) {
    expect(count(page, what)).toBe(count(plain, what));
  }
  expect(page).not.toContain("\u2028");
});

test("a page without names has no row", () => {
  expect(text.page("x", RUNNING, UP, true)).toContain("<tr");
  expect(text.page("x", RUNNING, UP, false)).not.toContain("<tr");
});
