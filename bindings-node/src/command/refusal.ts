/** Why the command does nothing: lines for whoever typed it, and the exit code. */
export class Refusal extends Error {
  constructor(
    readonly lines: readonly string[],
    readonly exitCode: number = EXIT.refused,
  ) {
    super(lines.join("\n"));
  }
}

/** What the command's exit codes say. */
export const EXIT = {
  /** Done; for `probe`, up; for `replay`, the same. */
  ok: 0,
  /** The answer is no: down, different, overdue. */
  no: 1,
  /** What was typed or configured does not fit; nothing has been done. */
  refused: 2,
  /** The address cannot be listened on. */
  cannotListen: 3,
} as const;
