/** Probes: what an application says of them, and the handles it gets. */
import type {
  Check,
  Observation,
  Probe as ProbeRecord,
  Roles,
  Schedule,
  Status,
} from "../generated/hams.js";

/** What a probe's result counts for. */
export type Role = "startup" | "live" | "ready";

/** What every kind of probe has. */
export interface ProbeOptions {
  /**
   * At least one. `startup`: must pass once before the service runs. `live`: the service is to be
   * restarted while it fails. `ready`: the service gets no traffic while it fails.
   */
  readonly roles: readonly Role[];
  /** Shown instead of the name in listings; any text, 1 to 200 characters. */
  readonly label?: string;
  /** `false`: a failure degrades its roles and keeps them up. Default `true`. */
  readonly critical?: boolean;
  /** Checks something that other replicas depend on too; may not be `live`. Default `false`. */
  readonly shared?: boolean;
}

/** What every probe has that runs a check. */
export interface CheckOptions extends ProbeOptions {
  /** From one run to the next, in ms; default 10 000. */
  readonly intervalMs?: number;
  /** How long one run may take, in ms; default the smaller of 2 000 and half the interval. */
  readonly timeoutMs?: number;
  /** Failures in a row to go down; default 1. */
  readonly failureThreshold?: number;
  /** Passes in a row to come back; default 1. */
  readonly successThreshold?: number;
}

/** What a callback probe's function is given. */
export interface CheckContext {
  /** Aborted when the result is no longer wanted: after the timeout, or at the end. */
  readonly signal: AbortSignal;
  /** How long this run may take. */
  readonly timeoutMs: number;
}

/** A result with more to it than yes or no. */
export interface CheckReport {
  readonly status: "pass" | "warn" | "fail";
  /** Why; in listings only where `detail` is `reasons`. */
  readonly message?: string;
  /** Shown beside the result: at most 16 pairs of at most 100 and 500 characters. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** Nothing or `true` passes, `false` fails, as does whatever is thrown. */
// biome-ignore lint/suspicious/noConfusingVoidType: a check that returns nothing is the common one
export type CheckResult = void | boolean | CheckReport;

/** Called at every interval; one run at a time. */
export type CheckCallback = (context: CheckContext) => CheckResult | Promise<CheckResult>;

/** A check by an HTTP request; certificates are verified. */
export interface HttpProbeOptions extends CheckOptions {
  /** http or https, without a user name. */
  readonly url: string;
  /** HEAD instead of GET. */
  readonly head?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses or inclusive ranges that pass, redirects not followed; default 200 to 399, followed to the same origin. */
  readonly expect?: readonly (number | readonly [number, number])[];
}

/** A check that opens a TCP connection. */
export interface TcpProbeOptions extends CheckOptions {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

/** A heartbeat. */
export interface KickProbeOptions extends ProbeOptions {
  /** Down when not kicked for so long, in ms; at least 100. */
  readonly limitMs: number;
}

/** A probe that is as it was last reported. */
export interface ManualProbeOptions extends ProbeOptions {
  /** What it is until the first report; default `unknown`. */
  readonly initial?: Status;
}

/** What a handle needs of its health object. */
export interface ProbeOwner {
  remove(probe: number): void;
  setRoles(probe: number, roles: Roles): void;
  report(probe: number, observation: Observation): void;
}

/** A probe that is registered. */
export class Probe {
  readonly #owner: ProbeOwner;
  readonly #id: number;

  /** Made by `health.add…Probe()`. */
  constructor(
    owner: ProbeOwner,
    id: number,
    readonly name: string,
  ) {
    this.#owner = owner;
    this.#id = id;
  }

  /** Its name is free again. Throws {@link RemovedError}, or {@link StateError} from draining on. */
  remove(): void {
    this.#owner.remove(this.#id);
  }

  /** Throws {@link InvalidError}, {@link RemovedError}, {@link StateError}. */
  setRoles(roles: readonly Role[]): void {
    this.#owner.setRoles(this.#id, rolesOf(roles));
  }

