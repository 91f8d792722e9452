/** The host's side of world `resources`: items with a name, twins, and functions of the world. */
import type { ImportAnswer, ImportCall, Json } from "../session.js";

const STORE = "test:resources/store@0.1.0#";
const TWINS = "test:resources/twins@0.1.0#";

export class Store {
  /** The ids of all items ever made. */
  readonly made: number[] = [];
  /** The ids of items that the component dropped, in that order. */
  readonly dropped: number[] = [];
  /** The ids of items that were put here. */
  readonly shelf: number[] = [];
  readonly notes: string[] = [];
  twins = 0;
  droppedTwins = 0;
  readonly #names = new Map<number, string>();
  readonly #twins = new Map<number, number>();
  #next = 0;

  make(name: string): number {
    const id = this.made.length + 1;
    this.made.push(id);
    this.#names.set(id, name);
    return id;
  }

  nameOf(id: number): string {
    const name = this.#names.get(id);
    if (name === undefined) throw new Error(`item ${id} is not there`);
    return name;
  }

  answer({ name, args }: ImportCall): ImportAnswer {
    if (name.startsWith(STORE)) return { return: this.#store(name.slice(STORE.length), args) };
    if (name.startsWith(TWINS)) return { return: this.#twin(name.slice(TWINS.length), args) };
    switch (name) {
      case "next":
        this.#next++;
        return { return: this.#next };
      case "note":
        this.notes.push(args[0] as string);
        return { return: null };
      case "choose": {
        const lengths = (args[0] as number[]).map((id) => this.nameOf(id).length);
        if (lengths.length === 0) return { return: { err: "nothing to choose from" } };
        return { return: { ok: lengths.indexOf(Math.max(...lengths)) } };
      }
      default:
        throw new Error(`nobody implements ${name}`);
    }
  }

  #store(label: string, args: readonly Json[]): Json {
    const [id] = args as number[];
    const [text] = args as string[];
    switch (label) {
      case "[constructor]item":
        return this.make(text ?? "");
      case "[static]item.open":
        return text === "" ? { err: "no name" } : { ok: this.make(text ?? "") };
      case "[drop]item":
        this.nameOf(id ?? 0);
        this.#names.delete(id ?? 0);
        this.dropped.push(id ?? 0);
        return null;
      case "[method]item.name":
      case "name-of":
        return this.nameOf(id ?? 0);
      case "[method]item.rename":
        this.#names.set(id ?? 0, args[1] as string);
        return null;
      case "[method]item.same":
        return this.nameOf(id ?? 0) === this.nameOf(args[1] as number);
      case "[method]item.copy":
        return this.make(this.nameOf(id ?? 0));
      case "find":
        return this.shelf.find((each) => this.nameOf(each) === text) ?? null;
      case "put":
        this.shelf.push(id ?? 0);
        return null;
      case "put-all":
        this.shelf.push(...(args[0] as number[]));
        return (args[0] as number[]).length;
      case "put-labelled":
        return args[0] as Json;
      case "take-out":
        return Array.from({ length: id ?? 0 }, (_, i) => this.make(`item ${i}`));
      case "names-of":
        return (args[0] as number[]).map((each) => this.nameOf(each));
      default:
        throw new Error(`nobody implements ${label}`);
    }
  }

  #twin(label: string, args: readonly Json[]): Json {
    switch (label) {
      case "[constructor]twin":
        this.twins++;
        this.#twins.set(this.twins, args[0] as number);
        return this.twins;
      case "[drop]twin":
        this.#twinOf(args[0]);
        this.#twins.delete(args[0] as number);
        this.droppedTwins++;
        return null;
      case "[method]twin.value":
        return this.#twinOf(args[0]);
      case "[static]twin.larger":
        return Math.max(this.#twinOf(args[0]), this.#twinOf(args[1]));
      case "turn-side":
      case "turn":
      case "turn-two":
      case "turn-all":
        return args[0] as Json;
      default:
        throw new Error(`nobody implements ${label}`);
    }
  }

  #twinOf(id: Json | undefined): number {
    const value = this.#twins.get(id as number);
    if (value === undefined) throw new Error(`twin ${id} is not there`);
    return value;
  }
}
