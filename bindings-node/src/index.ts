/** HaMS: health and shutdown for one service. */
export type {
  Cause,
  Detail,
  Exposition,
  HookOutcome,
  Level,
  Network,
  Phase,
  Problem,
  Signal,
  SignalPolicy,
  Status,
} from "../generated/hams.js";
export { carry, type HeaderFields } from "./carry.js";
export {
  CoreError,
  DuplicateNameError,
  HealthError,
  type HealthErrorCode,
  InvalidError,
  ListenError,
  RemovedError,
  StateError,
} from "./errors.js";
export { Health, type PhaseCallback, type ShutdownCallback } from "./health.js";
export type { Hook, HookCallback, HookContext, HookOptions, HttpHookOptions } from "./hooks.js";
export type { Logger } from "./log.js";
export type {
  CheckCallback,
  CheckContext,
  CheckOptions,
  CheckReport,
  CheckResult,
  HttpProbeOptions,
  KickProbe,
  KickProbeOptions,
  ManualProbe,
  ManualProbeOptions,
  Probe,
  ProbeOptions,
  Role,
  TcpProbeOptions,
} from "./probes.js";
export type { HookReport, ProbeSnapshot, ShutdownReport, Snapshot } from "./reports.js";
export type { Address } from "./seam.js";
export type { RequestListener } from "./server.js";
export type {
  EffectiveSettings,
  HealthOptions,
  MetricsCallback,
  MetricsText,
  ShutdownApi,
  SignalPolicies,
  WorkerOptions,
} from "./settings.js";
export type { Work } from "./work.js";
