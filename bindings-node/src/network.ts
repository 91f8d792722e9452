/** From the runtime's many error codes to the few kinds that are the same in every language. */
import type { Network } from "../generated/hams.js";

// By the first rule that fits; what fits none did connect and did not speak HTTP.
const KINDS: readonly (readonly [RegExp, Network])[] = [
  [/^ECONNREFUSED$/, "refused"],
  // EACCES and EPERM come from a firewall on this machine.
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM)$/, "unreachable"],
  [/^(ENOTFOUND|EAI_.*|ENODATA|ESERVFAIL)$/, "no-such-host"],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/, "reset"],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "timed-out"],
  // OpenSSL's names for what is wrong with a certificate have no prefix of their own.
  [/^(EPROTO|ERR_TLS_.*|ERR_SSL_.*|.*(CERT|SIGNATURE|ISSUER|CRL).*|HOSTNAME_MISMATCH)$/, "tls"],
];

/** What kind of failure an error of `net`, `tls` or undici is. */
export function networkOf(error: unknown): Network {
  const code = codeOf(error);
  return KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? "protocol";
}

/** The runtime's own words, for the log. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  // An AggregateError of several addresses has no message of its own.
  const message = error.message || firstOf(error)?.message || error.name;
  return code === "" || message.includes(code) ? message : `${code}: ${message}`;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "string") return code;
  const inner = firstOf(error);
  return inner === undefined ? "" : codeOf(inner);
}

function firstOf(error: unknown): Error | undefined {
  if (error instanceof AggregateError) return error.errors[0] as Error | undefined;
  if (error instanceof Error && error.cause instanceof Error) return error.cause;
  return undefined;
}
