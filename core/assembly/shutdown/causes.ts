/** What a cause is called, in logs and in the report. */

import {
  Cause,
  CauseRequested,
  CauseSignal,
  CauseStartupFailed,
  CauseTag,
} from "../generated/types";
import { signalName } from "./signals";

/** The cause in one line. */
export function causeText(cause: Cause): string {
  switch (cause.tag) {
    case CauseTag.Signal:
      return `signal ${signalName((cause as CauseSignal).value)}`;
    case CauseTag.Requested:
      return `requested: ${(cause as CauseRequested).value}`;
    case CauseTag.Api:
      return "shutdown API";
    case CauseTag.Stop:
      return "stop";
    default:
      return (cause as CauseStartupFailed).value;
  }
}
