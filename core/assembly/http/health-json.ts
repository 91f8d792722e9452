/**
 * `/health` and below: MicroProfile Health 4.0, or the IETF draft
 * draft-inadarei-api-health-check-06 where the caller asks for it.
 */

import { Detail, Response, Status } from "../generated/types";
import { Machine } from "../machine/machine";
import { roleStatus, Standing, shownPhase, standing } from "../machine/standing";
import { Counted, Monitor, ROLES } from "../probes/monitor";
import { Body } from "../text/body";
import { HEALTH_JSON, JSON, response } from "./responses";

/** All three roles at once, instead of one. */
export const ALL_ROLES: i32 = -1;

/** MicroProfile's form; `role` may be ALL_ROLES. */
export function microProfile(machine: Machine, role: i32, body: Body): Response {
  const up = statusOf(machine, role) != Status.Down;
  body
    .begin()
    .text('{"status":')
    .text(up ? '"UP"' : '"DOWN"')
    .text(',"checks":[');
  if (machine.settings.detail != Detail.None) {
    const all = machine.monitors.all;
    let isFirst = true;
    for (let i = 0; i < all.length; i++) {
      if (!isListed(all[i], role)) continue;
      if (!isFirst) body.text(",");
      isFirst = false;
      writeCheck(machine, all[i], role, body);
    }
    if (isHeld(machine, role)) {
      if (!isFirst) body.text(",");
      body.text('{"name":"phase","status":"DOWN","data":{"reason":').json(shownPhase(machine));
      body.text("}}");
    }
  }
  body.text("]}");
  return response(up ? 200 : 503, JSON, body.view());
}

/** The IETF draft's form; `role` may be ALL_ROLES. */
export function ietf(machine: Machine, role: i32, body: Body): Response {
  const status = statusOf(machine, role);
  body.begin().text('{"status":"').text(word(status)).text('","releaseId":');
  body.json(machine.settings.version).text(',"serviceId":').json(machine.settings.name);
  body.text(',"checks":{');
  if (machine.settings.detail != Detail.None) {
    const all = machine.monitors.all;
    let isFirst = true;
    for (let i = 0; i < all.length; i++) {
      const monitor = all[i];
      if (!isListed(monitor, role)) continue;
      if (!isFirst) body.text(",");
      isFirst = false;
      const counted = worst(monitor, role);
      // Keys must be unique, so the name stands here and not the label.
      writeComponent(monitor.name, wordOf(counted), body);
      if (counted != Counted.Passes && machine.settings.detail == Detail.Reasons) {
        body.text(',"output":').json(monitor.reason);
      }
      body.text("}]");
    }
    if (isHeld(machine, role)) {
      if (!isFirst) body.text(",");
      writeComponent("phase", "fail", body);
      body.text(',"output":').json(shownPhase(machine)).text("}]");
    }
  }
  body.text("}}");
  return response(status == Status.Down ? 503 : 200, HEALTH_JSON, body.view());
}

function writeCheck(machine: Machine, monitor: Monitor, role: i32, body: Body): void {
  const isUp = worst(monitor, role) != Counted.Fails;
  body
    .text('{"name":')
    .json(monitor.shownName)
    .text(isUp ? ',"status":"UP"' : ',"status":"DOWN"');
  const hasReason = machine.settings.detail == Detail.Reasons && monitor.reason.length > 0;
  const data = monitor.data;
  if (hasReason || data.length > 0) {
    body.text(',"data":{');
    let isFirst = true;
    for (let i = 0; i < data.length; i++) {
      // A key may stand once; the message is the one that is meant by it.
      if (hasReason && data[i].item0 == "reason") continue;
      if (!isFirst) body.text(",");
      isFirst = false;
      body.json(data[i].item0).text(":").json(data[i].item1);
    }
    if (hasReason) {
      if (!isFirst) body.text(",");
      body.text('"reason":').json(monitor.reason);
    }
    body.text("}");
  }
  body.text("}");
}

function writeComponent(name: string, status: string, body: Body): void {
  body.json(name).text(':[{"componentType":"component","status":"').text(status).text('"');
}

function statusOf(machine: Machine, role: i32): Status {
  if (role != ALL_ROLES) return roleStatus(machine, role);
  let all: Status = Status.Up;
  for (let each = 0; each < ROLES; each++) all = max<i32>(all, roleStatus(machine, each));
  return all;
}

function isHeld(machine: Machine, role: i32): bool {
  if (role != ALL_ROLES) return standing(machine, role) == Standing.Held;
  for (let each = 0; each < ROLES; each++) {
    if (standing(machine, each) == Standing.Held) return true;
  }
  return false;
}

function isListed(monitor: Monitor, role: i32): bool {
  return role == ALL_ROLES || monitor.has(role);
}

function worst(monitor: Monitor, role: i32): Counted {
  if (role != ALL_ROLES) return monitor.counted(role);
  let counted: Counted = Counted.Passes;
  for (let each = 0; each < ROLES; each++) {
    if (monitor.has(each)) counted = max<i32>(counted, monitor.counted(each));
  }
  return counted;
}

function word(status: Status): string {
  if (status == Status.Down) return "fail";
  return status == Status.Degraded ? "warn" : "pass";
}

function wordOf(counted: Counted): string {
  if (counted == Counted.Fails) return "fail";
  return counted == Counted.Degrades ? "warn" : "pass";
}
