/** Measures two sides of a comparison in turn, so that what else the machine does meets both. */

/** The median of each side over the rounds, and of the rounds' ratios. */
export interface Compared {
  readonly floor: number;
  readonly measured: number;
  /** measured / floor. */
  readonly ratio: number;
}

/** The first round warms both sides up and does not count. */
export async function compare(
  rounds: number,
  floor: () => number | Promise<number>,
  measured: () => number | Promise<number>,
): Promise<Compared> {
  const pairs: [number, number][] = [];
  for (let round = 0; round <= rounds; round++) {
    // Who comes first changes from round to round.
    let pair: [number, number];
    if (round % 2 === 0) pair = [await floor(), await measured()];
    else {
      const second = await measured();
      pair = [await floor(), second];
    }
    if (round > 0) pairs.push(pair);
  }
  return {
    floor: median(pairs.map(([first]) => first)),
    measured: median(pairs.map(([, second]) => second)),
    ratio: median(pairs.map(([first, second]) => second / first)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error("no values");
  return (low + high) / 2;
}
