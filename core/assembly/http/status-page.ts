/** `/` and `/hams`: the machine's state as the page shows it. */

import { Detail, Response, Status, Tuple2 } from "../generated/types";
import { Machine } from "../machine/machine";
import { roleStatus } from "../machine/standing";
import { Monitor, Role } from "../probes/monitor";
import { Body } from "../text/body";
import { HAMS_VERSION } from "../version";
import { beginPage, endPage, Page, PageRow, pageRow } from "./page";
import { PAGE_POLICY } from "./page-style";

const HTML = "text/html; charset=utf-8";

/** The page, always 200: it tells about the service, not about itself. */
export function statusPage(machine: Machine, now: u64, body: Body): Response {
  const detail = machine.settings.detail;
  const all = machine.monitors.all;
  const page = new Page(
    machine.settings.name,
    machine.settings.version,
    HAMS_VERSION,
    machine.phase,
    roleStatus(machine, Role.Startup),
    roleStatus(machine, Role.Live),
    roleStatus(machine, Role.Ready),
    detail != Detail.None,
    all.length,
  );
  beginPage(body.begin(), page);
  if (detail != Detail.None) {
    const row = new PageRow("", Status.Unknown, 0, true, null, -1, []);
    for (let i = 0; i < all.length; i++) {
      describe(row, all[i], now, detail == Detail.Reasons);
      pageRow(body, row);
    }
  }
  endPage(body, page);
  const policy = new Tuple2<string, string>("Content-Security-Policy", PAGE_POLICY);
  return new Response(200, HTML, [policy], body.view());
}

function describe(row: PageRow, monitor: Monitor, now: u64, tellsReasons: bool): void {
  row.name = monitor.shownName;
  row.status = monitor.status;
  row.roles = monitor.roles;
  row.critical = monitor.critical;
  row.reason = tellsReasons && monitor.status != Status.Up ? monitor.reason : null;
  row.age = monitor.hasAge ? <i64>monitor.age(now) : -1;
  row.data = monitor.data;
}
