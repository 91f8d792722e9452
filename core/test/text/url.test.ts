import { expect, test } from "vitest";
import { text } from "./compile.ts";

test.each([
  "http://a",
  "HTTPS://A.b-c_d:65535/x?y=%20#z",
  "http://127.0.0.1:1",
  "http://[::1]:80/",
  "http://[::]",
  "http://[1:2:3:4:5:6:7:8]",
  "http://[1:2:3:4:5:6:7::]",
  "http://[1:2:3:4:5:6:1.2.3.4]",
  "http://[::ffff:1.2.3.4]",
  `http://${"a".repeat(2041)}`,
])("%s is a URL", (url) => {
  expect(text.urlProblem(url)).toBeNull();
});

test.each([
  "",
  "a",
  "ftp://a",
  "http://",
  "http:///x",
  "http://:80",
  "http://a:",
  "http://a:0",
  "http://a:65536",
  "http://a:8o",
  "http://u@a",
  "http://u:p@a",
  "http://a b",
  "http://a\n",
  "http://a/é",
  "http://a\\b",
  "http://a/%zz",
  "http://::1",
  "http://[::1",
  "http://[]",
  "http://[:::]",
  "http://[1::2::3]",
  "http://[1:2:3:4:5:6:7]",
  "http://[1:2:3:4:5:6:7:8:9]",
  "http://[12345::]",
  "http://[::1.2.3.400]",
  "http://[::1.2.3.04]",
  "http://[::1%25eth0]",
  "http://[::1]x",
  `http://${"a".repeat(2042)}`,
])("%s is none", (url) => {
  expect(text.urlProblem(url)).toMatch(/^a URL/);
});

test("no message shows a password", () => {
  for (const url of ["http://u:secret@a", "ftp://u:secret@a", "http://u:secret@a b"]) {
    expect(text.urlProblem(url)).not.toContain("secret");
  }
});

test.each([
  ["80", ["", "80"]],
  ["0", ["", "0"]],
  ["127.0.0.1:80", ["127.0.0.1", "80"]],
  ["localhost:80", ["localhost", "80"]],
  ["[::1]:80", ["::1", "80"]],
  ["65536", []],
  ["", []],
  [":80", []],
  ["::1:80", []],
  ["[::1]", []],
  ["[a]:80", []],
  ["[]:80", []],
  ["[::1:80", []],
  ["a b:80", []],
  ["a:", []],
  [" 80", []],
  ["+80", []],
])("listen on %j", (value, parts) => {
  expect(text.listen(value)).toEqual(parts);
});
