/**
 * The one buffer that every response body is written to.
 *
 * It grows and is used again, so that a body is written once and crosses without
 * a copy. What `view` returns is overwritten by the next body: whoever must keep
 * it takes `copy`.
 */

const FIRST_CAPACITY: i32 = 4096;
// Doubling above this would need three times a large body's size at once.
const LARGEST_STEP: i32 = 64 << 20;
// A larger buffer is given back instead of being kept for the next body.
const KEPT_CAPACITY: i32 = 4 << 20;

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const HEX = "0123456789abcdef";

/** A body under construction, as UTF-8. */
export class Body {
  private buffer: ArrayBuffer = new ArrayBuffer(FIRST_CAPACITY);
  private length: i32 = 0;

  /** Begins a new body; the one before is gone. */
  begin(): Body {
    this.length = 0;
    if (this.buffer.byteLength > KEPT_CAPACITY) this.buffer = new ArrayBuffer(FIRST_CAPACITY);
    return this;
  }

  /** What was written, without a copy: valid until the next `begin`. */
  view(): Uint8Array {
    return Uint8Array.wrap(this.buffer, 0, this.length);
  }

  /** What was written, as bytes of its own. */
  copy(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    memory.copy(bytes.dataStart, changetype<usize>(this.buffer), this.length);
    return bytes;
  }

  /** Appends one byte. */
  byte(value: u32): Body {
    const at = this.reserve(1);
    store<u8>(at, <u8>value);
    this.length += 1;
    return this;
  }

  /** Appends a text as it is. */
  text(value: string): Body {
    const units = value.length;
    // A code unit becomes three bytes at most.
    let to = this.reserve(units * 3);
    const begin = to;
    for (let i = 0; i < units; i++) {
      const unit = <u32>value.charCodeAt(i);
      if (unit < 0x80) {
        store<u8>(to++, <u8>unit);
      } else {
        const point = <u32>codePointAt(value, i);
        if (point > 0xffff) i++;
        to = storePoint(to, point);
      }
    }
    this.length += <i32>(to - begin);
    return this;
  }

  /** Appends a text in quotation marks, escaped as JSON. */
  json(value: string): Body {
    const units = value.length;
    // Six bytes for `\u001f`, and the two marks.
    let to = this.reserve(units * 6 + 2);
    const begin = to;
    store<u8>(to++, QUOTE);
    for (let i = 0; i < units; i++) {
      const unit = <u32>value.charCodeAt(i);
      if (unit >= 0x80) {
        const point = <u32>codePointAt(value, i);
        if (point > 0xffff) i++;
        to = storePoint(to, point);
      } else if (unit == QUOTE || unit == BACKSLASH) {
        store<u8>(to++, BACKSLASH);
        store<u8>(to++, unit);
      } else if (unit < 0x20) {
        to = storeEscape(to, unit);
      } else {
        store<u8>(to++, <u8>unit);
      }
    }
    store<u8>(to++, QUOTE);
    this.length += <i32>(to - begin);
    return this;
  }

  /** Appends a text escaped for HTML's content and quoted attributes. */
  html(value: string): Body {
    let from = 0;
    for (let i = 0; i < value.length; i++) {
      const entity = htmlEntity(value.charCodeAt(i));
      if (entity.length == 0) continue;
      this.text(value.substring(from, i)).text(entity);
      from = i + 1;
    }
    return this.text(from == 0 ? value : value.substring(from));
  }

  /** Appends a label's value as both exposition formats escape it, without its quotation marks. */
  label(value: string): Body {
    let from = 0;
    for (let i = 0; i < value.length; i++) {
      const unit = <u32>value.charCodeAt(i);
      if (unit != QUOTE && unit != BACKSLASH && unit != 0x0a) continue;
      this.text(value.substring(from, i))
        .byte(BACKSLASH)
        .byte(unit == 0x0a ? 0x6e : unit);
      from = i + 1;
    }
    return this.text(from == 0 ? value : value.substring(from));
  }

  /** Appends a whole number. */
  decimal(value: u64): Body {
    let digits = 1;
    for (let rest = value; rest >= 10; rest /= 10) digits++;
    const at = this.reserve(digits);
    let rest = value;
    for (let i = digits - 1; i >= 0; i--) {
      store<u8>(at + i, <u8>(0x30 + (rest % 10)));
      rest /= 10;
    }
    this.length += digits;
    return this;
  }

  /** Appends a length of time in seconds with up to three decimals. */
  seconds(milliseconds: u64): Body {
    this.decimal(milliseconds / 1000);
    let fraction = <u32>(milliseconds % 1000);
    if (fraction == 0) return this;
    this.byte(0x2e);
    for (let unit: u32 = 100; fraction > 0; unit /= 10) {
      this.byte(0x30 + fraction / unit);
      fraction %= unit;
    }
    return this;
  }

  /** Makes room for `bytes` more and returns where they go. */
  private reserve(bytes: i32): usize {
    const needed = this.length + bytes;
    const capacity = this.buffer.byteLength;
    if (needed > capacity) {
      const grown = max(needed, capacity + min(capacity, LARGEST_STEP));
      // Raw: the buffer is a managed block that nobody else holds but views of bodies that are over.
      this.buffer = changetype<ArrayBuffer>(__renew(changetype<usize>(this.buffer), grown));
    }
    return changetype<usize>(this.buffer) + this.length;
  }
}

/** The code point at `index`; U+FFFD for a lone surrogate. */
function codePointAt(value: string, index: i32): i32 {
  const point = value.codePointAt(index);
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
}

/** Stores a code point above U+007F; returns the address behind it. */
function storePoint(to: usize, point: u32): usize {
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)));
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)));
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (point >> 18)));
  store<u8>(to, <u8>(0x80 | ((point >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (point & 0x3f)), 3);
  return to + 4;
}

/** Stores a control character as JSON escapes it; returns the address behind it. */
function storeEscape(to: usize, unit: u32): usize {
  store<u8>(to, BACKSLASH);
  const letter = escapeLetter(unit);
  if (letter != 0) {
    store<u8>(to, <u8>letter, 1);
    return to + 2;
  }
  store<u8>(to, 0x75, 1);
  store<u8>(to, 0x30, 2);
  store<u8>(to, 0x30, 3);
  store<u8>(to, <u8>HEX.charCodeAt(unit >> 4), 4);
  store<u8>(to, <u8>HEX.charCodeAt(unit & 15), 5);
  return to + 6;
}

/** The letter of JSON's short escapes, or 0. */
function escapeLetter(unit: u32): u32 {
  switch (unit) {
    case 0x08:
      return 0x62;
    case 0x09:
      return 0x74;
    case 0x0a:
      return 0x6e;
    case 0x0c:
      return 0x66;
    case 0x0d:
      return 0x72;
    default:
      return 0;
  }
}

function htmlEntity(unit: i32): string {
  switch (unit) {
    case 0x22:
      return "&quot;";
    case 0x26:
      return "&amp;";
    case 0x27:
      return "&#39;";
    case 0x3c:
      return "&lt;";
    case 0x3e:
      return "&gt;";
    default:
      return "";
  }
}
