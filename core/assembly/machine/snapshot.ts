/** Everything as it stands, for `observe`. */

import { ProbeReport, Snapshot, Some, Status } from "../generated/types";
import { Monitor, Role } from "../probes/monitor";
import { durationMs } from "./duration";
import { Machine } from "./machine";
import { roleStatus } from "./standing";

/** The machine's phase, the roles and all probes. */
export function snapshot(machine: Machine, now: u64): Snapshot {
  const all = machine.monitors.all;
  const probes = new Array<ProbeReport>(all.length);
  for (let i = 0; i < all.length; i++) probes[i] = probeReport(all[i], now);
  return new Snapshot(
    machine.phase,
    roleStatus(machine, Role.Startup),
    roleStatus(machine, Role.Live),
    roleStatus(machine, Role.Ready),
    probes,
  );
}

function probeReport(monitor: Monitor, now: u64): ProbeReport {
  let age: Some<u32> | null = null;
  if (monitor.hasAge) age = new Some<u32>(durationMs(monitor.age(now)));
  return new ProbeReport(
    monitor.id,
    monitor.name,
    monitor.roles,
    monitor.critical,
    monitor.status,
    monitor.status == Status.Up ? null : monitor.reason,
    age,
    monitor.streak,
    monitor.runs,
    monitor.failures,
    monitor.skipped,
  );
}
