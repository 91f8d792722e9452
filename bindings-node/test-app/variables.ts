/** What the environment asks for. */

/** `HAMS_TEST_…`; `undefined` where it is not set. */
export function variable(name: string): string | undefined {
  return process.env[`HAMS_TEST_${name}`];
}

export function milliseconds(name: string, otherwise: number): number {
  return Number(variable(name) ?? otherwise);
}
