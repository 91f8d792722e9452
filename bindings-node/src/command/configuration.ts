/** Reads a configuration file and makes the health object that it describes. */
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type Document, LineCounter, parseDocument } from "yaml";
import { DuplicateNameError, HealthError, InvalidError } from "../errors.js";
import { Health } from "../health.js";
import type { HttpHookOptions } from "../hooks.js";
import type { Logger } from "../log.js";
import type { CheckOptions, CheckReport, HttpProbeOptions, TcpProbeOptions } from "../probes.js";
import type { Recorder } from "../recorder.js";
import type { HealthOptions, ShutdownApi } from "../settings.js";
import { Refusal } from "./refusal.js";
import { keyOf, type Misfit, misfitsOf, nameOf, type Path } from "./schema.js";

/** What a file says; the schema has the meaning of each key. */
interface Configuration extends Omit<HealthOptions, "shutdownApi"> {
  readonly shutdownApi?: Partial<ShutdownApi>;
  readonly probes?: readonly ProbeConfiguration[];
  readonly hooks?: readonly HookConfiguration[];
}

interface ProbeConfiguration extends CheckOptions {
  readonly name: string;
  readonly http?: Pick<HttpProbeOptions, "url" | "head" | "headers" | "expect">;
  readonly tcp?: Pick<TcpProbeOptions, "host" | "port">;
  readonly file?: { readonly path: string; readonly maxAgeMs: number };
}

interface HookConfiguration {
  readonly name: string;
  readonly timeoutMs?: number;
  readonly http: Omit<HttpHookOptions, "timeoutMs">;
}

/** A variable that is set takes the place of these keys. */
const OVERRIDES: Readonly<Record<string, readonly (keyof Configuration)[]>> = {
  HAMS_LISTEN: ["address", "port"],
  HAMS_DETAIL: ["detail"],
  HAMS_DRAIN_MS: ["drainMs"],
  HAMS_GRACE_MS: ["graceMs"],
};

/** The health object that a file describes, not yet started. Throws {@link Refusal}. */
export function configure(file: string, logger: Logger | false, recorder?: Recorder): Health {
  const text = read(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const places = new Map<string, number>();
  const syntax = document.errors.map(({ code, pos, message }) => ({
    offset: pos[0],
    message: code === "MULTIPLE_DOCS" ? "a second document begins" : message,
  }));
  const misfits = syntax.length > 0 ? syntax : misfitsOf(document, places);
  if (misfits.length > 0) throw refusal(file, lines, misfits);
  const built = build(document, places, logger, recorder);
  if (built instanceof Health) return built;
  throw refusal(file, lines, built);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal([`${file}: cannot be read: ${(error as NodeJS.ErrnoException).code}`]);
  }
}

function refusal(file: string, lines: LineCounter, misfits: readonly Misfit[]): Refusal {
  return new Refusal(
    misfits.map(({ offset, message }) => {
      if (offset === undefined) return message;
      const { line, col } = lines.linePos(offset);
      return `${file}:${line}:${col}: ${message}`;
    }),
  );
}

/** What the core has against it comes all at once too. */
function build(
  document: Document,
  places: Map<string, number>,
  logger: Logger | false,
  recorder: Recorder | undefined,
): Health | Misfit[] {
  const { probes = [], hooks = [], ...rest } = document.toJS() as Configuration;
  const misfits: Misfit[] = [];
  const attempt = <T>(path: Path, make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      misfits.push(...misfitsIn(error, path, places));
      return undefined;
    }
  };
  const health = attempt([], () => new Health(optionsOf(rest, logger), recorder));
  const target = health ?? spare();
  if (target === undefined) return misfits;
  for (const [i, probe] of probes.entries()) {
    attempt(["probes", i], () => addProbe(target, probe));
  }
  for (const [i, { name, timeoutMs, http }] of hooks.entries()) {
    const options = timeoutMs === undefined ? http : { ...http, timeoutMs };
    attempt(["hooks", i], () => target.addHttpHook(name, options));
  }
  return health !== undefined && misfits.length === 0 ? health : misfits;
}

/** Where the settings are refused, something must still look at the probes. */
function spare(): Health | undefined {
  try {
    return new Health({ name: "probes", listen: false, logger: false });
  } catch {
    // The environment is what does not fit.
    return undefined;
  }
}

function optionsOf(
  { shutdownApi, ...file }: Omit<Configuration, "probes" | "hooks">,
  logger: Logger | false,
): HealthOptions {
  const options: Record<string, unknown> = { ...file, logger };
  for (const [variable, keys] of Object.entries(OVERRIDES)) {
    if (process.env[variable] !== undefined) for (const key of keys) delete options[key];
  }
  if (shutdownApi !== undefined) {
    const token = process.env.HAMS_SHUTDOWN_TOKEN ?? shutdownApi.token ?? "";
    options.shutdownApi = { ...shutdownApi, token };
  }
  return options as unknown as HealthOptions;
}

function addProbe(health: Health, { name, http, tcp, file, ...options }: ProbeConfiguration): void {
  if (http !== undefined) health.addHttpProbe(name, { ...options, ...http });
  else if (tcp !== undefined) health.addTcpProbe(name, { ...options, ...tcp });
  else if (file !== undefined) {
    health.addProbe(name, options, () => age(file.path, file.maxAgeMs));
  }
}

/** Passes while the file has been written to within the limit. */
async function age(path: string, maxAgeMs: number): Promise<CheckReport> {
  // The time of day, as the file system has no other.
  const ageMs = Math.round(Date.now() - (await stat(path)).mtimeMs);
  return ageMs <= maxAgeMs
    ? { status: "pass" }
    : { status: "fail", message: `${path} is ${ageMs} ms old, over ${maxAgeMs} ms` };
}

/** Where in the file is what the core refuses. */
function misfitsIn(error: unknown, path: Path, places: Map<string, number>): Misfit[] {
  if (error instanceof InvalidError) {
    return error.problems.map(({ field, message }) => misfit(field, message, path, places));
  }
  if (!(error instanceof HealthError)) throw error;
  const field = error instanceof DuplicateNameError ? "name" : "";
  return [misfit(field, error.message, path, places)];
}

function misfit(field: string, message: string, path: Path, places: Map<string, number>): Misfit {
  // A variable of the environment has no place in the file.
  if (field.startsWith("HAMS_")) return { message: `${field}: ${message}` };
  const place = placeOf(field, path, places);
  const offset = places.get(keyOf(place)) ?? 0;
  return { offset, message: `${nameOf(place)}: ${message}` };
}

/**
 * The contract's `check.schedule.interval` of a probe is `intervalMs` here, its `check.url` is
 * `http.url`: the last word of the field, perhaps with its unit, is looked for below `path`.
 */
function placeOf(field: string, path: Path, places: Map<string, number>): Path {
  const words = field
    .replace(/\[\d+\]/g, "")
    .split(".")
    .reverse();
  for (const word of words) {
    for (const key of places.keys()) {
      const place = JSON.parse(key) as Path;
      const below = place.length > path.length && path.every((step, i) => place[i] === step);
      const last = place.at(-1);
      if (below && (last === word || last === `${word}Ms`)) return place;
    }
  }
  return path;
}
