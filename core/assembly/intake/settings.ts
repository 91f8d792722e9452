/**
 * The settings in effect: what the application chose, then the environment, then
 * the defaults. Every default stands here.
 */

import { Configured, Detail, Settings, SignalPolicy, Some } from "../generated/types";
import { Problems } from "./problems";
import {
  detailProblem,
  hostProblem,
  Listen,
  listenProblem,
  millisecondsProblem,
  parseDetail,
  parseListen,
  parseMilliseconds,
  textProblem,
  tokenProblem,
} from "./validation";

const DEFAULT_PORT: u16 = 8079;
const DEFAULT_GRACE_MS: u32 = 25_000;
// Endpoints and proxies take some seconds to see that a pod is not ready.
const DEFAULT_KUBERNETES_DRAIN_MS: u32 = 5_000;
// A pod's default terminationGracePeriodSeconds.
const POD_GRACE_MS: u32 = 30_000;
const DEFAULT_VERSION = "unknown";
const MOST_TEXT_CHARACTERS: i32 = 200;

const LISTEN = "HAMS_LISTEN";
const DRAIN = "HAMS_DRAIN_MS";
const GRACE = "HAMS_GRACE_MS";
const DETAIL = "HAMS_DETAIL";
const TOKEN = "HAMS_SHUTDOWN_TOKEN";
const KUBERNETES = "KUBERNETES_SERVICE_HOST";

/** The settings that a machine works by. */
export class Effective {
  name: string = "";
  version: string = DEFAULT_VERSION;
  binding: string = "";
  /** Empty: all interfaces. */
  address: string = "";
  port: u16 = DEFAULT_PORT;
  detail: Detail = Detail.Names;
  /** 0: without limit. */
  startupTimeoutMs: u32 = 0;
  drainMs: u32 = 0;
  graceMs: u32 = DEFAULT_GRACE_MS;
  /** In the order of the WIT's signals. */
  policies: StaticArray<i32> = [
    SignalPolicy.Drain,
    SignalPolicy.Drain,
    SignalPolicy.Drain,
    SignalPolicy.Ignore,
  ];
  /** Empty: the shutdown API is off. */
  token: string = "";
  allowsGet: bool = false;
  allowsRemote: bool = false;
  gathersMetrics: bool = false;
}

/** Works out the settings in effect and adds what is wrong to `problems`, what is odd to `warnings`. */
export function settle(settings: Settings, problems: Problems, warnings: Problems): Effective {
  const effective = new Effective();
  const environment = new Environment(settings);
  settleTexts(settings, effective, problems);
  settleListen(settings, environment, effective, problems);
  settleDetail(settings, environment, effective, problems);
  settleTimes(settings, environment, effective, problems, warnings);
  settlePolicies(settings, effective);
  settleApi(settings, environment, effective, problems, warnings);
  effective.gathersMetrics = settings.gathersMetrics;
  return effective;
}

/** The settings in effect, as the host gets them. */
export function toConfigured(effective: Effective, warnings: Problems): Configured {
  let startup: Some<u32> | null = null;
  if (effective.startupTimeoutMs > 0) startup = new Some<u32>(effective.startupTimeoutMs);
  return new Configured(
    effective.address,
    effective.port,
    effective.detail,
    startup,
    effective.drainMs,
    effective.graceMs,
    effective.policies[0],
    effective.policies[1],
    effective.policies[2],
    effective.policies[3],
    effective.token.length > 0,
    warnings.list,
  );
}

/** Warns where the shutdown cannot be through in time. */
export function warnOfHooks(effective: Effective, timeoutsMs: u64, warnings: Problems): void {
  const sum = <u64>effective.drainMs + timeoutsMs;
  if (sum <= effective.graceMs) return;
  const message =
    `drain, ${effective.drainMs} ms, and the hooks' timeouts, ${timeoutsMs} ms, ` +
    `are longer than grace, ${effective.graceMs} ms`;
  warnings.add("grace", message);
}

/** The variables of the environment that HaMS knows; null where one is not set. */
class Environment {
  listen: string | null = null;
  drain: string | null = null;
  grace: string | null = null;
  detail: string | null = null;
  token: string | null = null;
  isKubernetes: bool = false;

  constructor(settings: Settings) {
    const pairs = settings.environment;
    for (let i = 0; i < pairs.length; i++) {
      const name = pairs[i].item0;
      const value = pairs[i].item1;
      if (name == LISTEN) this.listen = value;
      else if (name == DRAIN) this.drain = value;
      else if (name == GRACE) this.grace = value;
      else if (name == DETAIL) this.detail = value;
      else if (name == TOKEN) this.token = value;
      else if (name == KUBERNETES) this.isKubernetes = true;
    }
  }
}

