/** What a suite hands back, and how it runs its cases. */

export interface Result {
  /** "suite/case", unique, the same in every language. */
  readonly name: string;
  /** Absent: it passed. */
  readonly problem?: string;
  /** What every language must show alike. */
  readonly seen?: string;
}

/** A suite asks one language's test app. */
export type Suite = (language: string) => Promise<Result[]>;

/** Runs a case; whatever it throws is its problem. */
export async function judge(name: string, run: () => Promise<unknown>): Promise<Result> {
  try {
    const seen = await run();
    return typeof seen === "string" ? { name, seen } : { name };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Maps in order, with so many at a time under way. */
export async function atOnce<T, R>(
  limit: number,
  items: readonly T[],
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const left = items.entries();
  const worker = async () => {
    for (const [at, item] of left) results[at] = await map(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

/** Throws with both values unless they fit: equal, matched, or within [least, most]. */
export function expect(what: string, got: unknown, wanted: unknown): void {
  if (!fits(got, wanted)) throw new Error(`${what}: ${show(got)}, and not ${show(wanted)}`);
}

/** Objects by the fields given, lists in length and order, a pair of numbers as a range. */
function fits(got: unknown, wanted: unknown): boolean {
  if (wanted instanceof RegExp) return typeof got === "string" && wanted.test(got);
  if (Array.isArray(wanted)) {
    const [least, most] = wanted;
    if (wanted.length === 2 && typeof least === "number" && typeof got === "number") {
      return got >= least && got <= most;
    }
    return (
      Array.isArray(got) &&
      got.length === wanted.length &&
      wanted.every((want, at) => fits(got[at], want))
    );
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof got !== "object" || got === null) return false;
    const fields = got as Record<string, unknown>;
    return Object.entries(wanted).every(([name, want]) => fits(fields[name], want));
  }
  return got === wanted;
}

function show(value: unknown): string {
  const text = value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}
