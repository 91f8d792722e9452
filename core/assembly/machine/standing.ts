/** What the roles say now: the phase first, then the probes. */

import { Phase, Status } from "../generated/types";
import { Role } from "../probes/monitor";
import { Machine } from "./machine";
import { phaseName } from "./phases";

/** What a role says. */
export enum Standing {
  /** The phase says no, whatever the probes say: listings have a row `phase`. */
  Held,
  /** The phase says yes, whatever the probes say. */
  Forced,
  /** The probes say. */
  Probes,
}

/** Who decides about a role in the machine's phase. */
export function standing(machine: Machine, role: Role): Standing {
  const phase = machine.phase;
  switch (role) {
    case Role.Startup:
      if (machine.hasStarted) return Standing.Forced;
      return phase == Phase.Created ? Standing.Held : Standing.Probes;
    case Role.Live:
      if (phase == Phase.Running) return Standing.Probes;
      return machine.sequence.isStartupFailed ? Standing.Held : Standing.Forced;
    default:
      return phase == Phase.Running ? Standing.Probes : Standing.Held;
  }
}

/** Whether a role is up: 200, or 503. */
export function isUp(machine: Machine, role: Role): bool {
  const decides = standing(machine, role);
  if (decides != Standing.Probes) return decides == Standing.Forced;
  return !machine.monitors.verdicts.fails(role);
}

/** What a role has come to; never unknown. */
export function roleStatus(machine: Machine, role: Role): Status {
  if (!isUp(machine, role)) return Status.Down;
  if (machine.phase != Phase.Running) return Status.Up;
  return machine.monitors.verdicts.isDegraded(role) ? Status.Degraded : Status.Up;
}

/** The phase as answers tell it: before `start` it is starting, after the end stopping. */
export function shownPhase(machine: Machine): string {
  if (machine.phase == Phase.Created) return phaseName(Phase.Starting);
  if (machine.phase == Phase.Stopped) return phaseName(Phase.Stopping);
  return phaseName(machine.phase);
}

/** The WIT's name of a role. */
export function roleName(role: Role): string {
  switch (role) {
    case Role.Startup:
      return "startup";
    case Role.Live:
      return "live";
    default:
      return "ready";
  }
}

/** The WIT's name of a status. */
export function statusName(status: Status): string {
  switch (status) {
    case Status.Unknown:
      return "unknown";
    case Status.Up:
      return "up";
    case Status.Degraded:
      return "degraded";
    default:
      return "down";
  }
}
