/** Names: from the WIT's kebab-case to a language's own, without collisions. */
import type { Declared, World } from "./ir.js";

/** `no-such-host` -> `NoSuchHost`; an acronym (`a-HTTP`) is a word like any other. */
export function upperCamel(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** `no-such-host` -> `noSuchHost`. */
export function lowerCamel(name: string): string {
  const upper = upperCamel(name);
  return upper.charAt(0).toLowerCase() + upper.slice(1);
}

/** The words a language keeps for itself; tested after the change of case. */
export type Reserved = ReadonlySet<string>;

/**
 * Hands out names that are unique in their scope and no reserved word. Whoever
 * asks first gets the plain name; later ones get `_`, then `_2`, `_3`.
 */
export class Scope {
  readonly #taken = new Set<string>();
  readonly #reserved: Reserved;

  constructor(reserved: Reserved, taken: Iterable<string> = []) {
    this.#reserved = reserved;
    for (const name of taken) this.#taken.add(name);
  }

  claim(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#reserved.has(name) || this.#taken.has(name); i++) {
      name = i === 1 ? `${wanted}_` : `${wanted}_${i}`;
    }
    this.#taken.add(name);
    return name;
  }
}

/**
 * A name for every declared type, by `owner#name`. Where two interfaces declare
 * a type of one name, both get the interface's name before it.
 */
export function declaredNames(world: World, scope: Scope): ReadonlyMap<string, string> {
  const types = world.interfaces.flatMap((i) => i.types);
  const count = new Map<string, number>();
  for (const t of types) {
    const name = upperCamel(t.name);
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  return new Map(
    types.map((t) => {
      const name = upperCamel(t.name);
      const owner = t.owner.replace(/@.*$/, "").replace(/^.*\//, "");
      const wanted = (count.get(name) ?? 0) > 1 ? upperCamel(owner) + name : name;
      return [declaredKey(t), scope.claim(wanted)];
    }),
  );
}

/** Tells declared types apart, aliases too. */
export function declaredKey(type: Declared): string {
  return `${type.owner}#${type.name}`;
}
