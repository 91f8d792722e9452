/** A kick against reading the clock and storing what it says. */
import { Health } from "hams";
import { line } from "../lines.ts";
import { compare } from "../rounds.ts";

const ROUNDS = 15;
const KICKS = 2_000_000;

export async function kick(): Promise<void> {
  const health = new Health({ name: "bench", listen: false, logger: false });
  const probe = health.addKickProbe("loop", { roles: ["live"], limitMs: 60_000 });
  const store = new Float64Array(new SharedArrayBuffer(8));
  const { ratio, measured, floor } = await compare(
    ROUNDS,
    () =>
      nanos(() => {
        store[0] = performance.now();
      }),
    () => nanos(() => probe.kick()),
  );
  const detail = `${measured.toFixed(1)} ns against ${floor.toFixed(1)} ns`;
  line("a kick against reading the clock and storing", ratio, { atMost: 1.3 }, " x", detail);
  await health[Symbol.asyncDispose]();
}

/** Each a copy of its own, so that both loops see one function and the engine treats them alike. */
function nanos(run: () => void): number {
  const loop = new Function(
    "run",
    "count",
    "const began = performance.now(); for (let i = 0; i < count; i++) run(); return performance.now() - began;",
  );
  return (loop(run, KICKS) / KICKS) * 1e6;
}
