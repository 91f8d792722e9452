/** What the host registers, checked and turned into what the core keeps. */

import {
  Check,
  CheckCallback,
  CheckHttp,
  CheckKick,
  CheckManual,
  CheckTag,
  CheckTcp,
  Hook,
  HookKindHttp,
  HookKindTag,
  Probe,
  Roles,
  Schedule,
  Some,
  Status,
  Tuple2,
} from "../generated/types";
import { Data, Monitor, NO_RESULT } from "../probes/monitor";
import { HookEntry } from "../shutdown/hooks";
import { Problems } from "./problems";
import { urlProblem } from "./url";
import {
  headerProblems,
  hostProblem,
  methodProblem,
  nameProblem,
  rangeProblems,
  textProblem,
} from "./validation";

const MOST_LABEL_CHARACTERS: i32 = 200;
const MOST_RANGES: i32 = 64;
const MOST_PAIRS: i32 = 16;
const MOST_KEY_CHARACTERS: i32 = 100;
const MOST_VALUE_CHARACTERS: i32 = 500;

const DEFAULT_INTERVAL_MS: u32 = 10_000; // the kubelet's default period
const MOST_DEFAULT_TIMEOUT_MS: u32 = 2_000;
const LEAST_KICK_LIMIT_MS: u32 = 100;

const DEFAULT_HOOK_TIMEOUT_MS: u32 = 5_000;
const DEFAULT_ATTEMPTS: u32 = 3;
const DEFAULT_PAUSE_MS: u32 = 1_000;

/** Adds what is wrong with a probe. */
export function checkProbe(probe: Probe, problems: Problems): void {
  problems.add("name", nameProblem(probe.name));
  const label = probe.label;
  if (label != null) problems.add("label", textProblem("a label", label, MOST_LABEL_CHARACTERS));
  problems.add("roles", rolesProblem(probe.roles, probe.shared));
  const tag = probe.check.tag;
  const isRun = tag != CheckTag.Manual && tag != CheckTag.Kick;
  problems.add("failure-threshold", thresholdProblem(probe.failureThreshold, isRun));
  problems.add("success-threshold", thresholdProblem(probe.successThreshold, isRun));
  checkCheck(probe.check, problems);
}

/** The probe as it is kept; it has passed `checkProbe`. */
export function toMonitor(id: u32, probe: Probe): Monitor {
  const check = probe.check;
  const monitor = new Monitor(id, probe.name, check.tag);
  const label = probe.label;
  if (label != null) monitor.label = label;
  monitor.roles = probe.roles;
  monitor.critical = probe.critical;
  monitor.shared = probe.shared;
  monitor.failureThreshold = valueOr(probe.failureThreshold, 1);
  monitor.successThreshold = valueOr(probe.successThreshold, 1);
  if (check.tag == CheckTag.Manual) {
    monitor.status = (check as CheckManual).value;
    monitor.reason = reportedReason(monitor.status);
  } else if (check.tag == CheckTag.Kick) {
    monitor.limitMs = (check as CheckKick).value;
  } else {
    const schedule = scheduleOf(check);
    monitor.intervalMs = intervalOf(schedule);
    monitor.timeoutMs = timeoutOf(schedule);
    if (check.tag == CheckTag.Http) monitor.expect = pairsOf((check as CheckHttp).value.expect);
  }
  return monitor;
}

/** What is wrong with a probe's roles, or null. */
export function rolesProblem(roles: i32, isShared: bool): string | null {
  if (roles == 0) return "a probe has at least one role";
  if (isShared && (roles & Roles.Live) != 0) {
    return "a shared probe may not be live: it would restart every replica at once";
  }
  return null;
}

/** What is wrong with a result's data, or null. */
export function dataProblem(data: Data): string | null {
  if (data.length > MOST_PAIRS) return `${data.length} pairs are more than ${MOST_PAIRS}`;
  for (let i = 0; i < data.length; i++) {
    const key = textProblem("a key", data[i].item0, MOST_KEY_CHARACTERS);
    if (key != null) return key;
    const value = data[i].item1;
    // A value may be empty.
    if (value.length == 0) continue;
    const problem = textProblem("a value", value, MOST_VALUE_CHARACTERS);
    if (problem != null) return problem;
  }
  return null;
}

/** Adds what is wrong with a hook. */
export function checkHook(hook: Hook, problems: Problems): void {
  problems.add("name", nameProblem(hook.name));
  problems.add("timeout", zeroProblem("a timeout", hook.timeout));
  if (hook.kind.tag != HookKindTag.Http) return;
  const call = (hook.kind as HookKindHttp).value;
  problems.add("kind.url", urlProblem(call.url));
  problems.add("kind.method", methodProblem(call.method));
  addAll(problems, "kind.headers", headerProblems(call.headers));
  problems.add("kind.attempts", zeroProblem("a number of attempts", call.attempts));
}

