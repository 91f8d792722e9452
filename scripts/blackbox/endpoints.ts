/**
 * What each endpoint answers, as data: a service with its variables, and requests with the whole
 * answer. `{name}` and `{version}` in a body stand for those of the test app.
 */
import type { Variables } from "./app.ts";

export interface Service {
  readonly name: string;
  readonly variables: Variables;
  /** Sent before the first request. */
  readonly signal?: NodeJS.Signals;
  readonly asks: readonly Ask[];
}

export interface Ask {
  readonly request: string;
  readonly fields?: readonly string[];
  readonly status: number;
  /** Content-Type. */
  readonly type: string;
  /** The very body, or what it must match. */
  readonly body: string | RegExp;
  /** Further fields with their very values, or what they must match. */
  readonly with?: Readonly<Record<string, string | RegExp>>;
  /** The body differs from run to run (ages): it is not compared across languages. */
  readonly varies?: boolean;
}

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
const IETF = "application/health+json";
const METRICS = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const HTML = "text/html; charset=utf-8";

const text = (request: string, status: number, body: string): Ask => ({
  request: `GET ${request}`,
  status,
  type: TEXT,
  body,
});
const json = (request: string, status: number, body: string | RegExp): Ask => ({
  request: `GET ${request}`,
  status,
  type: JSON_TYPE,
  body,
});
const ietf = (request: string, status: number, body: string, accept = IETF): Ask => ({
  request: `GET ${request}`,
  fields: [`Accept: ${accept}`],
  status,
  type: IETF,
  body,
});
const metrics = (body: RegExp, accept?: string): Ask => ({
  request: "GET /metrics",
  fields: accept === undefined ? [] : [`Accept: ${accept}`],
  status: 200,
  type: accept === undefined ? METRICS : OPENMETRICS,
  body,
  varies: true,
});
const missing = (request: string): Ask => ({
  request,
  status: 404,
  type: TEXT,
  body: "not found\n",
});
const refused = (request: string): Ask => ({
  request,
  status: 405,
  type: TEXT,
  body: "method not allowed\n",
  with: { allow: "GET, HEAD" },
});

const PASS = '{"componentType":"component","status":"pass"}';
const WARN = '{"componentType":"component","status":"warn"}';
const FAIL = '{"componentType":"component","status":"fail"}';
const about = '"releaseId":"{version}","serviceId":"{name}"';
const PHASE = (phase: string) => `{"name":"phase","status":"DOWN","data":{"reason":"${phase}"}}`;

const MIXED = "live:loop:up;ready:db:up:version=15;ready:cache:warn;ready:queue:down";

