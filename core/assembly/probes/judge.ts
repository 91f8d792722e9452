/** What a run's verdict comes to, and in which words: the same for checks and hooks. */

import {
  Network,
  Verdict,
  VerdictAnswered,
  VerdictFailed,
  VerdictTag,
  VerdictUnreached,
  VerdictWarned,
} from "../generated/types";
import { cut } from "../text/characters";

/** Reasons and messages are cut here. */
export const MOST_REASON_CHARACTERS: i32 = 200;

const FIRST_GOOD: u16 = 200;
const LAST_GOOD: u16 = 399;

/** A verdict, judged. */
export class Judgement {
  constructor(
    readonly passed: bool,
    /** Empty if it passed without a warning. */
    readonly reason: string,
  ) {}

  get isWarning(): bool {
    return this.passed && this.reason.length > 0;
  }
}

const PASSED = new Judgement(true, "");

/** Judges a verdict; `expect` holds pairs of first and last status that pass, none: 200 to 399. */
export function judge(verdict: Verdict, expect: StaticArray<u16>): Judgement {
  switch (verdict.tag) {
    case VerdictTag.Passed:
      return PASSED;
    case VerdictTag.Warned:
      return new Judgement(true, reasonOf((verdict as VerdictWarned).value, "warned"));
    case VerdictTag.Failed:
      return new Judgement(false, reasonOf((verdict as VerdictFailed).value, "failed"));
    case VerdictTag.Answered: {
      const status = (verdict as VerdictAnswered).value;
      return isExpected(status, expect) ? PASSED : new Judgement(false, `HTTP ${status}`);
    }
    default:
      return new Judgement(false, networkReason((verdict as VerdictUnreached).value));
  }
}

/** The reason of a run that its timeout ended. */
export function timeoutReason(timeoutMs: u32): string {
  return `no answer in ${timeoutMs} ms`;
}

/** A message as it is kept. */
function reasonOf(message: string, otherwise: string): string {
  return message.length > 0 ? cut(message, MOST_REASON_CHARACTERS) : otherwise;
}

function isExpected(status: u16, expect: StaticArray<u16>): bool {
  if (expect.length == 0) return status >= FIRST_GOOD && status <= LAST_GOOD;
  for (let i = 0; i < expect.length; i += 2) {
    if (status >= expect[i] && status <= expect[i + 1]) return true;
  }
  return false;
}

function networkReason(network: Network): string {
  switch (network) {
    case Network.Refused:
      return "connection refused";
    case Network.Unreachable:
      return "host unreachable";
    case Network.NoSuchHost:
      return "no such host";
    case Network.Reset:
      return "connection reset";
    case Network.TimedOut:
      return "timed out";
    case Network.Tls:
      return "TLS failed";
    default:
      return "not HTTP";
  }
}
