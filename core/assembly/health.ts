/**
 * The WIT's interface `health`: checks what the host passes, and hands it to the
 * machine. A refused call leaves everything as it was.
 */

import {
  CheckTag,
  Configured,
  Err,
  Event,
  HealthError,
  HealthErrorAlreadyRunning,
  HealthErrorDuplicateName,
  HealthErrorNotRunning,
  HealthErrorShuttingDown,
  HealthErrorUnknownHook,
  HealthErrorUnknownProbe,
  HealthErrorWrongKind,
  Hook,
  NOTHING,
  Nothing,
  Observation,
  Ok,
  Outcome,
  Probe,
  Problem,
  Reply,
  Request,
  Result,
  Roles,
  Settings,
  Snapshot,
  Tuple2,
  VerdictTag,
} from "./generated/types";
import { Endpoints, standardHeaders as headersOfAll } from "./http/endpoints";
import { invalid, Problems } from "./intake/problems";
import {
  checkHook,
  checkProbe,
  dataProblem,
  rolesProblem,
  toHookEntry,
  toMonitor,
} from "./intake/registration";
import { settle, toConfigured, warnOfHooks } from "./intake/settings";
import { Machine } from "./machine/machine";
import { snapshot } from "./machine/snapshot";
import { judge } from "./probes/judge";

const MOST_PROBES: i32 = 10_000;
const MOST_HOOKS: i32 = 1_000;

// An instance of the component is one service: all that it keeps hangs on these two.
const machine = new Machine();
const endpoints = new Endpoints(machine);

/** Settles the settings, once. */
export function configure(settings: Settings): Result<Configured, HealthError> {
  if (machine.isConfigured)
    return new Err<Configured, HealthError>(new HealthErrorAlreadyRunning());
  const problems = new Problems();
  const warnings = new Problems();
  const effective = settle(settings, problems, warnings);
  if (!problems.isEmpty) return new Err<Configured, HealthError>(problems.toError());
  machine.settings = effective;
  machine.isConfigured = true;
  return new Ok<Configured, HealthError>(toConfigured(effective, warnings));
}

/** Registers a probe. */
export function addProbe(now: u64, probe: Probe): Result<u32, HealthError> {
  if (!machine.isConfigured) return failed<u32>(unconfigured());
  const at = machine.at(now);
  if (machine.isClosing) return failed<u32>(new HealthErrorShuttingDown());
  const problems = new Problems();
  checkProbe(probe, problems);
  if (machine.monitors.all.length >= MOST_PROBES) {
    problems.add("probe", `${MOST_PROBES} probes are the limit`);
  }
  if (!problems.isEmpty) return failed<u32>(problems.toError());
  if (machine.monitors.named(probe.name) != null) {
    return failed<u32>(new HealthErrorDuplicateName(probe.name));
  }
  if (machine.hasStarted && (probe.roles & Roles.Startup) != 0) {
    return failed<u32>(new HealthErrorAlreadyRunning());
  }
  const monitor = toMonitor(machine.monitors.nextId(), probe);
  machine.monitors.add(at, monitor);
  machine.settle(at);
  return new Ok<u32, HealthError>(monitor.id);
}

/** Takes a probe out. */
export function removeProbe(now: u64, id: u32): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  const at = machine.at(now);
  if (machine.isClosing) return failed<Nothing>(new HealthErrorShuttingDown());
  const monitor = machine.monitors.find(id);
  if (monitor == null) return failed<Nothing>(new HealthErrorUnknownProbe(id));
  machine.monitors.remove(monitor);
  return settled(at);
}

/** Gives a probe other roles. */
export function setRoles(now: u64, id: u32, roles: Roles): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  const at = machine.at(now);
  if (machine.isClosing) return failed<Nothing>(new HealthErrorShuttingDown());
  const monitor = machine.monitors.find(id);
  if (monitor == null) return failed<Nothing>(new HealthErrorUnknownProbe(id));
  const problem = rolesProblem(roles, monitor.shared);
  if (problem != null) return failed<Nothing>(invalid("roles", problem));
  if (machine.hasStarted && ((monitor.roles ^ roles) & Roles.Startup) != 0) {
    return failed<Nothing>(new HealthErrorAlreadyRunning());
  }
  machine.monitors.setRoles(at, monitor, roles);
  return settled(at);
}

