/** The report as the shutdown API shows it, in the words that are the same in every language. */
import type { ShutdownReport } from "hams";

export function reportLine({ cause, hooks, ...report }: ShutdownReport): string {
  return JSON.stringify({
    cause: "val" in cause ? { [cause.tag]: cause.val } : cause.tag,
    drained: report.drainedMs,
    waited: report.waitedMs,
    took: report.tookMs,
    overdue: report.overdue,
    working: report.working,
    hooks: hooks.map(({ name, outcome, tookMs, message }) => ({
      name,
      outcome,
      took: tookMs,
      message,
    })),
    abandoned: report.abandoned,
  });
}