export const SERVICES: readonly Service[] = [
  {
    name: "default",
    variables: {},
    asks: [
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
      json("/hams/ready", 200, '{"name":"ready","valid":true}'),
      text("/livez", 200, "ok"),
      text("/readyz", 200, "ok"),
      text("/startupz", 200, "ok"),
      missing("GET /hams/shutdown"),
      missing("POST /hams/shutdown"),
    ],
  },
  {
    name: "without probes",
    variables: { PROBES: "" },
    asks: [
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
      json("/hams/ready", 200, '{"name":"ready","valid":true}'),
      json("/hams/alive_verbose", 200, '{"name":"alive","valid":true,"details":[]}'),
      json("/hams/ready_verbose", 200, '{"name":"ready","valid":true,"details":[]}'),
      text("/readyz?verbose", 200, "readyz check passed\n"),
      text(
        "/readyz?verbose&exclude=x",
        200,
        'warn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n',
      ),
      json("/health", 200, '{"status":"UP","checks":[]}'),
      json("/health/live", 200, '{"status":"UP","checks":[]}'),
      ietf("/health", 200, `{"status":"pass",${about},"checks":{}}`),
    ],
  },
  {
    name: "mixed",
    variables: { PROBES: MIXED },
    asks: [
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
      json("/hams/ready", 503, '{"name":"ready","valid":false}'),
      json(
        "/hams/alive_verbose",
        200,
        '{"name":"alive","valid":true,"details":[{"name":"loop","valid":true}]}',
      ),
      json(
        "/hams/ready_verbose",
        503,
        '{"name":"ready","valid":false,"details":[{"name":"db","valid":true},{"name":"cache","valid":true},{"name":"queue","valid":false}]}',
      ),
      json(
        "/hams/version",
        200,
        /^\{"name":"[^"]+","version":"[^"]+","hams_name":"hams","hams_version":"\d+\.\d+\.\d+"\}$/,
      ),
      text("/livez", 200, "ok"),
      text("/livez?verbose", 200, "[+]loop ok\nlivez check passed\n"),
      text("/livez?verbose=false", 200, "[+]loop ok\nlivez check passed\n"),
      text("/livez?%76erbose", 200, "[+]loop ok\nlivez check passed\n"),
      text("/livez?Verbose", 200, "ok"),
      text("/livez?verbose%00=1", 200, "ok"),
      text("/livez?", 200, "ok"),
      text("/livez?&&", 200, "ok"),
      text("/livez?exclude=loop&verbose", 200, "[+]loop excluded: ok\nlivez check passed\n"),
      text("/startupz", 200, "ok"),
      text("/startupz?verbose", 200, "startupz check passed\n"),
      text(
        "/readyz",
        503,
        "[+]db ok\n[+]cache ok\n[-]queue failed: reason withheld\nreadyz check failed\n",
      ),
      text(
        "/readyz?verbose",
        503,
        "[+]db ok\n[+]cache ok\n[-]queue failed: reason withheld\nreadyz check failed\n",
      ),
      text("/readyz?exclude=queue", 200, "ok"),
      text("/readyz?exclude=%71ueue", 200, "ok"),
      text(
        "/readyz?verbose&exclude=queue",
        200,
        "[+]db ok\n[+]cache ok\n[+]queue excluded: ok\nreadyz check passed\n",
      ),
      text("/readyz?exclude=queue&exclude=nope", 200, "ok"),
      text(
        "/readyz?verbose&exclude=queue&exclude=zeta&exclude=alpha&exclude=zeta",
        200,
        '[+]db ok\n[+]cache ok\n[+]queue excluded: ok\nwarn: some health checks cannot be excluded: no matches for "alpha","zeta"\nreadyz check passed\n',
      ),
      text(
        "/readyz?exclude=db&exclude=Queue",
        503,
        '[+]db excluded: ok\n[+]cache ok\n[-]queue failed: reason withheld\nwarn: some health checks cannot be excluded: no matches for "Queue"\nreadyz check failed\n',
      ),
      text(
        "/readyz?exclude=queue&verbose&exclude=a+b%0A%22%C3%A9",
        200,
        '[+]db ok\n[+]cache ok\n[+]queue excluded: ok\nwarn: some health checks cannot be excluded: no matches for "a b\\n\\"é"\nreadyz check passed\n',
      ),
      text(
        "/readyz?exclude=queue%ZZ",
        503,
        "[+]db ok\n[+]cache ok\n[-]queue failed: reason withheld\nreadyz check failed\n",
      ),
      text(
        "/readyz?exclude=",
        503,
        '[+]db ok\n[+]cache ok\n[-]queue failed: reason withheld\nwarn: some health checks cannot be excluded: no matches for ""\nreadyz check failed\n',
      ),
      text("/readyz/db", 200, "ok"),
      text("/readyz/d%62", 200, "ok"),
      text("/%72eadyz/db", 200, "ok"),
      text("/readyz/cache", 200, "ok"),
      text("/readyz/queue", 503, "queue failed: reason withheld\n"),
      text("/livez/loop", 200, "ok"),
      missing("GET /readyz/loop"),
      missing("GET /livez/db"),
      missing("GET /readyz/nope"),
      missing("GET /readyz/DB"),
      missing("GET /readyz/"),
      missing("GET /readyz/db/"),
      missing("GET /readyz/db%ZZ"),
      missing("GET /readyz/db%2"),
      missing("GET /readyz/phase"),
      json("/health/live", 200, '{"status":"UP","checks":[{"name":"loop","status":"UP"}]}'),
      json(
        "/health/ready",
        503,
        '{"status":"DOWN","checks":[{"name":"db","status":"UP","data":{"version":"15"}},{"name":"cache","status":"UP"},{"name":"queue","status":"DOWN"}]}',
      ),
      json("/health/started", 200, '{"status":"UP","checks":[]}'),
      json(
        "/health",
        503,
        '{"status":"DOWN","checks":[{"name":"loop","status":"UP"},{"name":"db","status":"UP","data":{"version":"15"}},{"name":"cache","status":"UP"},{"name":"queue","status":"DOWN"}]}',
      ),
      ietf("/health/live", 200, `{"status":"pass",${about},"checks":{"loop":[${PASS}]}}`),
      ietf(
        "/health/ready",
        503,
        `{"status":"fail",${about},"checks":{"db":[${PASS}],"cache":[${WARN}],"queue":[${FAIL}]}}`,
      ),
      ietf("/health/started", 200, `{"status":"pass",${about},"checks":{}}`),
      ietf(
        "/health",
        503,
        `{"status":"fail",${about},"checks":{"loop":[${PASS}],"db":[${PASS}],"cache":[${WARN}],"queue":[${FAIL}]}}`,
      ),
      ietf(
        "/health/live",
        200,
        `{"status":"pass",${about},"checks":{"loop":[${PASS}]}}`,
        "text/html, Application/Health+JSON;q=0.5",
      ),
      {
        ...json("/health/live", 200, '{"status":"UP","checks":[{"name":"loop","status":"UP"}]}'),
        fields: ["Accept: application/health+json;q=0, */*"],
      },
      {
        ...json("/health/live", 200, '{"status":"UP","checks":[{"name":"loop","status":"UP"}]}'),
        fields: ["Accept: application/*"],
      },
      {
        ...ietf("/health/live", 200, `{"status":"pass",${about},"checks":{"loop":[${PASS}]}}`),
        fields: ["Accept: text/html", "Accept: application/health+json"],
      },
      {
        request: "GET /",
        status: 200,
        type: HTML,
        body: /^<!doctype html>[\s\S]*\bqueue\b[\s\S]*<\/html>\n?$/i,
        with: { "content-security-policy": /^default-src 'none'; style-src '?sha256-|nonce-/ },
        varies: true,
      },
      {
        request: "GET /hams",
        status: 200,
        type: HTML,
        body: /\bqueue\b/,
        with: { "content-security-policy": /^default-src 'none'/ },
        varies: true,
      },
      metrics(/^# HELP hams_info [\s\S]*^hams_probe_up\{probe="queue"\} 0$/m),
      metrics(
        /^hams_probe_runs_total\{probe="db",result="passed"\} 1(\.0)?$[\s\S]*^# EOF\n$/m,
        "application/openmetrics-text; version=1.0.0",
      ),
      { ...metrics(/^hams_role_up\{role="ready"\} 0$/m), request: "GET /hams/metrics" },
      missing("GET /nope"),
      missing("GET /hams/"),
      missing("GET /hams/alive/"),
      missing("GET /hams/alive/x"),
      missing("GET /HAMS/ALIVE"),
      missing("GET //hams/alive"),
      missing("GET /livez/"),
      missing("GET /health/"),
      missing("GET /hams%2"),
      missing("POST /nope"),
      missing("DELETE /hams/"),
      missing("POST /hams/shutdown"),
      refused("POST /hams/alive"),
      refused("PUT /hams/ready"),
      refused("DELETE /livez"),
      refused("OPTIONS /readyz"),
      refused("PATCH /metrics"),
      refused("POST /"),
      refused("POST /health"),
      refused("POST /livez/loop"),
      json("/hams/%61live", 200, '{"name":"alive","valid":true}'),
      json("/hams/alive?x=y", 200, '{"name":"alive","valid":true}'),
      { ...text("/livez", 200, "ok"), request: "GET http://elsewhere:1/livez" },
      {
        ...text("/livez", 200, "[+]loop ok\nlivez check passed\n"),
        request: "GET https://elsewhere/livez?verbose",
      },
      text(`/livez?${"x".repeat(8192 - 7)}`, 200, "ok"),
      text(`/livez?${"x".repeat(8192 - 6)}`, 414, "target too long\n"),
      text(`/${"x".repeat(8192)}`, 414, "target too long\n"),
    ],
  },
  {
    name: "detail none",
    variables: { PROBES: MIXED, DETAIL: "none" },
    asks: [
      json("/hams/alive_verbose", 200, '{"name":"alive","valid":true,"details":[]}'),
      json("/hams/ready_verbose", 503, '{"name":"ready","valid":false,"details":[]}'),
      text("/livez?verbose", 200, "livez check passed\n"),
      text("/readyz", 503, "readyz check failed\n"),
      text("/readyz?exclude=queue", 200, "ok"),
      text("/readyz?verbose&exclude=nope", 503, "readyz check failed\n"),
      missing("GET /readyz/db"),
      missing("GET /livez/loop"),
      json("/health/ready", 503, '{"status":"DOWN","checks":[]}'),
      ietf("/health/ready", 503, `{"status":"fail",${about},"checks":{}}`),
      { ...metrics(/^(?![\s\S]*queue)[\s\S]*^# TYPE hams_probe_up gauge$/m) },
      {
        request: "GET /",
        status: 200,
        type: HTML,
        body: /^(?![\s\S]*queue)[\s\S]*<html/i,
        varies: true,
      },
    ],
  },
  {
    name: "detail reasons",
    variables: { PROBES: "live:loop:throw;ready:queue:down:shard=7", DETAIL: "reasons" },
    asks: [
      text("/livez", 503, "[-]loop failed: HAMS_TEST_SECRET\nlivez check failed\n"),
      text("/readyz", 503, "[-]queue failed: HAMS_TEST_SECRET\nreadyz check failed\n"),
      text("/readyz/queue", 503, "queue failed: HAMS_TEST_SECRET\n"),
      json(
        "/health/ready",
        503,
        '{"status":"DOWN","checks":[{"name":"queue","status":"DOWN","data":{"shard":"7","reason":"HAMS_TEST_SECRET"}}]}',
      ),
      ietf(
        "/health/live",
        503,
        `{"status":"fail",${about},"checks":{"loop":[{"componentType":"component","status":"fail","output":"HAMS_TEST_SECRET"}]}}`,
      ),
      metrics(/^(?![\s\S]*HAMS_TEST_SECRET)[\s\S]*hams_probe_up\{probe="loop"\} 0$/m),
    ],
  },
  {
    name: "a secret stays one",
    variables: { PROBES: "live:loop:throw;ready:queue:down;startup:schema:up" },
    asks: [
      text("/livez", 503, "[-]loop failed: reason withheld\nlivez check failed\n"),
      json("/health/live", 503, '{"status":"DOWN","checks":[{"name":"loop","status":"DOWN"}]}'),
      metrics(/^(?![\s\S]*HAMS_TEST_SECRET)/),
      {
        request: "GET /",
        status: 200,
        type: HTML,
        body: /^(?![\s\S]*HAMS_TEST_SECRET)/,
        varies: true,
      },
      text("/startupz?verbose", 200, "[+]schema ok\nstartupz check passed\n"),
    ],
  },
  {
    name: "starting",
    variables: { PROBES: "startup:schema:down;live:loop:up;ready:db:up" },
    asks: [
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
      json("/hams/ready", 503, '{"name":"ready","valid":false}'),
      json(
        "/hams/ready_verbose",
        503,
        '{"name":"ready","valid":false,"details":[{"name":"db","valid":true},{"name":"phase","valid":false}]}',
      ),
      text("/livez", 200, "ok"),
      text("/startupz", 503, "[-]schema failed: reason withheld\nstartupz check failed\n"),
      text("/readyz", 503, "[+]db ok\n[-]phase failed: starting\nreadyz check failed\n"),
      text(
        "/readyz?exclude=phase&exclude=db",
        503,
        '[+]db excluded: ok\n[-]phase failed: starting\nwarn: some health checks cannot be excluded: no matches for "phase"\nreadyz check failed\n',
      ),
      text("/readyz/db", 200, "ok"),
      json(
        "/health/ready",
        503,
        `{"status":"DOWN","checks":[{"name":"db","status":"UP"},${PHASE("starting")}]}`,
      ),
      json(
        "/health/started",
        503,
        '{"status":"DOWN","checks":[{"name":"schema","status":"DOWN"}]}',
      ),
      ietf(
        "/health/ready",
        503,
        `{"status":"fail",${about},"checks":{"db":[${PASS}],"phase":[{"componentType":"component","status":"fail","output":"starting"}]}}`,
      ),
      metrics(/^hams_phase\{phase="starting"\} 1$/m),
    ],
  },
  {
    name: "draining",
    variables: { PROBES: "live:loop:up;ready:db:up", DRAIN_MS: 60_000, DEADLINE_MS: 90_000 },
    signal: "SIGTERM",
    asks: [
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
      json("/hams/ready", 503, '{"name":"ready","valid":false}'),
      text("/livez", 200, "ok"),
      text("/startupz", 200, "ok"),
      text("/readyz", 503, "[+]db ok\n[-]phase failed: draining\nreadyz check failed\n"),
      text("/readyz/db", 200, "ok"),
      json(
        "/health/ready",
        503,
        `{"status":"DOWN","checks":[{"name":"db","status":"UP"},${PHASE("draining")}]}`,
      ),
      json(
        "/health",
        503,
        `{"status":"DOWN","checks":[{"name":"loop","status":"UP"},{"name":"db","status":"UP"},${PHASE("draining")}]}`,
      ),
      metrics(/^hams_phase\{phase="draining"\} 1$/m),
    ],
  },
  {
    name: "a hanging check",
    variables: { SCENARIO: "hanging-check", PROBES: "live:loop:up;ready:db:up" },
    asks: [
      text("/livez", 200, "ok"),
      text("/readyz", 503, "[+]db ok\n[-]hang failed: reason withheld\nreadyz check failed\n"),
      metrics(/^hams_probe_runs_total\{probe="hang",result="timed-out"\} 1$/m),
    ],
  },
  {
    name: "names at their limits",
    variables: {
      PROBES: `ready:A.b_c%2Fd-9:up;ready:${"n".repeat(100)}:up;ready:0:down`,
    },
    asks: [
      text("/readyz/A.b_c/d-9", 200, "ok"),
      text("/readyz/A.b_c%2Fd-9", 200, "ok"),
      text(`/readyz/${"n".repeat(100)}`, 200, "ok"),
      text("/readyz/0", 503, "0 failed: reason withheld\n"),
      missing(`GET /readyz/${"n".repeat(101)}`),
      text("/readyz?exclude=0", 200, "ok"),
    ],
  },
  {
    name: "text in every script",
    variables: { PROBES: "ready:db:up:q=%22%5C%0A%01%7F%C3%A9%F0%9F%92%A9%E2%80%A8" },
    asks: [
      json(
        "/health/ready",
        200,
        '{"status":"UP","checks":[{"name":"db","status":"UP","data":{"q":"\\"\\\\\\n\\u0001\u007fé💩\u2028"}}]}',
      ),
    ],
  },
  {
    name: "the shutdown API refuses",
    variables: { TOKEN: "a-token-of-more-than-16" },
    asks: [
      {
        request: "POST /hams/shutdown",
        status: 401,
        type: TEXT,
        body: /\n$/,
        with: { "www-authenticate": "Bearer" },
      },
      {
        request: "POST /hams/shutdown",
        fields: ["Authorization: Bearer a-token-of-more-than-17"],
        status: 401,
        type: TEXT,
        body: /\n$/,
        with: { "www-authenticate": "Bearer" },
      },
      {
        request: "GET /hams/shutdown",
        fields: ["Authorization: Basic a-token-of-more-than-16"],
        status: 401,
        type: TEXT,
        body: /\n$/,
        with: { "www-authenticate": "Bearer" },
      },
      {
        request: "PUT /hams/shutdown",
        fields: ["Authorization: Bearer a-token-of-more-than-16"],
        status: 405,
        type: TEXT,
        body: "method not allowed\n",
        with: { allow: /^(GET, POST|POST, GET)$/ },
      },
      {
        request: "HEAD /hams/shutdown",
        fields: ["Authorization: Bearer a-token-of-more-than-16"],
        status: 405,
        type: TEXT,
        body: "",
        with: { allow: /^(GET, POST|POST, GET)$/ },
      },
      json("/hams/alive", 200, '{"name":"alive","valid":true}'),
    ],
  },
  {
    name: "metrics of its own",
    variables: { METRICS: "good" },
    asks: [
      metrics(/^# TYPE (?!hams_)\S+ counter$[\s\S]*^# TYPE (?!hams_)\S+ histogram$/m),
      metrics(
        /^# TYPE (?!hams_)\S+ counter$[\s\S]*^# TYPE (?!hams_)\S+ histogram$[\s\S]*^# EOF\n$/m,
        "application/openmetrics-text",
      ),
      {
        ...metrics(/^hams_info/m),
        fields: ["Accept: application/openmetrics-text;q=0.2, text/plain"],
      },
    ],
  },
  {
    name: "metrics of its own, in text alone",
    variables: { METRICS: "text" },
    asks: [
      {
        ...metrics(/^# TYPE (?!hams_)\S+ counter$/m),
        fields: ["Accept: application/openmetrics-text; version=1.0.0"],
      },
    ],
  },
  {
    name: "metrics that do not parse",
    variables: { METRICS: "bad" },
    asks: [metrics(/^hams_application_metrics_errors_total [1-9]/m)],
  },
  {
    name: "metrics that are late",
    variables: { METRICS: "slow" },
    asks: [metrics(/^hams_application_metrics_errors_total [1-9]/m)],
  },
  {
    name: "many probes",
    variables: { PROBES: "ready:db:up", MANY: 1000 },
    asks: [
      json("/hams/ready", 200, '{"name":"ready","valid":true}'),
      text("/readyz", 200, "ok"),
      json(
        "/hams/ready_verbose",
        200,
        /^\{"name":"ready","valid":true,"details":\[(\{"name":"[^"]+","valid":true\},?){1001}\]\}$/,
      ),
    ],
  },
];
