/** The table that the bench prints: a line each, with its target. */

let missed = 0;

/** A line whose value is to be at least, or at most, the target. */
export function line(
  what: string,
  value: number,
  target: { readonly atLeast: number } | { readonly atMost: number },
  unit = "",
  detail = "",
): void {
  const ok = "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
  if (!ok) missed += 1;
  const wanted =
    "atLeast" in target ? `>= ${number(target.atLeast)}` : `<= ${number(target.atMost)}`;
  const columns = [
    what.padEnd(58),
    `${number(value)}${unit}`.padStart(14),
    `${wanted}${unit}`.padStart(16),
    ok ? "  ok    " : "  MISSED",
    detail,
  ];
  console.log(columns.join(" ").trimEnd());
}

/** How many lines missed their target. */
export function missedLines(): number {
  return missed;
}

export function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}
