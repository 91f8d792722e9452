// Objects that cross by handle: the component's own, which the application holds and
// ends, and the application's, which the component holds and drops.
import * as abi from "./abi.js";
import * as host from "./host.js";

/** A resource whose objects are the component's; it knows them by a number. */
export class Exported<T> {
  declare readonly objects: T;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A resource whose objects are the application's. */
export class Imported<T> {
  declare readonly objects: T;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the application holds of an object of the component. */
interface Held {
  readonly g: Guest;
  readonly resource: Exported<unknown>;
  /** The component's number for it; it is no more once the object is given away or ended. */
  representation: number | undefined;
  /** What the call whose arguments are being checked does with it. */
  promised: "lent" | "given" | undefined;
}

/** An object of the component, which the application has to close or to give away. */
export abstract class Owned {
  readonly #held: Held;

  /** Takes over what the application holds of an object that was made. */
  constructor(made: unknown) {
    this.#held = Owned.held(made) ?? (made as Held);
  }

  static held(value: unknown): Held | undefined {
    return typeof value === "object" && value !== null && #held in value ? value.#held : undefined;
  }

  /** Ends the object in the component. Does nothing where it is ended or given away already. */
  close(): void {
    this.#held.g.end(this.#held);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

type Class<T> = new (...values: never[]) => T;

/** What the component's number for a handle stands for. */
interface Entry {
  readonly resource: Exported<unknown> | Imported<unknown>;
  /** The component's number for an object of its own, or the application's object. */
  readonly stands: unknown;
  readonly owned: boolean;
  /** How many borrows of it the import that is being called has got. */
  lent: number;
}

/** An instance with its table of handles. */
export class Guest extends host.Guest {
  /** By the component's numbers, which begin with 1. */
  readonly #entries: (Entry | undefined)[] = [undefined];
  /** Numbers that are free again, the one freed last at the end. */
  readonly #free: number[] = [];
  readonly #classes = new Map<Exported<unknown>, Class<unknown>>();
  readonly #destructors = new Map<Exported<unknown>, abi.CoreFunction<void>>();
  /** Objects whose `promised` is set. */
  #promised: Held[] = [];
  /** Entries that are lent to the import that is being called. */
  #lent: Entry[] = [];
  /** Borrows that the component still has of what it was lent for this call. */
  #borrowed = 0;

  /** Says by which class the application has a resource's objects, and what ends them. */
  define<T>(resource: Exported<T>, made: Class<T>, destructor: string): void {
    this.#classes.set(resource, made);
    this.#destructors.set(resource, this.optional(destructor));
  }

  override enter(fault?: abi.Fault): void {
    for (const held of this.#promised) held.promised = undefined;
    this.#promised = [];
    super.enter(fault);
    this.#borrowed = 0;
  }

  /** When the component's function has returned: it must have dropped what it was lent. */
  settle(): void {
    if (this.#borrowed > 0) throw new abi.TrapError("the component kept what it was lent");
  }

  /** Ends an object that the application holds. */
  end(held: Held): void {
    const { representation, resource } = held;
    // what a dead instance had has ended with it
    if (representation === undefined || this.isDead) return;
    this.enter();
    try {
      held.representation = undefined;
      this.#destructors.get(resource)?.(representation);
    } catch (error) {
      throw this.dies(error);
    } finally {
      this.leave();
    }
  }

  // Checks of the component's objects: undefined where the value fits.

  lent<T>(resource: Exported<T>, value: unknown): abi.Fault | undefined {
    return this.#promise(resource, value, "lent");
  }

  given<T>(resource: Exported<T>, value: unknown): abi.Fault | undefined {
    return this.#promise(resource, value, "given");
  }

  #promise(
    resource: Exported<unknown>,
    value: unknown,
    what: "lent" | "given",
  ): abi.Fault | undefined {
    const held = Owned.held(value);
    if (held === undefined || held.resource !== resource || held.g !== this) {
      return abi.not(`a ${resource.name} of this instance`, value);
    }
    if (held.representation === undefined) {
      return new abi.Fault(`this ${resource.name} is closed or given away`);
    }
    if (held.promised === "given" || (held.promised === "lent" && what === "given")) {
      return new abi.Fault(`this ${resource.name} is ${held.promised} in the same call`);
    }
    held.promised = what;
    this.#promised.push(held);
    return undefined;
  }

  // Lowering: the number by which the component knows an object.

  giveOwn<T>(resource: Exported<T> | Imported<T>, value: T): number {
    if (resource instanceof Imported) return this.#add(resource, value, true);
    const held = Owned.held(value)!;
    const { representation } = held;
    held.representation = undefined;
    return this.#add(resource, representation, true);
  }

  lend<T>(resource: Exported<T> | Imported<T>, value: T): number {
    if (resource instanceof Exported) return Owned.held(value)!.representation!;
    this.#borrowed++;
    return this.#add(resource, value, false);
  }

  // Lifting: the object for the component's number.

  takeOwn<T>(resource: Exported<T> | Imported<T>, handle: number): T {
    const entry = this.#entry(resource, handle);
    if (!entry.owned || entry.lent > 0) throw badHandle(resource, handle, "is not its to give");
    this.#remove(handle);
    if (resource instanceof Imported) return entry.stands as T;
    const representation = entry.stands as number;
    const held: Held = { g: this, resource, representation, promised: undefined };
    // as the class would make it, without its constructor, which makes a new one
    return Reflect.construct(Owned, [held], this.#classes.get(resource)!) as T;
  }

  borrow<T>(resource: Imported<T>, handle: number): T {
    const entry = this.#entry(resource, handle);
    entry.lent++;
    this.#lent.push(entry);
    return entry.stands as T;
  }

  /** When all arguments of an import are lifted: nothing runs in the component while it is called. */
  lendNoMore(): void {
    for (const entry of this.#lent) entry.lent--;
    this.#lent = [];
  }

  // What the component calls.

  /** `[resource-new]` */
  make<T>(resource: Exported<T>, representation: number): number {
    return this.import(() => this.#add(resource, representation, true));
  }

  /** `[resource-rep]` */
  representation<T>(resource: Exported<T>, handle: number): number {
    try {
      return this.#entry(resource, handle).stands as number;
    } catch (error) {
      throw this.dies(error);
    }
  }

  /** `[resource-drop]` */
  drop<T>(resource: Exported<T> | Imported<T>, handle: number): void {
    this.import(() => {
      const { stands, owned } = this.#entry(resource, handle);
      this.#remove(handle);
      if (!owned) this.#borrowed--;
      else if (resource instanceof Imported) (stands as { close?(): void }).close?.();
      else this.#destructors.get(resource)?.(stands as number);
    });
  }

  #add(resource: Entry["resource"], stands: unknown, owned: boolean): number {
    const handle = this.#free.pop() ?? this.#entries.length;
    this.#entries[handle] = { resource, stands, owned, lent: 0 };
    return handle;
  }

  #entry(resource: Entry["resource"], handle: number): Entry {
    const entry = this.#entries[handle >>> 0];
    if (entry === undefined) throw badHandle(resource, handle, "is none");
    if (entry.resource !== resource) {
      throw badHandle(resource, handle, `is one of ${entry.resource.name}`);
    }
    return entry;
  }

  #remove(handle: number): void {
    this.#entries[handle >>> 0] = undefined;
    this.#free.push(handle >>> 0);
  }
}

function badHandle(resource: Entry["resource"], handle: number, what: string): abi.TrapError {
  return new abi.TrapError(
    `the component gave a bad handle: ${handle >>> 0} for a ${resource.name} ${what}`,
  );
}
