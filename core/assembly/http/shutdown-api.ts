/** `/hams/shutdown`: who may ask, and what it is told. */

import {
  Cause,
  CauseRequested,
  CauseSignal,
  CauseStartupFailed,
  CauseTag,
  HookOutcome,
  Method,
  Request,
  Response,
  ShutdownReport,
} from "../generated/types";
import { Effective } from "../intake/settings";
import { signalName } from "../shutdown/signals";
import { Body } from "../text/body";
import { lowerAscii } from "../text/characters";
import { line, lineWith } from "./responses";

const SCHEME = "bearer";

/** The refusal of a request, or null if it may begin the shutdown. */
export function refusal(settings: Effective, request: Request): Response | null {
  if (settings.token.length == 0) return line(404, "not found");
  const isAllowed =
    request.method == Method.Post || (settings.allowsGet && request.method == Method.Get);
  if (!isAllowed) {
    return lineWith(405, "method not allowed", "Allow", settings.allowsGet ? "GET, POST" : "POST");
  }
  if (!settings.allowsRemote && !request.loopback) return line(403, "forbidden");
  const authorization = request.authorization;
  if (authorization == null || !isToken(authorization, settings.token)) {
    return lineWith(401, "unauthorized", "WWW-Authenticate", "Bearer");
  }
  return null;
}

/** Writes the report as JSON, its fields in the WIT's order. */
export function writeReport(report: ShutdownReport, body: Body): void {
  body.text('{"cause":');
  writeCause(report.cause, body);
  body.text(',"drained":').decimal(report.drained);
  body.text(',"waited":').decimal(report.waited);
  body.text(',"took":').decimal(report.took);
  body.text(',"overdue":').text(report.overdue ? "true" : "false");
  body.text(',"working":').decimal(report.working);
  body.text(',"hooks":[');
  for (let i = 0; i < report.hooks.length; i++) {
    const hook = report.hooks[i];
    if (i > 0) body.text(",");
    body.text('{"name":').json(hook.name).text(',"outcome":"').text(outcomeName(hook.outcome));
    body.text('","took":').decimal(hook.took);
    const message = hook.message;
    if (message != null) body.text(',"message":').json(message);
    body.text("}");
  }
  body.text('],"abandoned":[');
  for (let i = 0; i < report.abandoned.length; i++) {
    if (i > 0) body.text(",");
    body.json(report.abandoned[i]);
  }
  body.text("]}");
}

/** Compares in a time that does not tell how much of the token is right. */
function isToken(authorization: string, token: string): bool {
  if (authorization.length <= SCHEME.length) return false;
  if (lowerAscii(authorization.substring(0, SCHEME.length)) != SCHEME) return false;
  let from = SCHEME.length;
  if (authorization.charCodeAt(from) != 0x20) return false;
  while (from < authorization.length && authorization.charCodeAt(from) == 0x20) from++;
  const length = authorization.length - from;
  let difference = length ^ token.length;
  for (let i = 0; i < length; i++) {
    difference |= authorization.charCodeAt(from + i) ^ token.charCodeAt(i % token.length);
  }
  return difference == 0;
}

function writeCause(cause: Cause, body: Body): void {
  switch (cause.tag) {
    case CauseTag.Signal:
      body
        .text('{"signal":')
        .json(signalName((cause as CauseSignal).value))
        .text("}");
      break;
    case CauseTag.Requested:
      body
        .text('{"requested":')
        .json((cause as CauseRequested).value)
        .text("}");
      break;
    case CauseTag.Api:
      body.text('"api"');
      break;
    case CauseTag.Stop:
      body.text('"stop"');
      break;
    default:
      body
        .text('{"startup-failed":')
        .json((cause as CauseStartupFailed).value)
        .text("}");
  }
}

function outcomeName(outcome: HookOutcome): string {
  switch (outcome) {
    case HookOutcome.Completed:
      return "completed";
    case HookOutcome.Failed:
      return "failed";
    case HookOutcome.TimedOut:
      return "timed-out";
    default:
      return "skipped";
  }
}
