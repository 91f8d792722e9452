// Probes spread over their interval by their ids, for more of them than a conformance case can hold.

import { expect, test } from "vitest";
import type { Event } from "../../bindings-node/generated/hams.js";
import { newCore } from "./core.js";

const INTERVAL = 9_999;
const PROBES = 2_000;

test("each second run is due half an interval and the share of its id after the first", () => {
  const { health } = newCore();
  health.configure({ name: "orders", binding: "test", gathersMetrics: false, environment: [] });
  for (let id = 1; id <= PROBES; id++)
    health.addProbe(0n, {
      name: `p${id}`,
      roles: { startup: false, live: false, ready: true },
      critical: true,
      shared: false,
      check: { tag: "callback", val: { interval: INTERVAL } },
    });
  health.start(0n);
  const due = new Map<number, number>();
  let { actions, wakeAt } = health.step(0n, []);
  let now = 0n;
  while (due.size < PROBES && wakeAt !== undefined) {
    const runs = actions.flatMap((action) => (action.tag === "run-check" ? [action.val] : []));
    if (now > 0n) for (const { probe } of runs) if (!due.has(probe)) due.set(probe, Number(now));
    // In portions: a step takes 1 024 events.
    for (let from = 0; from < runs.length; from += 1024) {
      const finished = runs.slice(from, from + 1024).map(
        ({ run }): Event => ({
          tag: "check-finished",
          val: [run, { verdict: { tag: "passed" }, data: [] }],
        }),
      );
      wakeAt = health.step(now, finished).wakeAt;
    }
    now = wakeAt!;
    ({ actions, wakeAt } = health.step(now, []));
  }
  const expected = new Map<number, number>();
  for (let id = 1; id <= PROBES; id++) {
    const share = (id * 40_503) % 65_536;
    expected.set(id, Math.floor(INTERVAL / 2) + Math.floor((INTERVAL * share) / 65_536));
  }
  expect(new Map([...due].sort(([a], [b]) => a - b))).toEqual(expected);
  // They are spread: no millisecond has more than a few of them.
  const crowd = new Map<number, number>();
  for (const at of due.values()) crowd.set(at, (crowd.get(at) ?? 0) + 1);
  expect(Math.max(...crowd.values())).toBeLessThanOrEqual(2);
});
