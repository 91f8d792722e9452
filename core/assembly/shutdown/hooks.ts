/** The hooks of a machine: what was registered, in order. What runs them stands in `hook-runs.ts`. */

import { Ids } from "../machine/ids";

/** A registered hook. */
export class HookEntry {
  constructor(
    readonly id: u32,
    readonly name: string,
    /** Of one attempt. */
    readonly timeoutMs: u32,
    /** 1 for callbacks. */
    readonly attempts: u32,
    readonly pauseMs: u32,
  ) {}
}

/** All hooks of one machine. */
export class Hooks {
  /** In order of registration. */
  readonly all: Array<HookEntry> = [];
  private ids: Ids = new Ids();

  /** Whether a hook has this name. */
  hasName(name: string): bool {
    for (let i = 0; i < this.all.length; i++) {
      if (this.all[i].name == name) return true;
    }
    return false;
  }

  /** The id that the next hook gets. */
  nextId(): u32 {
    return this.ids.next();
  }

  add(hook: HookEntry): void {
    this.all.push(hook);
  }

  /** Takes a hook out; false if there is none of this id. */
  remove(id: u32): bool {
    for (let i = 0; i < this.all.length; i++) {
      if (this.all[i].id != id) continue;
      this.all.splice(i, 1);
      return true;
    }
    return false;
  }

  /** The sum of all hooks' timeouts. */
  get timeoutsMs(): u64 {
    let sum: u64 = 0;
    for (let i = 0; i < this.all.length; i++) sum += this.all[i].timeoutMs;
    return sum;
  }
}
