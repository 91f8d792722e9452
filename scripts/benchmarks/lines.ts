/** The table that the bench prints: a line each, with its target. */

let missed = 0;

type Target = { readonly atLeast: number } | { readonly atMost: number };

/** A line whose value is to be at least, or at most, the target; without one it is only told. */
export function line(
  what: string,
  value: number,
  target: Target | undefined,
  unit = "",
  detail = "",
): void {
  const ok = target === undefined || meets(value, target);
  if (!ok) missed += 1;
  const columns = [
    what.padEnd(58),
    `${number(value)}${unit}`.padStart(14),
    (target === undefined ? "" : `${wanted(target)}${unit}`).padStart(16),
    target === undefined ? "        " : ok ? "  ok    " : "  MISSED",
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

function meets(value: number, target: Target): boolean {
  return "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
}

function wanted(target: Target): string {
  return "atLeast" in target ? `>= ${number(target.atLeast)}` : `<= ${number(target.atMost)}`;
}
