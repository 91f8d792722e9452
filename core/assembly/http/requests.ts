/** How many requests were answered, by path and status. */

/** Paths as `hams_requests_total` tells them, in its order. */
export const PATHS: StaticArray<string> = [
  "/hams/alive",
  "/hams/ready",
  "/hams/alive_verbose",
  "/hams/ready_verbose",
  "/hams/version",
  "/hams/metrics",
  "/metrics",
  "/hams/shutdown",
  "/livez",
  "/readyz",
  "/startupz",
  "/livez/*",
  "/readyz/*",
  "/startupz/*",
  "/health",
  "/health/live",
  "/health/ready",
  "/health/started",
  "/",
  "/hams",
  "other",
];

/** The paths as indexes. */
export enum Path {
  Alive,
  Ready,
  AliveVerbose,
  ReadyVerbose,
  Version,
  HamsMetrics,
  Metrics,
  Shutdown,
  Livez,
  Readyz,
  Startupz,
  LivezName,
  ReadyzName,
  StartupzName,
  Health,
  HealthLive,
  HealthReady,
  HealthStarted,
  Root,
  Hams,
  Other,
}

/** All statuses that the core answers with. */
export const CODES: StaticArray<u16> = [200, 401, 403, 404, 405, 414, 503];

/** The counters of one machine. */
export class Requests {
  private counts: StaticArray<u64> = new StaticArray<u64>(PATHS.length * CODES.length);

  /** Counts an answer. */
  count(path: Path, status: u16): void {
    const slot = <i32>path * CODES.length + CODES.indexOf(status);
    this.counts[slot] = this.counts[slot] + 1;
  }

  /** How many were answered with the code at this index of `CODES`. */
  of(path: Path, code: i32): u64 {
    return this.counts[<i32>path * CODES.length + code];
  }
}
