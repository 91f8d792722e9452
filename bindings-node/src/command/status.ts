/** `hams status`: a service's health as a table, from its own JSON endpoints. */
import { setTimeout as delay } from "node:timers/promises";
import { get, urlOf } from "./get.js";
import type { Options } from "./main.js";
import { EXIT, Refusal } from "./refusal.js";

const TIMEOUT_MS = 5_000;
const WATCH_MS = 2_000;

/** The verdicts by the names of their paths. */
const ROLES = ["started", "live", "ready"] as const;

interface Health {
  readonly status: string;
  readonly checks: readonly Check[];
}

interface Check {
  readonly name: string;
  readonly status: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Exit code: whether the service is up by all its verdicts. */
export async function status(text: string, { watch }: Options): Promise<number> {
  const base = urlOf(text);
  for (;;) {
    let shown: { readonly text: string; readonly up: boolean };
    try {
      shown = await show(base);
    } catch (error) {
      shown = { text: `${base.origin}: ${(error as Error).message}`, up: false };
    }
    if (!watch) {
      console.log(shown.text);
      return shown.up ? EXIT.ok : EXIT.no;
    }
    // Clears the terminal; elsewhere the tables follow each other.
    console.log(process.stdout.isTTY ? `\u001b[2J\u001b[H${shown.text}` : `${shown.text}\n`);
    await delay(WATCH_MS);
  }
}

async function show(base: URL): Promise<{ text: string; up: boolean }> {
  const [version, whole, ...byRole] = await Promise.all([
    json<{ name: string; version: string }>(base, "/hams/version"),
    json<Health>(base, "/health"),
    ...ROLES.map((role) => json<Health>(base, `/health/${role}`)),
  ]);
  const rows = whole.checks.map((check) => [
    check.name,
    check.status,
    ROLES.filter((_, i) => byRole[i]?.checks.some(({ name }) => name === check.name)).join(" "),
    Object.entries(check.data ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
  ]);
  const verdicts = ROLES.map((role, i) => `${role} ${byRole[i]?.status}`).join(", ");
  const text = [
    `${version.name} ${version.version}: ${verdicts}`,
    ...table([["PROBE", "STATUS", "ROLES", "DATA"], ...rows]),
  ].join("\n");
  return { text, up: whole.status === "UP" };
}

async function json<T>(base: URL, path: string): Promise<T> {
  const { status, body } = await get(new URL(path, base), TIMEOUT_MS);
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new Refusal([`${path} answers ${status} and no JSON; is HaMS there?`]);
  }
}

/** Columns as wide as their widest cell; what a terminal would obey is shown as a question mark. */
function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, "?")));
  const widths =
    cells[0]?.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? "").length))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
