/** A length of time as the contract carries it: one of over 49 days is told as the longest. */
export function durationMs(length: u64): u32 {
  return <u32>min<u64>(length, u32.MAX_VALUE);
}