/** Registers a hook. */
export function addHook(hook: Hook): Result<u32, HealthError> {
  if (!machine.isConfigured) return failed<u32>(unconfigured());
  if (machine.isClosing) return failed<u32>(new HealthErrorShuttingDown());
  const problems = new Problems();
  checkHook(hook, problems);
  if (machine.hooks.all.length >= MOST_HOOKS) {
    problems.add("hook", `${MOST_HOOKS} hooks are the limit`);
  }
  if (!problems.isEmpty) return failed<u32>(problems.toError());
  if (machine.hooks.hasName(hook.name)) {
    return failed<u32>(new HealthErrorDuplicateName(hook.name));
  }
  const entry = toHookEntry(machine.hooks.nextId(), hook);
  machine.hooks.add(entry);
  return new Ok<u32, HealthError>(entry.id);
}

/** Takes a hook out. */
export function removeHook(id: u32): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  if (machine.isClosing) return failed<Nothing>(new HealthErrorShuttingDown());
  if (!machine.hooks.remove(id)) return failed<Nothing>(new HealthErrorUnknownHook(id));
  return new Ok<Nothing, HealthError>(NOTHING);
}

/** Takes what a manual probe now is. */
export function report(now: u64, id: u32, observation: Observation): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  const at = machine.at(now);
  const monitor = machine.monitors.find(id);
  if (monitor == null) return failed<Nothing>(new HealthErrorUnknownProbe(id));
  if (monitor.kind != CheckTag.Manual) {
    return failed<Nothing>(new HealthErrorWrongKind(monitor.name));
  }
  const problems = new Problems();
  const tag = observation.verdict.tag;
  if (tag == VerdictTag.Answered || tag == VerdictTag.Unreached) {
    problems.add("observation.verdict", "a manual probe is reported as passed, warned or failed");
  }
  problems.add("observation.data", dataProblem(observation.data));
  if (!problems.isEmpty) return failed<Nothing>(problems.toError());
  machine.monitors.reported(at, monitor, judge(observation.verdict, []), observation.data);
  return settled(at);
}

/** Starts the service. */
export function start(now: u64): Result<Array<Problem>, HealthError> {
  if (!machine.isConfigured) return failed<Array<Problem>>(unconfigured());
  const at = machine.at(now);
  if (machine.isClosing) return failed<Array<Problem>>(new HealthErrorShuttingDown());
  if (machine.isUnderWay) return failed<Array<Problem>>(new HealthErrorAlreadyRunning());
  const warnings = new Problems();
  warnOfHooks(machine.settings, machine.hooks.timeoutsMs, warnings);
  machine.start(at);
  return new Ok<Array<Problem>, HealthError>(warnings.list);
}

/** Begins the shutdown. */
export function shutdown(now: u64, reason: string): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  const at = machine.at(now);
  if (!machine.isUnderWay) return failed<Nothing>(new HealthErrorNotRunning());
  machine.shutdown(at, reason);
  return new Ok<Nothing, HealthError>(NOTHING);
}

/** Ends the service. */
export function stop(now: u64): Result<Nothing, HealthError> {
  if (!machine.isConfigured) return failed<Nothing>(unconfigured());
  const at = machine.at(now);
  if (!machine.isUnderWay) return failed<Nothing>(new HealthErrorNotRunning());
  machine.stop(at);
  return new Ok<Nothing, HealthError>(NOTHING);
}

/** Takes events and the passing of time. */
export function step(now: u64, events: Array<Event>): Outcome {
  const at = machine.at(now);
  machine.advance(at, events);
  endpoints.answerOwed(at);
  return machine.outcome(max(now, at));
}

/** Answers a request. */
export function respond(now: u64, request: Request): Reply {
  return endpoints.respond(machine.at(now), request);
}

/** Everything as it stands. */
export function observe(now: u64): Snapshot {
  return snapshot(machine, machine.at(now));
}

/** Headers of every response. */
export function standardHeaders(): Array<Tuple2<string, string>> {
  return headersOfAll();
}

function failed<T>(error: HealthError): Result<T, HealthError> {
  return new Err<T, HealthError>(error);
}

function settled(now: u64): Result<Nothing, HealthError> {
  machine.settle(now);
  return new Ok<Nothing, HealthError>(NOTHING);
}

/** The error of every call that comes before `configure`. */
function unconfigured(): HealthError {
  return invalid("settings", "configure comes before anything else");
}
