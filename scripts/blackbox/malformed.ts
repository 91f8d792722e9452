/**
 * Hostile and odd bytes, as data. What is no request is refused in the server's own words, and the
 * connection ends; nothing after it is ever taken for a request; nothing hangs.
 */
import type { Piece } from "./wire.ts";

export interface Bytes {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly expect: Expectation;
}

/**
 * - refused: one answer that says so, or none at all; then closed.
 * - closes: one answer, from the core or not, then closed.
 * - either: taken or refused, once.
 * - ends: at most one answer, from the core or not; then closed.
 * - a list: these answers, in this order; the connection may stay open.
 * - first: 200, then at most a refusal; then closed.
 * - cut: closed at the deadline, with no answer but a refusal.
 */
export type Expectation =
  | "refused"
  | "closes"
  | "either"
  | "ends"
  | "first"
  | "cut"
  | readonly number[];

/** What a server says in its own words. */
export const REFUSALS: readonly number[] = [400, 408, 413, 414, 417, 431, 501, 505];

const CRLF = "\r\n";
const HOST = "Host: a";
/** Its answer holds `hams_version`: found where it must not be, a second request was smuggled. */
export const SMUGGLED = `GET /hams/version HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`;

const head = (line: string, ...fields: string[]) => [line, ...fields, "", ""].join(CRLF);
const get = (...fields: string[]) => head("GET /livez HTTP/1.1", HOST, ...fields);
const post = (...fields: string[]) => head("POST /livez HTTP/1.1", HOST, ...fields);

const one = (name: string, bytes: Piece, expect: Expectation = "refused"): Bytes => ({
  name,
  pieces: [bytes],
  expect,
});
const each = (
  name: string,
  list: readonly string[],
  bytes: (item: string) => string,
  expect: Expectation = "refused",
): Bytes[] => list.map((item) => one(`${name} ${JSON.stringify(item)}`, bytes(item), expect));

