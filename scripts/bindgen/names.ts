/** Names: from the WIT's kebab-case to a language's own, without collisions. */
import type { Declared, Interface, World } from "./ir.js";

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
 * A name for every declared type, by `declaredKey`. Where several share a name,
 * each gets as much before it as tells it apart: that it is imported where the
 * exported twin is not, its interface, its package, its version.
 */
export function declaredNames(world: World, scope: Scope): ReadonlyMap<string, string> {
  const types = world.interfaces.flatMap((i) => i.types);
  const wanted = distinct(types, (t) => {
    const isTwin = (o: Declared) => o.side === "export" && o.owner === t.owner && o.name === t.name;
    const imported = t.side === "import" && types.some(isTwin);
    const { space, name, version } = ownerParts(t.owner);
    const plain = upperCamel(t.name);
    const owned = upperCamel(name) + plain;
    return [
      plain,
      imported ? `Imported${plain}` : plain,
      imported ? `Imported${owned}` : owned,
      `${imported ? "Imported" : ""}${upperCamel(space)}${owned}`,
      `${imported ? "Imported" : ""}${upperCamel(space)}${owned}${version}`,
    ];
  });
  return new Map(types.map((t) => [declaredKey(t), scope.claim(wanted.get(t) ?? "")]));
}

/** A name for every interface given, as much of its full name as tells it apart. */
export function interfaceNames(
  interfaces: readonly Interface[],
  spelled: (name: string) => string = upperCamel,
): ReadonlyMap<Interface, string> {
  return distinct(interfaces, (i) => {
    const { space, name, version } = ownerParts(i.id);
    return [
      spelled(name),
      spelled(`${space}-${name}`),
      spelled(`${space}-${name}-${version}`.replace(/-$/, "")),
    ];
  });
}

/** For each the first of its candidates that no other has at that place; else the last. */
function distinct<T>(
  all: readonly T[],
  candidates: (each: T) => readonly string[],
): ReadonlyMap<T, string> {
  const found = new Map<T, string>();
  const lists = all.map(candidates);
  lists.forEach((list, i) => {
    const at = list.findIndex((name, n) => lists.every((l, j) => j === i || l[n] !== name));
    found.set(all[i] as T, list[at] ?? list.at(-1) ?? "");
  });
  return found;
}

/** `hams:core/types@0.1.0` in words that can stand in a name. */
function ownerParts(id: string): { space: string; name: string; version: string } {
  const [path = "", version = ""] = id.split("@");
  const [space = "", name] = path.split("/");
  return {
    space: name === undefined ? "" : space.replace(":", "-"),
    name: name ?? space,
    version: version.replaceAll(/[^0-9A-Za-z]/g, "x"),
  };
}

/** Tells declared types apart, aliases too. */
export function declaredKey(type: Declared): string {
  return `${type.side} ${type.owner}#${type.name}`;
}
