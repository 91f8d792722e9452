/**
 * What the roles have come to, kept up to date with every change of a probe, so
 * that answering a request looks at no probe.
 */

import { Counted, Monitor, ROLES, Role } from "./monitor";

/** How many probes fail and degrade each role. */
export class Verdicts {
  private failing: StaticArray<i32> = new StaticArray<i32>(ROLES);
  private degrading: StaticArray<i32> = new StaticArray<i32>(ROLES);

  /** Counts a probe in. Before anything it depends on changes, `leave` counts it out. */
  enter(monitor: Monitor): void {
    this.count(monitor, 1);
  }

  /** Counts a probe out. */
  leave(monitor: Monitor): void {
    this.count(monitor, -1);
  }

  /** Whether a probe fails the role. */
  fails(role: Role): bool {
    return this.failing[role] > 0;
  }

  /** Whether a probe degrades the role. */
  isDegraded(role: Role): bool {
    return this.degrading[role] > 0;
  }

  private count(monitor: Monitor, by: i32): void {
    for (let role = 0; role < ROLES; role++) {
      if (!monitor.has(role)) continue;
      const counted = monitor.counted(role);
      if (counted == Counted.Fails) this.failing[role] += by;
      else if (counted == Counted.Degrades) this.degrading[role] += by;
    }
  }
}
