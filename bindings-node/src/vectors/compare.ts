/** Holds what came against what a vector expects of it. */
import type { Json } from "./functions.js";

/** Where they differ first. */
export interface Difference {
  /** In the expectation, such as `actions[2].answer`. */
  readonly path: string;
  readonly expected: Json;
  /** `undefined`: nothing. */
  readonly came: Json | undefined;
}

/**
 * Of an object only the fields that are expected, of a list its whole length and order, all else
 * exactly. `null` is what is absent. Beside a `body`: `bodyHas` and `bodyLacks`.
 */
export function difference(
  expected: Json,
  came: Json | undefined,
  path = "",
): Difference | undefined {
  if (expected === null) return came === null || came === undefined ? undefined : differ();
  if (Array.isArray(expected)) {
    if (!Array.isArray(came) || came.length !== expected.length) return differ();
    return first(expected.entries(), ([i, item]) => difference(item, came[i], `${path}[${i}]`));
  }
  if (typeof expected !== "object") return came === expected ? undefined : differ();
  if (typeof came !== "object" || came === null || Array.isArray(came)) return differ();
  const fields = came as { readonly [name: string]: Json };
  return first(Object.entries(expected), ([name, value]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    if (name !== "bodyHas" && name !== "bodyLacks") return difference(value, fields[name], inner);
    const wanted = name === "bodyHas";
    const body = fields.body as string;
    return first(value as readonly string[], (text) =>
      body.includes(text) === wanted ? undefined : { path: inner, expected: text, came: body },
    );
  });

  function differ(): Difference {
    return { path, expected, came };
  }
}

function first<T>(
  items: Iterable<T>,
  look: (item: T) => Difference | undefined,
): Difference | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
