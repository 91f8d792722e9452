/** What a target is: an emitter from the IR to files. */
import type { World } from "./ir.js";

/** Text by file name, as it goes into the output folder. */
export type Files = Readonly<Record<string, string>>;

export interface EmitOptions {
  /** Also a JSON codec of all types, for tests. */
  readonly json: boolean;
}

/** `header` is the first line of each file: what it is made from. */
export type Emitter = (world: World, header: string, options: EmitOptions) => Files;
