/** Everything that is wrong with what the host passed, collected to be named at once. */

import { HealthError, HealthErrorInvalid, Problem } from "../generated/types";

/** Problems on their way into one `invalid`, or into warnings. */
export class Problems {
  readonly list: Array<Problem> = [];

  /** Adds one; without effect if `message` is null. */
  add(field: string, message: string | null): void {
    if (message != null) this.list.push(new Problem(field, message));
  }

  get isEmpty(): bool {
    return this.list.length == 0;
  }

  /** The error that names them all. */
  toError(): HealthError {
    return new HealthErrorInvalid(this.list);
  }
}

/** The error that names one problem. */
export function invalid(field: string, message: string): HealthError {
  return new HealthErrorInvalid([new Problem(field, message)]);
}