  /** For the manual kind, which alone offers it. */
  protected tell(result: CheckResult): void {
    this.#owner.report(this.#id, observationOf(result));
  }
}

/** A heartbeat; see {@link KickProbe.kick}. */
export class KickProbe extends Probe {
  /**
   * Says: still going round. Reads the clock and stores it, nothing more; call it as often as you
   * like. Without effect once the probe is removed.
   */
  readonly kick: () => void;

  constructor(owner: ProbeOwner, id: number, name: string, kick: () => void) {
    super(owner, id, name);
    this.kick = kick;
  }
}

/** A probe that is as last reported. */
export class ManualProbe extends Probe {
  /** Up, or degraded or down with a message. Throws {@link InvalidError}, {@link RemovedError}. */
  report(result: boolean | CheckReport): void {
    this.tell(result);
  }
}

/** As the contract has it. */
export function probeRecord(
  name: string,
  options: ProbeOptions & Partial<CheckOptions>,
  check: Check,
): ProbeRecord {
  return {
    name,
    label: options.label,
    roles: rolesOf(options.roles),
    critical: options.critical ?? true,
    shared: options.shared ?? false,
    failureThreshold: options.failureThreshold,
    successThreshold: options.successThreshold,
    check,
  };
}

export function scheduleOf(options: CheckOptions): Schedule {
  return { interval: options.intervalMs, timeout: options.timeoutMs };
}

export function httpCheckOf(options: HttpProbeOptions): Check {
  return {
    tag: "http",
    val: {
      url: options.url,
      head: options.head ?? false,
      headers: Object.entries(options.headers ?? {}),
      expect: (options.expect ?? []).map((range): [number, number] =>
        typeof range === "number" ? [range, range] : [range[0], range[1]],
      ),
      schedule: scheduleOf(options),
    },
  };
}

export function tcpCheckOf(options: TcpProbeOptions): Check {
  const { host, port } = options;
  return { tag: "tcp", val: { host, port, schedule: scheduleOf(options) } };
}

const ROLES: readonly string[] = ["startup", "live", "ready"] satisfies Role[];

function rolesOf(roles: readonly Role[]): Roles {
  const unknown = roles.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) {
    throw new TypeError(`roles: ${JSON.stringify(unknown)} is none of ${ROLES.join(", ")}`);
  }
  return {
    startup: roles.includes("startup"),
    live: roles.includes("live"),
    ready: roles.includes("ready"),
  };
}

/** A result of the application as the contract has it. */
export function observationOf(result: unknown): Observation {
  if (result === undefined || result === null || result === true) {
    return { verdict: { tag: "passed" }, data: [] };
  }
  if (result === false) return { verdict: { tag: "failed", val: "" }, data: [] };
  const { status, message = "", data = {} } = result as CheckReport;
  const pairs = Object.entries(data ?? {}).map(([key, value]): [string, string] => [
    bounded(key),
    bounded(String(value)),
  ]);
  const text = bounded(String(message));
  switch (status) {
    case "pass":
      return { verdict: { tag: "passed" }, data: pairs };
    case "warn":
      return { verdict: { tag: "warned", val: text }, data: pairs };
    case "fail":
      return { verdict: { tag: "failed", val: text }, data: pairs };
    default:
      // Rows of a query or a Response of 503: whether that is good, only the application knows.
      return failedBecause(
        "the check returned neither nothing nor a boolean nor { status: pass, warn or fail }",
      );
  }
}

/** What was thrown, as a failed check. */
export function failedBecause(error: unknown): Observation {
  return { verdict: { tag: "failed", val: messageOf(error) }, data: [] };
}

/** Of whatever was thrown; Node's network errors may have a code and no message. */
export function messageOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return bounded(String(error));
    const { code } = error as NodeJS.ErrnoException;
    return bounded(error.message || String(code ?? error.name));
  } catch {
    return "something was thrown that has no text";
  }
}

/** Far above every limit of the core, which judges and cuts; far below what may cross. */
function bounded(text: string): string {
  return text.length > 4_096 ? text.slice(0, 4_096) : text;
}