/** The hook as it is kept; it has passed `checkHook`. */
export function toHookEntry(id: u32, hook: Hook): HookEntry {
  const timeoutMs = valueOr(hook.timeout, DEFAULT_HOOK_TIMEOUT_MS);
  if (hook.kind.tag != HookKindTag.Http) return new HookEntry(id, hook.name, timeoutMs, 1, 0);
  const call = (hook.kind as HookKindHttp).value;
  const attempts = valueOr(call.attempts, DEFAULT_ATTEMPTS);
  return new HookEntry(id, hook.name, timeoutMs, attempts, valueOr(call.pause, DEFAULT_PAUSE_MS));
}

function checkCheck(check: Check, problems: Problems): void {
  switch (check.tag) {
    case CheckTag.Manual:
      return;
    case CheckTag.Kick: {
      const limit = (check as CheckKick).value;
      if (limit < LEAST_KICK_LIMIT_MS) {
        problems.add("check", `a limit is at least ${LEAST_KICK_LIMIT_MS} ms, not ${limit}`);
      }
      return;
    }
    case CheckTag.Callback:
      checkSchedule("check", (check as CheckCallback).value, problems);
      return;
    case CheckTag.Http: {
      const http = (check as CheckHttp).value;
      problems.add("check.url", urlProblem(http.url));
      addAll(problems, "check.headers", headerProblems(http.headers));
      addAll(problems, "check.expect", rangeProblems(http.expect, MOST_RANGES));
      break;
    }
    default: {
      const tcp = (check as CheckTcp).value;
      problems.add("check.host", hostProblem("a host", tcp.host));
      if (tcp.port == 0) problems.add("check.port", "a port is from 1 to 65535, not 0");
    }
  }
  checkSchedule("check.schedule", scheduleOf(check), problems);
}

function checkSchedule(path: string, schedule: Schedule, problems: Problems): void {
  const interval = zeroProblem("an interval", schedule.interval);
  const timeout = zeroProblem("a timeout", schedule.timeout);
  problems.add(path + ".interval", interval);
  problems.add(path + ".timeout", timeout);
  if (interval != null || timeout != null) return;
  const intervalMs = intervalOf(schedule);
  const timeoutMs = timeoutOf(schedule);
  if (timeoutMs > intervalMs) {
    const message = `a timeout of ${timeoutMs} ms is longer than the interval, ${intervalMs} ms`;
    problems.add(path + ".timeout", message);
  }
}

function scheduleOf(check: Check): Schedule {
  if (check.tag == CheckTag.Http) return (check as CheckHttp).value.schedule;
  if (check.tag == CheckTag.Tcp) return (check as CheckTcp).value.schedule;
  return (check as CheckCallback).value;
}

function intervalOf(schedule: Schedule): u32 {
  return valueOr(schedule.interval, DEFAULT_INTERVAL_MS);
}

function timeoutOf(schedule: Schedule): u32 {
  // An interval of 1 ms has half a millisecond; a timeout is never 0.
  const half = max<u32>(intervalOf(schedule) / 2, 1);
  return valueOr(schedule.timeout, min<u32>(MOST_DEFAULT_TIMEOUT_MS, half));
}

function thresholdProblem(threshold: Some<u32> | null, isRun: bool): string | null {
  if (threshold == null) return null;
  if (!isRun) return "a threshold is for checks that run";
  return threshold.value == 0 ? "a threshold is at least 1, not 0" : null;
}

function zeroProblem(subject: string, value: Some<u32> | null): string | null {
  return value != null && value.value == 0 ? `${subject} is at least 1, not 0` : null;
}

function addAll(problems: Problems, field: string, messages: Array<string>): void {
  for (let i = 0; i < messages.length; i++) problems.add(field, messages[i]);
}

function valueOr(value: Some<u32> | null, otherwise: u32): u32 {
  return value != null ? value.value : otherwise;
}

function pairsOf(ranges: Array<Tuple2<u16, u16>>): StaticArray<u16> {
  const pairs = new StaticArray<u16>(ranges.length * 2);
  for (let i = 0; i < ranges.length; i++) {
    pairs[i * 2] = ranges[i].item0;
    pairs[i * 2 + 1] = ranges[i].item1;
  }
  return pairs;
}

function reportedReason(status: Status): string {
  switch (status) {
    case Status.Up:
      return "";
    case Status.Degraded:
      return "reported degraded";
    case Status.Down:
      return "reported down";
    default:
      return NO_RESULT;
  }
}
