/** `/hams/alive`, `/hams/ready`, their verbose forms, and `/hams/version`: HaMS's own JSON. */

import { Detail, Response } from "../generated/types";
import { Machine } from "../machine/machine";
import { isUp, Standing, standing } from "../machine/standing";
import { Counted, Role } from "../probes/monitor";
import { Body } from "../text/body";
import { HAMS_NAME, HAMS_VERSION } from "../version";
import { bytesOf, JSON, response } from "./responses";

/** The two answers of a role, made once. */
export class PlainAnswers {
  readonly up: Response;
  readonly down: Response;

  constructor(name: string) {
    this.up = response(200, JSON, bytesOf(`{"name":"${name}","valid":true}`));
    this.down = response(503, JSON, bytesOf(`{"name":"${name}","valid":false}`));
  }
}

/** The verdict of a role with its probes. */
export function verbose(machine: Machine, role: Role, name: string, body: Body): Response {
  const up = isUp(machine, role);
  body
    .begin()
    .text('{"name":')
    .json(name)
    .text(',"valid":')
    .text(up ? "true" : "false");
  body.text(',"details":[');
  if (machine.settings.detail != Detail.None) writeDetails(machine, role, body);
  body.text("]}");
  return response(up ? 200 : 503, JSON, body.view());
}

/** Who answers. */
export function version(machine: Machine, body: Body): Response {
  body.begin().text('{"name":').json(machine.settings.name);
  body.text(',"version":').json(machine.settings.version);
  body.text(',"hams_name":').json(HAMS_NAME).text(',"hams_version":').json(HAMS_VERSION).text("}");
  return response(200, JSON, body.view());
}

function writeDetails(machine: Machine, role: Role, body: Body): void {
  const all = machine.monitors.all;
  let isFirst = true;
  for (let i = 0; i < all.length; i++) {
    const monitor = all[i];
    if (!monitor.has(role)) continue;
    writeDetail(monitor.shownName, monitor.counted(role) != Counted.Fails, isFirst, body);
    isFirst = false;
  }
  if (standing(machine, role) == Standing.Held) writeDetail("phase", false, isFirst, body);
}

function writeDetail(name: string, isValid: bool, isFirst: bool, body: Body): void {
  if (!isFirst) body.text(",");
  body
    .text('{"name":')
    .json(name)
    .text(isValid ? ',"valid":true}' : ',"valid":false}');
}