function settleTexts(settings: Settings, effective: Effective, problems: Problems): void {
  problems.add("name", textProblem("a service's name", settings.name, MOST_TEXT_CHARACTERS));
  effective.name = settings.name;
  const version = settings.version;
  if (version != null) {
    problems.add("version", textProblem("a version", version, MOST_TEXT_CHARACTERS));
    effective.version = version;
  }
  problems.add("binding", textProblem("a binding", settings.binding, MOST_TEXT_CHARACTERS));
  effective.binding = settings.binding;
}

function settleListen(
  settings: Settings,
  environment: Environment,
  effective: Effective,
  problems: Problems,
): void {
  let listen: Listen | null = null;
  const value = environment.listen;
  if (value != null) {
    listen = parseListen(value);
    if (listen == null) problems.add(LISTEN, listenProblem(value));
  }
  const address = settings.address;
  if (address != null) {
    problems.add("address", hostProblem("an address", address));
    effective.address = address;
  } else if (listen != null) {
    effective.address = listen.address;
  }
  const port = settings.port;
  if (port != null) effective.port = port.value;
  else if (listen != null) effective.port = listen.port;
}

function settleDetail(
  settings: Settings,
  environment: Environment,
  effective: Effective,
  problems: Problems,
): void {
  const value = environment.detail;
  if (value != null) {
    const detail = parseDetail(value);
    if (detail < 0) problems.add(DETAIL, detailProblem(value));
    else effective.detail = detail;
  }
  const chosen = settings.detail;
  if (chosen != null) effective.detail = chosen.value;
}

function settleTimes(
  settings: Settings,
  environment: Environment,
  effective: Effective,
  problems: Problems,
  warnings: Problems,
): void {
  const startup = settings.startupTimeout;
  if (startup != null) {
    if (startup.value == 0) problems.add("startup-timeout", "a timeout is at least 1, not 0");
    effective.startupTimeoutMs = startup.value;
  }
  const grace = chosenMs(settings.grace, GRACE, environment.grace, problems);
  if (grace >= 0) effective.graceMs = <u32>grace;
  const drain = chosenMs(settings.drain, DRAIN, environment.drain, problems);
  if (drain >= 0) {
    effective.drainMs = <u32>drain;
    if (effective.drainMs > effective.graceMs) {
      const message = `a drain of ${drain} ms is longer than grace, ${effective.graceMs} ms`;
      problems.add(settings.drain != null ? "drain" : DRAIN, message);
    }
  } else if (environment.isKubernetes) {
    // A default never contradicts what was chosen.
    effective.drainMs = min(DEFAULT_KUBERNETES_DRAIN_MS, effective.graceMs);
  }
  if (effective.graceMs > POD_GRACE_MS) {
    const message =
      `a grace of ${effective.graceMs} ms is longer than a pod's default, ${POD_GRACE_MS} ms: ` +
      "raise terminationGracePeriodSeconds above it";
    warnings.add("grace", message);
  }
}

function settlePolicies(settings: Settings, effective: Effective): void {
  setPolicy(effective, 0, settings.terminate);
  setPolicy(effective, 1, settings.interrupt);
  setPolicy(effective, 2, settings.quit);
  setPolicy(effective, 3, settings.hangup);
}

function settleApi(
  settings: Settings,
  environment: Environment,
  effective: Effective,
  problems: Problems,
  warnings: Problems,
): void {
  const api = settings.shutdownApi;
  const token = environment.token;
  if (token != null) {
    problems.add(TOKEN, tokenProblem(token));
    effective.token = token;
  }
  if (api == null) return;
  problems.add("shutdown-api.token", tokenProblem(api.token));
  effective.token = api.token;
  effective.allowsGet = api.allowGet;
  effective.allowsRemote = api.allowRemote;
  if (api.allowGet && !api.allowRemote) {
    const message =
      "GET is allowed to callers on this host alone: a preStop hook comes from the kubelet";
    warnings.add("shutdown-api.allow-get", message);
  }
}

/** What the application chose, then the environment's value; -1 if there is neither, or it does not fit. */
function chosenMs(
  chosen: Some<u32> | null,
  variable: string,
  value: string | null,
  problems: Problems,
): i64 {
  let parsed: i64 = -1;
  if (value != null) {
    parsed = parseMilliseconds(value);
    if (parsed < 0) problems.add(variable, millisecondsProblem(value));
  }
  return chosen != null ? <i64>chosen.value : parsed;
}

function setPolicy(effective: Effective, signal: i32, policy: Some<SignalPolicy> | null): void {
  if (policy != null) effective.policies[signal] = policy.value;
}
