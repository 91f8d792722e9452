// The core's text modules with signatures that asc's own bindings can carry.

import { Exposition, Phase, Roles, Status, Tuple2 } from "../../assembly/generated/types";
import { namesHealthJson, wantsOpenMetrics } from "../../assembly/http/accept";
import { beginPage, endPage, Page, PageRow, pageRow } from "../../assembly/http/page";
import { PAGE_POLICY, PAGE_STYLE } from "../../assembly/http/page-style";
import { parseQuery, parseTarget } from "../../assembly/http/target";
import { urlProblem } from "../../assembly/intake/url";
import {
  headerProblems,
  hostProblem,
  nameProblem,
  parseListen,
  parseMilliseconds,
  tokenProblem,
} from "../../assembly/intake/validation";
import { checkMetrics } from "../../assembly/metrics/application-metrics";
import { carry as carryHeaders } from "../../assembly/propagation";
import { Body } from "../../assembly/text/body";
import { countCharacters, cut, escapeControls } from "../../assembly/text/characters";
import { quote, sortedSet } from "../../assembly/text/quote";

export {
  countCharacters,
  cut,
  escapeControls,
  nameProblem,
  namesHealthJson,
  parseMilliseconds,
  quote,
  sortedSet,
  tokenProblem,
  urlProblem,
  wantsOpenMetrics,
};

export function pagePolicy(): string {
  return PAGE_POLICY;
}

export function pageStyle(): string {
  return PAGE_STYLE;
}

/** A page with a probe of every status, all with this text wherever a page shows one. */
export function page(text: string, phase: Phase, ready: Status, hasNames: bool): string {
  const body = new Body().begin();
  const shown = new Page(text, text, text, phase, Status.Up, Status.Up, ready, hasNames, 4);
  beginPage(body, shown);
  for (let status = <i32>Status.Unknown; hasNames && status <= <i32>Status.Down; status++) {
    const data = [new Tuple2<string, string>(text, text)];
    const roles = Roles.Live | Roles.Ready;
    pageRow(body, new PageRow(text, status, roles, status != Status.Down, text, 61000, data));
  }
  endPage(body, shown);
  const view = body.view();
  return String.UTF8.decodeUnsafe(view.dataStart, view.byteLength);
}

/** Path and query; empty where the path does not decode. */
export function target(text: string): Array<string> {
  const parsed = parseTarget(text);
  return parsed === null ? [] : [parsed.path, parsed.query];
}

/** `verbose` or nothing, then what is excluded. */
export function query(text: string): Array<string> {
  const parsed = parseQuery(text);
  return (parsed.verbose ? ["verbose"] : ([] as string[])).concat(parsed.exclude);
}

/** Address and port; empty where it does not fit. */
export function listen(text: string): Array<string> {
  const parsed = parseListen(text);
  return parsed === null ? [] : [parsed.address, parsed.port.toString()];
}

/** Names and values in turn, in and out. */
export function carry(flat: Array<string>, extra: Array<string>): Array<string> {
  const carried = carryHeaders(pairs(flat), extra);
  const result: Array<string> = [];
  for (let i = 0; i < carried.length; i++) {
    result.push(carried[i].item0);
    result.push(carried[i].item1);
  }
  return result;
}

export function headers(flat: Array<string>): Array<string> {
  return headerProblems(pairs(flat));
}

/** How many families were left out, then what was kept. */
export function metrics(text: string, openMetrics: bool): Array<string> {
  const checked = checkMetrics(text, openMetrics ? Exposition.Openmetrics : Exposition.Text);
  return [checked.errors.toString(), checked.text];
}

export function host(text: string): string | null {
  return hostProblem("a host", text);
}

function pairs(flat: Array<string>): Array<Tuple2<string, string>> {
  const result: Array<Tuple2<string, string>> = [];
  for (let i = 0; i + 1 < flat.length; i += 2) result.push(new Tuple2(flat[i], flat[i + 1]));
  return result;
}
