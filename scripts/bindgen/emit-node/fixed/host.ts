// What is needed beside `abi.ts` where the component calls what the application implements.
import * as abi from "./abi.js";

/** The component was called by an import that it waits for; nothing has happened. */
export class ReentryError extends Error {
  override readonly name = "ReentryError";
}

/** An instance that calls imports: it is not entered again before it has returned. */
export class Guest extends abi.Guest {
  #entered = false;
  /** Imports may be called: not while the module allocates or frees. */
  #mayLeave = true;

  override enter(fault?: abi.Fault): void {
    super.enter();
    if (this.#entered) {
      throw new ReentryError("the component waits for an import, and cannot be called before that");
    }
    super.enter(fault);
    this.#entered = true;
  }

  /** After a call, whatever came of it. */
  leave(): void {
    this.#entered = false;
  }

  override alloc(size: number, align: number): number {
    this.#mayLeave = false;
    const pointer = super.alloc(size, align);
    this.#mayLeave = true;
    return pointer;
  }

  override post(name: string): abi.CoreFunction<void> {
    const free = super.post(name);
    return (pointer) => {
      this.#mayLeave = false;
      free(pointer as number);
      this.#mayLeave = true;
    };
  }

  /** Has an import run for the module; whatever goes wrong there ends the instance. */
  import<R>(run: () => R): R {
    try {
      if (!this.#mayLeave) throw new abi.TrapError("the component called an import too early");
      return run();
    } catch (error) {
      throw this.dies(error);
    }
  }
}

/** What an import returned, or the error that it threw as a `ComponentError`. */
// biome-ignore lint/suspicious/noConfusingVoidType: where T is undefined, nothing is returned
export function attempt<T, E>(run: () => T | void): abi.Result<T, E> {
  try {
    return { tag: "ok", val: run() as T };
  } catch (error) {
    if (error instanceof abi.ComponentError) return { tag: "err", val: error.payload };
    throw error;
  }
}

/** Throws if what an import returned does not fit. */
export function expect(fault: abi.Fault | undefined): void {
  if (fault !== undefined) throw fault.error();
}

const bits = new DataView(new ArrayBuffer(8));

/** The float in a core value that cases of a variant share. */
export function f32OfBits(value: number): number {
  bits.setInt32(0, value);
  return bits.getFloat32(0);
}

export function f64OfBits(value: bigint): number {
  bits.setBigInt64(0, value);
  return bits.getFloat64(0);
}
