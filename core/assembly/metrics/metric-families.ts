// The families that a metrics text is made of.
import { textOf } from "../text/characters";
import { MetricType, SUFFIXES, Suffix, suffixesOf } from "./metric-types";
import { Repeats } from "./repeats";
import { finishHash, HASH_BASIS, hashSpan } from "./spans";

/** What becomes of a family. */
enum Fate {
  Kept,
  LeftOut,
  /** Left out with the family of this name that came before. */
  Repeated,
}

/** The families of a text in their order; what comes before the first is one too, without a name. */
@final
export class MetricFamilies {
  private count: i32 = 1;
  private readonly starts: StaticArray<i32>;
  private readonly nameStarts: StaticArray<i32>;
  private readonly nameEnds: StaticArray<i32>;
  private readonly types: StaticArray<u8>;
  private readonly fates: StaticArray<u8>;

  constructor(
    private readonly text: string,
    private readonly openMetrics: bool,
  ) {
    // At its full size from the beginning: what an array outgrows stays in memory until the call ends.
    const most = mostFamilies(text) + 1;
    this.starts = new StaticArray<i32>(most);
    this.nameStarts = new StaticArray<i32>(most);
    this.nameEnds = new StaticArray<i32>(most);
    this.types = new StaticArray<u8>(most);
    this.fates = new StaticArray<u8>(most);
  }

  /** Whether the newest family has a name. */
  isNamed(): bool {
    return this.count > 1;
  }

  /** Begins a family with the line that begins at `start`. */
  begin(start: i32, nameStart: i32, nameEnd: i32): void {
    const family = this.count++;
    this.starts[family] = start;
    this.nameStarts[family] = nameStart;
    this.nameEnds[family] = nameEnd;
  }

  /** Leaves the newest family out. */
  leaveOut(): void {
    this.fates[this.count - 1] = <u8>Fate.LeftOut;
  }

  /** The newest family's type, which must be told before `settleNames`. */
  setType(type: MetricType): void {
    this.types[this.count - 1] = <u8>type;
  }

  countLeftOut(): i32 {
    let leftOut = 0;
    for (let i = 0; i < this.count; i++) leftOut += i32(this.fates[i] == <u8>Fate.LeftOut);
    return leftOut;
  }

  /**
   * A family whose name comes again is left out in all its pieces. One whose
   * samples would have a name of another family's samples is left out itself.
   */
  settleNames(): void {
    const names = this.allNames();
    names.search();
    while (names.next()) {
      if (!this.isSameName(names.first, names.later)) continue;
      const first = names.first / SUFFIXES.length;
      const later = names.later / SUFFIXES.length;
      if (names.first % SUFFIXES.length == names.later % SUFFIXES.length) {
        this.fates[first] = <u8>Fate.LeftOut;
        this.fates[later] = <u8>Fate.Repeated;
      } else if (this.fates[later] != <u8>Fate.Repeated) {
        this.fates[later] = <u8>Fate.LeftOut;
      }
      names.settle();
    }
  }

  /** Every name that a family or its samples have, as a family and a suffix in one number. */
  private allNames(): Repeats {
    let count = 0;
    for (let i = 1; i < this.count; i++) count += popcnt(this.suffixes(i));
    const names = new Repeats(count);
    for (let i = 1; i < this.count; i++) {
      const hash = hashSpan(this.text, this.nameStarts[i], this.nameEnds[i], HASH_BASIS);
      for (let suffix = 0; suffix < SUFFIXES.length; suffix++) {
        if (!(this.suffixes(i) & (1 << suffix))) continue;
        const whole = hashSpan(SUFFIXES[suffix], 0, SUFFIXES[suffix].length, hash);
        names.add(i * SUFFIXES.length + suffix, finishHash(whole));
      }
    }
    return names;
  }

  /** The suffixes with which a family takes a name, as bits; its bare name is always among them. */
  private suffixes(family: i32): i32 {
    const type = this.types[family];
    if (type == <u8>MetricType.Wrong) return 1 << Suffix.None; // left out in any case
    return suffixesOf(type, this.openMetrics) | (1 << Suffix.None);
  }

  /** Whether these are the same name; each is a family and a suffix. */
  private isSameName(first: i32, later: i32): bool {
    const length = this.nameLength(first);
    if (this.nameLength(later) != length) return false;
    for (let i = 0; i < length; i++)
      if (this.nameUnit(first, i) != this.nameUnit(later, i)) return false;
    return true;
  }

  private nameLength(name: i32): i32 {
    const family = name / SUFFIXES.length;
    return (
      this.nameEnds[family] - this.nameStarts[family] + SUFFIXES[name % SUFFIXES.length].length
    );
  }

  private nameUnit(name: i32, index: i32): i32 {
    const family = name / SUFFIXES.length;
    const place = this.nameStarts[family] + index;
    const beyond = place - this.nameEnds[family];
    return beyond < 0
      ? this.text.charCodeAt(place)
      : SUFFIXES[name % SUFFIXES.length].charCodeAt(beyond);
  }

  /** The families kept, up to `end`. */
  keptText(end: i32): string {
    const isWhole = end == this.text.length && (end == 0 || this.text.charCodeAt(end - 1) == 0x0a);
    if (isWhole && this.areAllKept()) return this.text;
    const units = new StaticArray<u16>(end + 1); // one for a line feed that the last line lacks
    let length = 0;
    for (let i = 0; i < this.count; i++) {
      if (this.fates[i] != <u8>Fate.Kept) continue;
      const start = this.starts[i];
      const size = (i + 1 < this.count ? this.starts[i + 1] : end) - start;
      // Raw memory: both are arrays of UTF-16 units, and the kept ones fit by construction.
      memory.copy(
        changetype<usize>(units) + ((<usize>length) << 1),
        changetype<usize>(this.text) + ((<usize>start) << 1),
        (<usize>size) << 1,
      );
      length += size;
    }
    if (length > 0 && units[length - 1] != 0x0a) units[length++] = 0x0a;
    return textOf(units, length);
  }

  private areAllKept(): bool {
    for (let i = 0; i < this.count; i++) if (this.fates[i] != <u8>Fate.Kept) return false;
    return true;
  }
}

/** A bound that holds for every text: a family has a line with at least a letter and a line feed. */
function mostFamilies(text: string): i32 {
  let lines = 1;
  for (let i = 0; i < text.length; i++) lines += i32(text.charCodeAt(i) == 0x0a);
  return min(lines, text.length / 2 + 1);
}
