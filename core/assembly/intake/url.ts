// Which URLs HaMS takes: those that every host's library reads alike.
import { countCharacters, holdsAt, isAlphanumeric, isOneOf } from "../text/characters";
import { quoteShort } from "../text/quote";

/** The longest URL, in characters. */
const LONGEST_URL: i32 = 2048;

/** http or https with a host, a port from 1 to 65535, no user name, in the characters of RFC 3986; null if so. */
export function urlProblem(url: string): string | null {
  const count = countCharacters(url);
  if (count < 1 || count > LONGEST_URL) {
    return `a URL has 1 to ${LONGEST_URL} characters, not ${count}`;
  }
  const start = holdsAt(url, 0, "http://") ? 7 : holdsAt(url, 0, "https://") ? 8 : -1;
  if (start < 0) return "a URL begins with http:// or https://, not as " + shown(url);
  if (!hasUrlCharacters(url)) {
    return (
      'a URL has visible ASCII characters without "<>\\^`{|}, and % before two hex digits, not as ' +
      shown(url)
    );
  }
  let end = start;
  while (end < url.length && !isOneOf(url.charCodeAt(end), "/?#")) end++;
  const authority = url.substring(start, end);
  if (authority.includes("@")) return "a URL has no user name and no password";
  const hostLength = lengthOfHost(authority);
  if (hostLength < 1)
    return "a URL has a host, in brackets if it is an IPv6 address, not as " + shown(url);
  if (!isPortPart(authority, hostLength)) return "a URL's port is 1 to 65535, not as " + shown(url);
  return null;
}

/** `text` from `start` on as a decimal number up to `limit`; -1 for anything else. */
export function parseNumber(text: string, start: i32, limit: i64): i64 {
  let value: i64 = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > limit) return -1;
  }
  return start < text.length ? value : -1;
}

/** A password must not reach a log. */
function shown(url: string): string {
  return url.includes("@") ? "one with a user name" : quoteShort(url);
}

function hasUrlCharacters(url: string): bool {
  for (let i = 0; i < url.length; i++) {
    const unit = url.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f || isOneOf(unit, '"<>\\^`{|}')) return false;
    if (unit == 0x25 && !(isHex(url.charCodeAt(i + 1)) && isHex(url.charCodeAt(i + 2))))
      return false;
  }
  return true;
}

/** The length of the host that `authority` begins with, brackets included; 0 if it is none. */
function lengthOfHost(authority: string): i32 {
  if (authority.startsWith("[")) {
    const end = authority.indexOf("]");
    return isIpv6(authority.substring(1, end)) ? end + 1 : 0;
  }
  let i = 0;
  for (; i < authority.length; i++) {
    const unit = authority.charCodeAt(i);
    if (unit == 0x3a) break; // :
    if (!isAlphanumeric(unit) && !isOneOf(unit, "-._")) return 0;
  }
  return i;
}

function isPortPart(authority: string, start: i32): bool {
  if (start == authority.length) return true;
  return authority.charCodeAt(start) == 0x3a && parseNumber(authority, start + 1, 65535) > 0;
}

/** RFC 4291, 2.2; without a zone. */
function isIpv6(text: string): bool {
  let groups = 0;
  let elided = text.startsWith("::");
  let i = elided ? 2 : 0;
  if (i == text.length) return elided;
  while (groups < 8) {
    const start = i;
    while (isHex(text.charCodeAt(i))) i++;
    if (text.charCodeAt(i) == 0x2e) {
      return (elided ? groups < 6 : groups == 6) && isIpv4(text, start);
    }
    if (i == start || i > start + 4) return false;
    groups++;
    if (i == text.length) return elided ? groups < 8 : groups == 8;
    if (text.charCodeAt(i++) != 0x3a) return false;
    if (text.charCodeAt(i) == 0x3a) {
      if (elided) return false;
      elided = true;
      if (++i == text.length) return groups < 8;
    }
  }
  return false;
}

function isIpv4(text: string, start: i32): bool {
  let i = start;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(i++) != 0x2e) return false;
    const first = i;
    let value = 0;
    while (i < first + 3 && isDigit(text.charCodeAt(i)))
      value = value * 10 + text.charCodeAt(i++) - 0x30;
    if (i == first || value > 255 || (i > first + 1 && text.charCodeAt(first) == 0x30))
      return false;
  }
  return i == text.length;
}

function isHex(unit: i32): bool {
  const lower = unit | 0x20;
  return isDigit(unit) || (lower >= 0x61 && lower <= 0x66);
}

function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}
