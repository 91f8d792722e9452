/**
 * Everything HaMS throws.
 *
 * HealthError            catch this one to catch all; `code` says which
 * ├── InvalidError       refused before anything ran; `problems` names every field and why
 * ├── StateError         already running, not running, shutting down: nothing has changed
 * ├── DuplicateNameError a probe or hook of this name exists; remove it first or choose another
 * ├── RemovedError       this probe or hook has been removed
 * ├── ListenError        the address cannot be listened on; nothing has started
 * └── CoreError          HaMS itself failed; the log says how
 *
 * A value of the wrong JavaScript type is a TypeError, a text over 1 MiB a RangeError.
 */
import {
  ComponentError,
  type Problem,
  type HealthError as Refusal,
  TooLargeError,
  TrapError,
} from "../generated/hams.js";

/** The codes of the contract, and those of the host. */
export type HealthErrorCode = Refusal["tag"] | "address-in-use" | "cannot-listen" | "core-failed";

/** What every error of HaMS is. */
export class HealthError extends Error {
  /** Which error it is; the same word in every language. */
  readonly code: HealthErrorCode;

  constructor(code: HealthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What was passed does not fit. Nothing has changed; mend every field in `problems`. */
export class InvalidError extends HealthError {
  /** All that is wrong at once; fields as the contract names them, in camel case. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("invalid", problems.map(({ field, message }) => `${field}: ${message}`).join("; "));
    this.problems = problems;
  }
}

/** The service's phase does not allow the call. Nothing has changed. */
export class StateError extends HealthError {
  declare readonly code: "already-running" | "not-running" | "shutting-down";
}

/** A probe (or hook) of this name exists. Remove it first or choose another name. */
export class DuplicateNameError extends HealthError {
  constructor(
    /** The name that is taken. */
    readonly duplicate: string,
  ) {
    super("duplicate-name", `the name ${JSON.stringify(duplicate)} is taken`);
  }
}

/** The probe or hook that the call is for has been removed. */
export class RemovedError extends HealthError {}

/** The server could not listen. Choose another port or address and start again. */
export class ListenError extends HealthError {
  declare readonly code: "address-in-use" | "cannot-listen";

  constructor(
    /** Empty: all interfaces. */
    readonly address: string,
    readonly port: number,
    /** The system's own code, such as `EADDRINUSE`. */
    readonly systemCode: string,
  ) {
    const where = `port ${port} of ${address === "" ? "all interfaces" : address}`;
    const inUse = systemCode === "EADDRINUSE";
    super(
      inUse ? "address-in-use" : "cannot-listen",
      inUse ? `${where} is in use` : `cannot listen on ${where}: ${systemCode}`,
    );
  }
}

/** HaMS itself failed. Results begin anew after the first time; a second time ends it. */
export class CoreError extends HealthError {
  constructor(message: string) {
    super("core-failed", message);
  }
}

/** An error as data, so that it can cross between threads. */
export type Failure =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | {
      readonly kind: "listen";
      readonly address: string;
      readonly port: number;
      readonly systemCode: string;
    }
  | { readonly kind: "type" | "range" | "core"; readonly message: string };

/** What an error of the engine is as data. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ComponentError) {
    return { kind: "refused", refusal: error.payload as Refusal };
  }
  if (error instanceof ListenError) {
    const { address, port, systemCode } = error;
    return { kind: "listen", address, port, systemCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TooLargeError) return { kind: "range", message };
  if (error instanceof TypeError && !(error instanceof TrapError)) return { kind: "type", message };
  return { kind: "core", message };
}

/** The error to throw to the application. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case "refused":
      return refusalOf(failure.refusal);
    case "listen":
      return new ListenError(failure.address, failure.port, failure.systemCode);
    case "type":
      return new TypeError(failure.message);
    case "range":
      return new RangeError(failure.message);
    case "core":
      return new CoreError(failure.message);
  }
}

function refusalOf(refusal: Refusal): HealthError {
  switch (refusal.tag) {
    case "already-running":
      return new StateError(refusal.tag, "possible only before the service runs");
    case "not-running":
      return new StateError(refusal.tag, "possible only between start and the end");
    case "shutting-down":
      return new StateError(refusal.tag, "refused while the service shuts down");
    case "duplicate-name":
      return new DuplicateNameError(refusal.val);
    case "unknown-probe":
      return new RemovedError(refusal.tag, "this probe has been removed");
    case "unknown-hook":
      return new RemovedError(refusal.tag, "this hook has been removed");
    case "wrong-kind":
      return new HealthError(
        refusal.tag,
        `probe ${JSON.stringify(refusal.val)} is of another kind`,
      );
    case "invalid":
      return new InvalidError(
        refusal.val.map(({ field, message }) => ({ field: camelCase(field), message })),
      );
  }
}

/** `startup-timeout` is `startupTimeout` here; names of environment variables stay. */
function camelCase(field: string): string {
  return field.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
