/**
 * `/livez`, `/readyz`, `/startupz`: the text form of the Kubernetes apiserver.
 * https://kubernetes.io/docs/reference/using-api/health-checks/
 */

import { Detail, Response } from "../generated/types";
import { Machine } from "../machine/machine";
import { isUp, Standing, shownPhase, standing } from "../machine/standing";
import { Counted, Monitor, Role } from "../probes/monitor";
import { Body } from "../text/body";
import { escapeControls } from "../text/characters";
import { quote, sortedSet } from "../text/quote";
import { line, OK, response, TEXT } from "./responses";
import { Query } from "./target";

const WITHHELD = "reason withheld";

/** The verdict of a role, with its probes where it fails or they are asked for. */
export function checks(machine: Machine, role: Role, query: Query, body: Body): Response {
  const excluded = new Set<string>();
  for (let i = 0; i < query.exclude.length; i++) excluded.add(query.exclude[i]);
  const passes = excluded.size == 0 ? isUp(machine, role) : isUpWithout(machine, role, excluded);
  if (passes && !query.verbose) return OK;
  body.begin();
  if (machine.settings.detail != Detail.None) {
    writeRows(machine, role, excluded, body);
    writeUnmatched(machine, role, query.exclude, body);
  }
  body.text(endpoint(role)).text(passes ? " check passed\n" : " check failed\n");
  return response(passes ? 200 : 503, TEXT, body.view());
}

/** One probe alone, whatever the phase. */
export function check(machine: Machine, role: Role, name: string): Response {
  const monitor = machine.monitors.named(name);
  const isHidden = machine.settings.detail == Detail.None;
  if (isHidden || monitor == null || !monitor.has(role)) return line(404, "not found");
  if (monitor.counted(role) != Counted.Fails) return OK;
  return line(503, `${name} failed: ${reason(machine, monitor)}`);
}

/** The name of a role's endpoint. */
function endpoint(role: Role): string {
  switch (role) {
    case Role.Startup:
      return "startupz";
    case Role.Live:
      return "livez";
    default:
      return "readyz";
  }
}

function isUpWithout(machine: Machine, role: Role, excluded: Set<string>): bool {
  const decides = standing(machine, role);
  if (decides != Standing.Probes) return decides == Standing.Forced;
  const all = machine.monitors.all;
  for (let i = 0; i < all.length; i++) {
    const monitor = all[i];
    if (!monitor.has(role) || monitor.counted(role) != Counted.Fails) continue;
    if (!excluded.has(monitor.name)) return false;
  }
  return true;
}

function writeRows(machine: Machine, role: Role, excluded: Set<string>, body: Body): void {
  const all = machine.monitors.all;
  for (let i = 0; i < all.length; i++) {
    const monitor = all[i];
    if (!monitor.has(role)) continue;
    const name = escapeControls(monitor.shownName);
    if (excluded.size > 0 && excluded.has(monitor.name)) {
      body.text("[+]").text(name).text(" excluded: ok\n");
    } else if (monitor.counted(role) != Counted.Fails) {
      body.text("[+]").text(name).text(" ok\n");
    } else {
      body.text("[-]").text(name).text(" failed: ").text(reason(machine, monitor)).text("\n");
    }
  }
  if (standing(machine, role) == Standing.Held) {
    body.text("[-]phase failed: ").text(shownPhase(machine)).text("\n");
  }
}

function writeUnmatched(machine: Machine, role: Role, names: Array<string>, body: Body): void {
  const unmatched: string[] = [];
  for (let i = 0; i < names.length; i++) {
    const monitor = machine.monitors.named(names[i]);
    if (monitor == null || !monitor.has(role)) unmatched.push(names[i]);
  }
  if (unmatched.length == 0) return;
  const sorted = sortedSet(unmatched);
  body.text("warn: some health checks cannot be excluded: no matches for ");
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0) body.text(",");
    body.text(quote(sorted[i]));
  }
  body.text("\n");
}

function reason(machine: Machine, monitor: Monitor): string {
  return machine.settings.detail == Detail.Reasons ? escapeControls(monitor.reason) : WITHHELD;
}
