/**
 * Ids that count up from 1.
 *
 * 10 000 probes at their shortest intervals use up 32 bits within days, so a
 * sequence begins again at 1 then; whoever keeps ids for long passes over those
 * that are still in use.
 */

/** One sequence of ids. */
export class Ids {
  private last: u32 = 0;

  /** The next id; never 0. */
  next(): u32 {
    this.last = this.last == u32.MAX_VALUE ? 1 : this.last + 1;
    return this.last;
  }
}
