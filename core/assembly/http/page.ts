// The status page: HTML without scripts, written row by row so that no row is kept.

import { Phase, Roles, Status, Tuple2 } from "../generated/types";
import { Body } from "../text/body";
import { escapeControls } from "../text/characters";
import { PAGE_STYLE } from "./page-style";

/** What the page shows besides its rows. */
@final
export class Page {
  constructor(
    readonly name: string,
    readonly version: string,
    readonly hamsVersion: string,
    readonly phase: Phase,
    /** The three verdicts. */
    readonly started: Status,
    readonly live: Status,
    readonly ready: Status,
    /** Probes may be named. If not, no rows follow. */
    readonly hasNames: bool,
    /** How many probes there are. */
    readonly probes: i32,
  ) {}
}

/** One probe. May be used again for the next one once it is written. */
@final
export class PageRow {
  constructor(
    /** The label, or the name. */
    public name: string,
    public status: Status,
    public roles: i32,
    public critical: bool,
    /** Absent unless reasons may be shown. */
    public reason: string | null,
    /** Milliseconds since the newest result or kick, -1 without one. */
    public age: i64,
    public data: Array<Tuple2<string, string>>,
  ) {}
}

/** Writes the page up to its rows. */
export function beginPage(body: Body, page: Page): void {
  const status = pageStatus(page);
  const state = stateOf(page);
  body.text('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>');
  any(body, page.name);
  body.text(": ").text(state).text("</title>\n");
  body.text('<meta name="viewport" content="width=device-width">\n');
  body.text('<meta name="robots" content="noindex">\n');
  body.text('<meta http-equiv="refresh" content="5">\n<style>');
  body.text(PAGE_STYLE).text("</style>\n</head>\n<body>\n<header>\n<h1>");
  any(body, page.name);
  body.text(" <span>");
  any(body, page.version);
  body.text("</span></h1>\n");
  body.text('<div class="state ').text(className(status)).text('">').text(signOf(status));
  body.text("<strong>").text(state).text("</strong></div>\n<p>").text(explanationOf(page));
  body.text("</p>\n</header>\n<main>\n<dl>\n");
  verdict(body, "Started", page.started);
  verdict(body, "Live", page.live);
  verdict(body, "Ready", page.ready);
  body.text("</dl>\n");
  if (page.hasNames && page.probes > 0) {
    body.text('<h2 id="probes">Probes <span>').decimal(page.probes).text("</span></h2>\n");
    body.text('<table aria-labelledby="probes">\n<thead><tr><th scope="col">Probe</th>');
    body.text('<th scope="col">Status</th><th scope="col" class="age">Age</th></tr></thead>\n');
    body.text("<tbody>\n");
  } else {
    body.text('<p class="empty">');
    body.text(page.hasNames ? "There are no probes." : "Probes are not shown here.").text("</p>\n");
  }
}

/** Writes one row. */
export function pageRow(body: Body, row: PageRow): void {
  const tone = className(row.status);
  body.text('<tr class="').text(tone).text('"><th scope="row"><strong>');
  any(body, row.name);
  body
    .text("</strong><small>")
    .text(rolesOf(row.roles))
    .text(row.critical ? "" : ", not critical");
  body.text("</small>");
  const reason = row.reason;
  if (reason !== null) {
    body.text('<small class="reason">');
    any(body, reason);
    body.text("</small>");
  }
  for (let i = 0; i < row.data.length; i++) {
    const pair = row.data[i];
    body.text("<small>");
    any(body, pair.item0);
    body.text(": ");
    any(body, pair.item1);
    body.text("</small>");
  }
  body.text('</th><td><span class="mark">').text(signOf(row.status)).text(tone);
  body.text('</span></td><td class="age">');
  age(body, row.age);
  body.text("</td></tr>\n");
}

