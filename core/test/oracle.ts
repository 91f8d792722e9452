// What each probe's status has to be, recounted from its whole history in the plainest way. It knows no timers and keeps
// nothing up to date; it is asked between `start` and `stopping`, for probes that never had the startup role.

import type {
  Check,
  Event,
  Outcome,
  Probe,
  Status,
  Verdict,
} from "../../bindings-node/generated/hams.js";

interface Run {
  readonly id: number;
  readonly timesOutAt: bigint;
}

/** One result of a check; `stale` is the lack of one. */
interface Result {
  readonly at: bigint;
  readonly what: "passed" | "warned" | "failed" | "stale";
}

interface History {
  readonly probe: Probe;
  readonly added: bigint;
  readonly results: Result[];
  inFlight: Run | undefined;
  lastKick: bigint | undefined;
  reported: Status | undefined;
}

export class Oracle {
  readonly #histories = new Map<number, History>();
  #started: bigint | undefined;

  copy(): Oracle {
    const copy = new Oracle();
    copy.#started = this.#started;
    for (const [id, one] of this.#histories)
      copy.#histories.set(id, { ...one, results: [...one.results] });
    return copy;
  }

  start(now: bigint): void {
    this.#started ??= now;
  }

  add(now: bigint, id: number, probe: Probe): void {
    this.#histories.set(id, {
      probe,
      added: now,
      results: [],
      inFlight: undefined,
      lastKick: undefined,
      reported: undefined,
    });
  }

  remove(id: number): void {
    this.#histories.delete(id);
  }

  report(id: number, verdict: Verdict): void {
    const status = { passed: "up", warned: "degraded", failed: "down" } as const;
    this.#histories.get(id)!.reported = status[verdict.tag as keyof typeof status];
  }

  /** What a step was told and what came of it. */
  step(now: bigint, events: readonly Event[], { actions }: Outcome): void {
    for (const event of events) {
      if (event.tag === "kicked") {
        const [id, told] = event.val;
        const at = told < now ? told : now;
        const kicked = this.#histories.get(id);
        if (kicked !== undefined && (kicked.lastKick ?? -1n) < at) kicked.lastKick = at;
      } else if (event.tag === "check-finished") {
        const [run, { verdict }] = event.val;
        for (const one of this.#histories.values()) {
          if (one.inFlight?.id !== run) continue;
          one.inFlight = undefined;
          one.results.push({ at: now, what: judged(one.probe.check, verdict) });
        }
      }
    }
    for (const one of this.#histories.values()) age(one, now);
    for (const action of actions)
      if (action.tag === "run-check") {
        const { run, probe, timeout } = action.val;
        this.#histories.get(probe)!.inFlight = { id: run, timesOutAt: now + BigInt(timeout) };
      }
  }

  status(id: number, now: bigint): Status {
    const { probe, added, results, lastKick, reported } = this.#histories.get(id)!;
    if (probe.check.tag === "manual") return reported ?? probe.check.val;
    if (probe.check.tag !== "kick") return counted(probe, results);
    const limit = BigInt(probe.check.val);
    const started = this.#started;
    const isOver =
      lastKick === undefined
        ? started !== undefined && now >= added + limit && now >= started + limit
        : started !== undefined && now >= lastKick + limit;
    if (isOver) return "down";
    return lastKick === undefined ? "unknown" : "up";
  }
}

/** Lets the run in flight time out and the newest result go stale, whichever is due first. */
function age(one: History, now: bigint): void {
  for (;;) {
    const newest = one.results.at(-1);
    const staleAt =
      newest === undefined || newest.what === "stale"
        ? undefined
        : newest.at + freshFor(one.probe.check);
    const timesOutAt = one.inFlight?.timesOutAt;
    if (
      timesOutAt !== undefined &&
      timesOutAt <= now &&
      (staleAt === undefined || timesOutAt <= staleAt)
    ) {
      one.inFlight = undefined;
      one.results.push({ at: now, what: "failed" });
    } else if (staleAt !== undefined && staleAt <= now) {
      one.results.push({ at: now, what: "stale" });
    } else {
      return;
    }
  }
}

function freshFor(check: Check): bigint {
  const { interval = 10_000, timeout = Math.max(1, Math.min(2000, Math.floor(interval / 2))) } =
    check.tag === "callback"
      ? check.val
      : check.tag === "http" || check.tag === "tcp"
        ? check.val.schedule
        : {};
  return BigInt(Math.floor(2.5 * interval) + timeout + 1);
}

function judged(check: Check, verdict: Verdict): Result["what"] {
  switch (verdict.tag) {
    case "passed":
    case "warned":
    case "failed":
      return verdict.tag;
    case "unreached":
      return "failed";
    case "answered": {
      const given = check.tag === "http" ? check.val.expect : [];
      const ranges = given.length > 0 ? given : [[200, 399] as const];
      return ranges.some(([low, high]) => low <= verdict.val && verdict.val <= high)
        ? "passed"
        : "failed";
    }
  }
}

/** From the first result to the newest, by the thresholds. */
function counted(
  { failureThreshold = 1, successThreshold = 1 }: Probe,
  results: readonly Result[],
): Status {
  let status: Status = "unknown";
  let passes = 0;
  let failures = 0;
  for (const { what } of results) {
    if (what === "stale") {
      status = "down";
      passes = 0;
      failures = 0;
    } else if (what === "failed") {
      passes = 0;
      failures += 1;
      if (failures >= failureThreshold) status = "down";
    } else {
      failures = 0;
      passes += 1;
      if (status !== "down" || passes >= successThreshold)
        status = what === "passed" ? "up" : "degraded";
    }
  }
  return status;
}
