/** What a target is: an emitter from the IR to files. */
import type { World } from "./ir.js";

/** Text by file name, as it goes into the output folder. */
export type Files = Readonly<Record<string, string>>;

/** How the component holds strings in its memory. */
export type Encoding = "utf8" | "utf16" | "latin1+utf16";

export const ENCODINGS: readonly Encoding[] = ["utf8", "utf16", "latin1+utf16"];

export interface EmitOptions {
  /** Also a JSON codec of all types, for tests. */
  readonly json: boolean;
  readonly encoding: Encoding;
  /** What the generated files belong to, in the language's own spelling; by default from the WIT. */
  readonly package?: string | undefined;
}

/** `header` is the first line of each file: what it is made from. */
export type Emitter = (world: World, header: string, options: EmitOptions) => Files;

export interface Target {
  readonly emit: Emitter;
  /** What begins a comment that ends with its line. */
  readonly comment: "//" | "#";
}