/** Writes the rest of the page. */
export function endPage(body: Body, page: Page): void {
  if (page.hasNames && page.probes > 0) body.text("</tbody>\n</table>\n");
  body.text('</main>\n<footer>\n<nav aria-label="Endpoints">\n');
  for (let i = 0; i < LINKS.length; i++) {
    body.text('<a href="').text(LINKS[i]).text('">').text(LINKS[i]).text("</a>\n");
  }
  body.text("</nav>\n<p>HaMS ");
  any(body, page.hamsVersion);
  body.text(", renewed every 5 seconds</p>\n</footer>\n</body>\n</html>\n");
}

const LINKS: StaticArray<string> = [
  "/livez?verbose",
  "/readyz?verbose",
  "/startupz?verbose",
  "/health",
  "/health/live",
  "/health/ready",
  "/health/started",
  "/metrics",
  "/hams/version",
];

/** What the page as a whole looks like: whether traffic comes, unless the service is not even alive. */
function pageStatus(page: Page): Status {
  if (page.live == Status.Down) return Status.Down;
  if (page.phase != Phase.Running) return Status.Unknown;
  return page.ready == Status.Up ? page.live : page.ready;
}

function stateOf(page: Page): string {
  if (page.live == Status.Down) return "Not alive";
  switch (page.phase) {
    case Phase.Created:
    case Phase.Starting:
      return "Starting";
    case Phase.Running:
      break;
    case Phase.Draining:
      return "Draining";
    default:
      return "Stopping";
  }
  if (page.ready == Status.Down) return "Not ready";
  return page.ready == Status.Degraded || page.live == Status.Degraded ? "Degraded" : "Ready";
}

function explanationOf(page: Page): string {
  switch (page.phase) {
    case Phase.Created:
    case Phase.Starting:
      return "Phase starting: its startup probes have yet to pass.";
    case Phase.Running:
      break;
    case Phase.Draining:
      return "Phase draining: takes no new traffic and finishes what is under way.";
    default:
      return "Phase stopping: cleans up before it ends.";
  }
  if (page.live == Status.Down) return "Phase running: a probe says that it must be restarted.";
  if (page.ready == Status.Down) return "Phase running: a probe keeps traffic away.";
  return page.ready == Status.Degraded || page.live == Status.Degraded
    ? "Phase running: takes traffic, though not all is as it should be."
    : "Phase running: takes traffic.";
}

function verdict(body: Body, name: string, status: Status): void {
  body.text('<div class="').text(className(status)).text('"><dt>').text(name).text("</dt><dd>");
  body.text(signOf(status));
  body.text(status == Status.Down ? "no" : status == Status.Degraded ? "degraded" : "yes");
  body.text("</dd></div>\n");
}

function rolesOf(roles: i32): string {
  let words = roles & Roles.Startup ? ", startup" : "";
  if (roles & Roles.Live) words += ", live";
  if (roles & Roles.Ready) words += ", ready";
  return words.substring(2);
}

/** A text that may hold anything. */
function any(body: Body, text: string): void {
  body.html(escapeControls(text));
}

/** In the largest unit that keeps it above zero. */
function age(body: Body, milliseconds: i64): void {
  if (milliseconds < 0) body.text("–");
  else if (milliseconds < 1000) body.text("now");
  else if (milliseconds < 60000) body.decimal(milliseconds / 1000).text(" s");
  else if (milliseconds < 3600000) body.decimal(milliseconds / 60000).text(" min");
  else if (milliseconds < 86400000) body.decimal(milliseconds / 3600000).text(" h");
  else body.decimal(milliseconds / 86400000).text(" d");
}

/** The word that also names its colours in the style. */
function className(status: Status): string {
  if (status == Status.Up) return "up";
  if (status == Status.Degraded) return "degraded";
  return status == Status.Down ? "down" : "unknown";
}

/** A sign of another shape for each status, for who cannot tell its colour; readers are told the word alone. */
function signOf(status: Status): string {
  if (status == Status.Up) return '<i aria-hidden="true">● </i>';
  if (status == Status.Degraded) return '<i aria-hidden="true">▲ </i>';
  return status == Status.Down ? '<i aria-hidden="true">✕ </i>' : '<i aria-hidden="true">○ </i>';
}
