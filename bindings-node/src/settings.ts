/** What an application chooses, and how the contract has it. */
import type { Configured, Detail, Exposition, Settings, SignalPolicy } from "../generated/hams.js";
import type { Logger } from "./log.js";

/** The signals HaMS knows, by Node's names. */
export interface SignalPolicies {
  /** Default `drain`. */
  readonly SIGTERM?: SignalPolicy;
  /** Default `drain`. */
  readonly SIGINT?: SignalPolicy;
  /** Default `drain`. */
  readonly SIGQUIT?: SignalPolicy;
  /** Default `ignore`. */
  readonly SIGHUP?: SignalPolicy;
}

/** Switches `/hams/shutdown` on. */
export interface ShutdownApi {
  /** The bearer token a caller must show; at least 16 characters. */
  readonly token: string;
  /** GET is accepted besides POST. */
  readonly allowGet?: boolean;
  /** Callers from other hosts are accepted. */
  readonly allowRemote?: boolean;
}

/** The application's own metrics: a text of the form that was wanted, or of the form it names. */
export type MetricsCallback = (wanted: Exposition) => MetricsText | Promise<MetricsText>;

export type MetricsText = string | { readonly form: Exposition; readonly text: string };

/** Health in a thread of its own, and the application's event loop watched by a heartbeat. */
export interface WorkerOptions {
  /** The name of the heartbeat's probe; default `event-loop`. */
  readonly probe?: string;
  /** How long the loop may be blocked before `/livez` fails, in ms; default 5 000, at least 100. */
  readonly limitMs?: number;
}

/** All but `name` may be left out. What is left out comes from `HAMS_*` variables, then defaults. */
export interface HealthOptions {
  /** The service's name, 1 to 200 characters. */
  readonly name: string;
  /** The service's version; default `unknown`. */
  readonly version?: string;
  /** The address to listen on; default all interfaces, IPv6 and IPv4. */
  readonly address?: string;
  /** The port to listen on, 0 for any free one; default 8079. */
  readonly port?: number;
  /** `false`: no server; mount `health.handler` in one of yours. Default `true`. */
  readonly listen?: boolean;
  /** What responses tell: no names, names (the default), or reasons too. */
  readonly detail?: Detail;
  /** How long the startup probes may take, in ms; default without limit. */
  readonly startupTimeoutMs?: number;
  /** How long readiness fails while requests are still served, in ms; default 5 000 in Kubernetes, 0 elsewhere. */
  readonly drainMs?: number;
  /** The whole shutdown, from its cause to its last hook, in ms; default 25 000. */
  readonly graceMs?: number;
  /** What each signal does. */
  readonly signals?: SignalPolicies;
  /** Absent: off, unless the environment has a token. */
  readonly shutdownApi?: ShutdownApi;
  /** Called for each scrape; has a second. */
  readonly metrics?: MetricsCallback;
  /** A logger of pino's shape, the console (the default), or `false` for none. */
  readonly logger?: Logger | Console | false;
  /** Serves health from a worker thread, so that a blocked event loop still has an answer. */
  readonly worker?: boolean | WorkerOptions;
}

/** The settings in effect, from the application, the environment and the defaults. */
export interface EffectiveSettings {
  /** Empty: all interfaces. */
  readonly address: string;
  /** 0: any free port; `health.address` has the one in use. */
  readonly port: number;
  readonly detail: Detail;
  /** `undefined`: without limit. */
  readonly startupTimeoutMs: number | undefined;
  readonly drainMs: number;
  readonly graceMs: number;
  readonly signals: Required<SignalPolicies>;
  /** Whether `/hams/shutdown` is switched on. */
  readonly shutdownApi: boolean;
}

/** As the core is configured. */
export function settingsOf(options: HealthOptions, environment = process.env): Settings {
  const { signals = {}, shutdownApi } = options;
  return {
    name: options.name,
    version: options.version,
    binding: "node",
    address: options.address,
    port: options.port,
    detail: options.detail,
    startupTimeout: options.startupTimeoutMs,
    drain: options.drainMs,
    grace: options.graceMs,
    terminate: signals.SIGTERM,
    interrupt: signals.SIGINT,
    quit: signals.SIGQUIT,
    hangup: signals.SIGHUP,
    shutdownApi: shutdownApi && {
      token: shutdownApi.token,
      allowGet: shutdownApi.allowGet ?? false,
      allowRemote: shutdownApi.allowRemote ?? false,
    },
    gathersMetrics: options.metrics !== undefined,
    environment: Object.entries(environment).flatMap(([name, value]): [string, string][] =>
      value !== undefined && (name.startsWith("HAMS_") || name === "KUBERNETES_SERVICE_HOST")
        ? [[name, value]]
        : [],
    ),
  };
}

/** As the core took them. */
export function effectiveOf(configured: Configured): EffectiveSettings {
  const { terminate, interrupt, quit, hangup } = configured;
  return {
    address: configured.address,
    port: configured.port,
    detail: configured.detail,
    startupTimeoutMs: configured.startupTimeout,
    drainMs: configured.drain,
    graceMs: configured.grace,
    signals: { SIGTERM: terminate, SIGINT: interrupt, SIGQUIT: quit, SIGHUP: hangup },
    shutdownApi: configured.shutdownApi,
  };
}
