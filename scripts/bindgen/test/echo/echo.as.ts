// Gives back what it is given.
import * as t from "./generated/types";

export function bools(a: bool, b: bool): t.Tuple2<bool, bool> {
  return new t.Tuple2<bool, bool>(a, b);
}

export function small(a: u8, b: i8, c: u16, d: i16): t.Tuple4<u8, i8, u16, i16> {
  return new t.Tuple4<u8, i8, u16, i16>(a, b, c, d);
}

export function large(a: u32, b: i32, c: u64, d: i64): t.Tuple4<u32, i32, u64, i64> {
  return new t.Tuple4<u32, i32, u64, i64>(a, b, c, d);
}

export function floats(a: f32, b: f64): t.Tuple2<f32, f64> {
  return new t.Tuple2<f32, f64>(a, b);
}

export function character(a: i32): i32 {
  return a;
}

export function text(a: string): string {
  return a;
}

export function aColor(a: t.Color): t.Color {
  return a;
}

export function aFew(a: t.Few): t.Few {
  return a;
}

export function aSome9(a: t.Some9): t.Some9 {
  return a;
}

export function aAll32(a: t.All32): t.All32 {
  return a;
}

export function anId(a: t.Id): t.Id {
  return a;
}

export function byte(a: u8): u8 {
  return a;
}

export function signedByte(a: i8): i8 {
  return a;
}

export function long(a: i64): i64 {
  return a;
}

export function single(a: f32): f32 {
  return a;
}

export function truth(a: bool): bool {
  return a;
}

export function aPoint(a: t.Point): t.Point {
  return a;
}

export function aWide(a: t.Wide): t.Wide {
  return a;
}

export function aMixed(a: t.Mixed): t.Mixed {
  return a;
}

export function twoMixed(a: t.Mixed, b: t.Mixed): t.Tuple2<t.Mixed, t.Mixed> {
  return new t.Tuple2<t.Mixed, t.Mixed>(a, b);
}

export function manyMixed(a: Array<t.Mixed>): Array<t.Mixed> {
  return a;
}

export function nested(a: t.Some<t.Some<bool> | null> | null): t.Some<t.Some<bool> | null> | null {
  return a;
}

export function maybeColor(a: t.Some<t.Color> | null): t.Some<t.Color> | null {
  return a;
}

export function maybeText(a: string | null): string | null {
  return a;
}

export function maybePoint(a: t.Point | null): t.Point | null {
  return a;
}

export function bytes(a: Uint8Array): Uint8Array {
  return a;
}

export function numbers(
  a: Int8Array,
  b: Uint16Array,
  c: Int16Array,
  d: Uint32Array,
  e: Int32Array,
): t.Tuple5<Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array> {
  return new t.Tuple5<Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array>(a, b, c, d, e);
}

export function longNumbers(
  a: Uint64Array,
  b: Int64Array,
  c: Float32Array,
  d: Float64Array,
): t.Tuple4<Uint64Array, Int64Array, Float32Array, Float64Array> {
  return new t.Tuple4<Uint64Array, Int64Array, Float32Array, Float64Array>(a, b, c, d);
}

export function flagged(
  a: Array<bool>,
  b: Array<t.Few>,
  c: Array<t.Color>,
  d: Array<i32>,
): t.Tuple4<Array<bool>, Array<t.Few>, Array<t.Color>, Array<i32>> {
  return new t.Tuple4<Array<bool>, Array<t.Few>, Array<t.Color>, Array<i32>>(a, b, c, d);
}

export function texts(a: Array<string>): Array<string> {
  return a;
}

export function tables(a: Array<Array<t.Tuple2<string, u8>>>): Array<Array<t.Tuple2<string, u8>>> {
  return a;
}

export function options(a: Array<t.Some<u16> | null>): Array<t.Some<u16> | null> {
  return a;
}

export function either(a: t.Result<u64, string>): t.Result<u64, string> {
  return a;
}

export function neither(a: t.Result<t.Nothing, t.Nothing>): t.Result<t.Nothing, t.Nothing> {
  return a;
}

export function oneSide(a: t.Result<t.Nothing, t.Point>): t.Tuple1<t.Result<t.Nothing, t.Point>> {
  return new t.Tuple1<t.Result<t.Nothing, t.Point>>(a);
}

export function wides(a: Array<t.Wide>): Array<t.Wide> {
  return a;
}

export function sixteen(
  a: u8,
  b: u8,
  c: u8,
  d: u8,
  e: u8,
  f: u8,
  g: u8,
  h: u8,
  i: u8,
  j: u8,
  k: u8,
  l: u8,
  m: u8,
  n: u8,
  o: u8,
  p: u8,
): u32 {
  return u32(a) + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p;
}

export function seventeen(
  a: u8,
  b: u8,
  c: u8,
  d: u8,
  e: u8,
  f: u8,
  g: u8,
  h: u8,
  i: u8,
  j: u8,
  k: u8,
  l: u8,
  m: u8,
  n: u8,
  o: u8,
  p: u8,
  q: string,
): string {
  return q + (a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p).toString();
}

export function nothing(): void {}

/** As many texts as asked for, each made anew. */
export function fill(count: u32): Array<string> {
  const texts: string[] = [];
  for (let i: u32 = 0; i < count; i++) texts.push(`text ${i}`);
  return texts;
}

export function length(a: string): u32 {
  return a.length;
}