const REQUEST_LINES: readonly Bytes[] = [
  one("zero bytes", "\0\0\0\0\r\n\r\n"),
  one("a TLS hello", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03".padEnd(170, "\x42")),
  one("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  ...each(
    "the request line",
    [
      "GARBAGE",
      "GET",
      "GET /livez",
      "GET /livez HTTP/1.1 x",
      "GET\t/livez\tHTTP/1.1",
      " GET /livez HTTP/1.1",
      "GET  HTTP/1.1",
      "GET /livez HTTP/1.1\0",
      "G\0ET /livez HTTP/1.1",
      "G(T /livez HTTP/1.1",
      "GÉT /livez HTTP/1.1",
      "/livez GET HTTP/1.1",
      "HTTP/1.1 200 OK",
      "get /livez HTTP/1.1",
      "FOO /livez HTTP/1.1",
      `${"X".repeat(9000)} /livez HTTP/1.1`,
    ],
    (line) => head(line, HOST) + SMUGGLED,
  ),
  ...each(
    "the version",
    [
      "HTTP/2.0",
      "HTTP/9.9",
      "HTTP/0.9",
      "HTTP/1",
      "HTTP/1.",
      "HTTP/.1",
      "HTTP/1.10",
      "HTTP/01.1",
      "HTTP/1.1.1",
      "HTTP/1,1",
      "HTTP/+1.1",
      "HTTP/-1.1",
      "http/1.1",
      "HTTPS/1.1",
      "RTSP/1.0",
      "ICE/1.0",
      "HTTP 1.1",
      "HTTP/ 1.1",
    ],
    (version) => head(`GET /livez ${version}`, HOST) + SMUGGLED,
  ),
  one("HTTP/1.2", head("GET /livez HTTP/1.2", HOST), "either"),
  one("two blanks before the target", head("GET  /livez HTTP/1.1", HOST), "either"),
  one("an empty line before the request", `${CRLF}${get()}`, [200]),
  one("many empty lines before the request", `${CRLF.repeat(20)}${get()}`, "either"),
  ...each(
    "the target",
    ["/liv\0ez", "/liv\x7fez", "/liv\xe9ez", "/livez\x01", "/liv\tez", "/liv ez", "/livez\x80"],
    (target) => head(`GET ${target} HTTP/1.1`, HOST) + SMUGGLED,
  ),
  ...each(
    "the odd target",
    [
      "*",
      "livez",
      "/livez#x",
      "?",
      "http://",
      "//",
      "/%",
      "/%00",
      "a:80",
      "http://a:x/livez",
      "\\livez",
    ],
    (target) => head(`GET ${target} HTTP/1.1`, HOST),
    "either",
  ),
  one("OPTIONS *", head("OPTIONS * HTTP/1.1", HOST), "either"),
  one("TRACE", head("TRACE /livez HTTP/1.1", HOST), "either"),
  one("CONNECT", head("CONNECT a:80 HTTP/1.1", HOST) + SMUGGLED, "ends"),
  one("a target of 20 KB", head(`GET /${"x".repeat(20_000)} HTTP/1.1`, HOST), "refused"),
  one("a target of 1 MB", head(`GET /${"x".repeat(1_000_000)} HTTP/1.1`, HOST), "refused"),
];

const FIELDS: readonly Bytes[] = [
  ...each(
    "the field",
    [
      "no colon",
      ": empty name",
      "X : blank before the colon",
      "X\t: tab before the colon",
      "X Y: blank in the name",
      "X\0: NUL in the name",
      "X(: bracket in the name",
      "X\xe9: byte in the name",
      "X: NUL \0 in the value",
      "X: return \r in the value",
      "X: \x0b",
      "X: \x01",
    ],
    (field) => get(field) + SMUGGLED,
  ),
  one("a fold", get("X: a\r\n b") + SMUGGLED),
  one("a fold by tab", get("X: a\r\n\tb") + SMUGGLED),
  one("a fold before the first field", head("GET /livez HTTP/1.1", " X: a", HOST) + SMUGGLED),
  one("a fold in Transfer-Encoding", post("Transfer-Encoding:\r\n chunked") + SMUGGLED),
  one("LF for CRLF", `GET /livez HTTP/1.1\n${HOST}\n\n`, "either"),
  one("LF after a field", `GET /livez HTTP/1.1\r\n${HOST}\nX: y\r\n\r\n`, "either"),
  one("CR for CRLF", `GET /livez HTTP/1.1\r${HOST}\r\r`, "cut"),
  one("CR CR LF", `GET /livez HTTP/1.1\r\r\n${HOST}\r\n\r\n`, "refused"),
  one("LF CR LF", `GET /livez HTTP/1.1\n\r\n${SMUGGLED}`, "refused"),
  one("bytes beyond ASCII in a value", get("X: caf\xe9 \xff"), [200]),
  one("an empty value", get("X:"), [200]),
  one("a value of blanks and tabs", get("X: \t \t"), [200]),
  one("a tab in a value", get("X: a\tb"), [200]),
  one("no blank after the colon", get("X:y"), [200]),
  one("99 fields", get(...Array(98).fill("X: y")), [200]),
  one("101 fields", get(...Array(100).fill("X: y"))),
  one("10 000 fields", get(...Array(10_000).fill("X: y"))),
  one("a field of 7 KB", get(`X: ${"y".repeat(7000)}`), [200]),
  one("a field of 17 KB", get(`X: ${"y".repeat(17_000)}`)),
  one("a field of 1 MB", get(`X: ${"y".repeat(1_000_000)}`)),
  one("a name of 17 KB", get(`${"X".repeat(17_000)}: y`)),
  one(
    "an upgrade to h2c",
    get(
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
    ),
    "either",
  ),
  one("an upgrade to websocket", get("Connection: Upgrade", "Upgrade: websocket"), "either"),
];

const HOSTS: readonly Bytes[] = [
  one("no Host", head("GET /livez HTTP/1.1") + SMUGGLED),
  one("no Host, in HTTP/1.0", head("GET /livez HTTP/1.0"), [200]),
  one("two Hosts", get("Host: b") + SMUGGLED),
  one("two Hosts alike", get(HOST) + SMUGGLED),
  one("two Hosts in two cases", get("hOST: a") + SMUGGLED),
  one("two Hosts, in HTTP/1.0", head("GET /livez HTTP/1.0", HOST, "Host: b") + SMUGGLED),
  one("two Hosts, absolute form", head("GET http://a/livez HTTP/1.1", HOST, HOST) + SMUGGLED),
  one("no Host, absolute form", head("GET http://a/livez HTTP/1.1") + SMUGGLED),
  one("an empty Host", head("GET /livez HTTP/1.1", "Host:"), "either"),
  one("an odd Host", head("GET /livez HTTP/1.1", "Host: a b/c"), "either"),
];

const LENGTHS: readonly Bytes[] = [
  ...each(
    "Content-Length",
    [
      "+4",
      "-1",
      "4 4",
      "0x4",
      "4,4",
      "4, 5",
      "four",
      "1e1",
      "4.0",
      "4;",
      "\xb2",
      "18446744073709551616",
      "99999999999999999999999999",
    ],
    (length) => post(`Content-Length: ${length}`) + SMUGGLED,
  ),
  one("an empty Content-Length", post("Content-Length:") + SMUGGLED),
  one("two Content-Lengths", post("Content-Length: 4", "Content-Length: 5") + SMUGGLED),
  one("two Content-Lengths alike", post("Content-Length: 4", "Content-Length: 4") + SMUGGLED),
  one("Content-Length with zeros before", post("Content-Length: 004") + SMUGGLED, "closes"),
  one("a body with GET", `${get("Content-Length: 4")}abcd${SMUGGLED}`, "closes"),
  one("a body with POST", `${post("Content-Length: 4")}abcd${SMUGGLED}`, "closes"),
  one("a body that is a request", post(`Content-Length: ${SMUGGLED.length}`) + SMUGGLED, "closes"),
  one("a body that never comes", post("Content-Length: 10"), "closes"),
  one("a body of 2^63 - 1 that never comes", post("Content-Length: 9223372036854775807"), "closes"),
  one(
    "a body of 1 MB",
    post("Content-Length: 1000000") + "b".repeat(1_000_000) + SMUGGLED,
    "closes",
  ),
  one("Content-Length of 0", get("Content-Length: 0"), [200]),
  one(
    "Content-Length before Transfer-Encoding",
    `${post("Content-Length: 4", "Transfer-Encoding: chunked")}0${CRLF}${CRLF}${SMUGGLED}`,
  ),
  one(
    "Transfer-Encoding before Content-Length",
    `${post("Transfer-Encoding: chunked", "Content-Length: 4")}0${CRLF}${CRLF}${SMUGGLED}`,
  ),
];

const CODINGS: readonly Bytes[] = [
  ...each(
    "Transfer-Encoding",
    [
      "gzip",
      "identity",
      "xchunked",
      "chunkedx",
      "chunked, gzip",
      "chunked, identity",
      "chunked;q=1",
      "\x0bchunked",
      "chunked\0",
      '"chunked"',
      "",
    ],
    (coding) => `${post(`Transfer-Encoding: ${coding}`)}0${CRLF}${CRLF}${SMUGGLED}`,
    "closes",
  ),
  one(
    "Transfer-Encoding twice",
    `${post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")}0${CRLF}${CRLF}${SMUGGLED}`,
    "closes",
  ),
  one(
    "Transfer-Encoding, then identity",
    `${post("Transfer-Encoding: chunked", "Transfer-Encoding: identity")}0${CRLF}${CRLF}${SMUGGLED}`,
    "closes",
  ),
  one(
    "Transfer-Encoding with a blank before its colon",
    `${post("Transfer-Encoding : chunked")}0${CRLF}${CRLF}${SMUGGLED}`,
  ),
  one(
    "Transfer-Encoding, in HTTP/1.0",
    `${head("GET /livez HTTP/1.0", HOST, "Connection: keep-alive", "Transfer-Encoding: chunked")}0${CRLF}${CRLF}${SMUGGLED}`,
  ),
  one(
    "Transfer-Encoding with a body, in HTTP/1.0",
    `${head("POST /livez HTTP/1.0", "Transfer-Encoding: chunked")}4${CRLF}abcd${CRLF}0${CRLF}${CRLF}${SMUGGLED}`,
  ),
  one(
    "Transfer-Encoding in capitals",
    `${post("TRANSFER-ENCODING: CHUNKED")}0${CRLF}${CRLF}${SMUGGLED}`,
    "closes",
  ),
  ...each(
    "the chunks",
    [
      `4${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `4;x=y${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `0${CRLF}X: trailer${CRLF}${CRLF}`,
      `-1${CRLF}${CRLF}`,
      `+4${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `0x4${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `${CRLF}${CRLF}`,
      `g${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `4${CRLF}abcde${CRLF}0${CRLF}${CRLF}`,
      `4${CRLF}abcd0${CRLF}${CRLF}`,
      "4\nabcd\n0\n\n",
      `4 ${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `10000000000000000${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
      `${"0".repeat(5000)}${CRLF}${CRLF}`,
      `4;${"x".repeat(20_000)}${CRLF}abcd${CRLF}0${CRLF}${CRLF}`,
    ],
    (chunks) => `${post("Transfer-Encoding: chunked")}${chunks}${SMUGGLED}`,
    "closes",
  ).map((bytes) => ({ ...bytes, name: bytes.name.slice(0, 60) })),
];

const CONNECTIONS: readonly Bytes[] = [
  one("Connection: close", get("Connection: close") + SMUGGLED, "closes"),
  one("Connection: Close, x", get("Connection: x, Close") + SMUGGLED, "closes"),
  one("HTTP/1.0", head("GET /livez HTTP/1.0") + SMUGGLED, "closes"),
  one("HTTP/1.0 kept alive", head("GET /livez HTTP/1.0", "Connection: keep-alive"), [200]),
  one("Expect: 100-continue", post("Expect: 100-continue", "Content-Length: 4"), "closes"),
  one("Expect: something else", get("Expect: a-miracle"), "either"),
  one("three in a row", get() + get() + get(), [200, 200, 200]),
  one("a hundred in a row", get().repeat(100), Array(100).fill(200)),
  one("garbage after a request", `${get()}GARBAGE${CRLF}${CRLF}${SMUGGLED}`, "first"),
  one("404, 405, 200 in a row", head("GET /x HTTP/1.1", HOST) + post() + get(), [404, 405, 200]),
  one("HEAD between two GETs", get() + head("HEAD /livez HTTP/1.1", HOST) + get(), [200, 200, 200]),
  {
    name: "byte by byte",
    pieces: [...get()].flatMap((byte) => [byte, 10]),
    expect: [200],
  },
  { name: "two halves", pieces: [get().slice(0, 9), 500, get().slice(9)], expect: [200] },
  { name: "CR and LF apart", pieces: [get().slice(0, -1), 300, "\n"], expect: [200] },
  { name: "the end after a request", pieces: [get(), "end of input"], expect: [200] },
  { name: "the end within a head", pieces: [get().slice(0, -2), "end of input"], expect: "cut" },
  { name: "the end within a line", pieces: ["GET /livez HT", "end of input"], expect: "cut" },
  { name: "the end at once", pieces: ["end of input"], expect: "cut" },
  {
    name: "the end within a body",
    pieces: [`${post("Content-Length: 10")}abc`, "end of input"],
    expect: "closes",
  },
];

/** These take their time: all of them wait for a deadline. */
export const SLOW: readonly Bytes[] = [
  { name: "silence", pieces: [], expect: "cut" },
  { name: "half a line", pieces: ["GET /liv"], expect: "cut" },
  { name: "half a head", pieces: [get().slice(0, -2)], expect: "cut" },
  { name: "an empty line and no more", pieces: [CRLF], expect: "cut" },
  {
    name: "half a head on a kept connection",
    pieces: [get(), 100, get().slice(0, -2)],
    expect: [200],
  },
  {
    name: "a line that trickles",
    pieces: Array(60).fill(["x", 150]).flat().toSpliced(0, 0, "GET /"),
    expect: "cut",
  },
  {
    name: "a head that trickles",
    pieces: [get().slice(0, -2), ...Array(60).fill(["X: y\r\n", 150]).flat()],
    expect: "cut",
  },
  {
    name: "a body that trickles",
    pieces: [post("Content-Length: 1000"), ...Array(60).fill(["b", 150]).flat()],
    expect: "closes",
  },
];

export const MALFORMED: readonly Bytes[] = [
  ...REQUEST_LINES,
  ...FIELDS,
  ...HOSTS,
  ...LENGTHS,
  ...CODINGS,
  ...CONNECTIONS,
];
