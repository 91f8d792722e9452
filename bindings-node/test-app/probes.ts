/** The probes that the environment asks for: `KIND:NAME:OUTCOME[:DATA]`, joined by `;`. */
import type { CheckCallback, Health, Role } from "hams";

const SECRET = "HAMS_TEST_SECRET";
const DEFAULT = "live:live:up;ready:ready:up";

/** `many`: further ready probes that pass. */
export function addProbes(health: Health, probes: string | undefined, many: number): void {
  for (const probe of (probes ?? DEFAULT).split(";")) {
    if (probe === "") continue;
    const [kind, name = "", outcome = "up", data = ""] = probe.split(":");
    health.addProbe(decodeURIComponent(name), { roles: [kind as Role] }, check(outcome, data));
  }
  for (let i = 1; i <= many; i++) {
    health.addProbe(`many-${i}`, { roles: ["ready"] }, () => true);
  }
}

function check(outcome: string, query: string): CheckCallback {
  const data = Object.fromEntries(new URLSearchParams(query));
  switch (outcome) {
    case "warn":
      return () => ({ status: "warn", message: SECRET, data });
    case "down":
      return () => ({ status: "fail", message: SECRET, data });
    case "throw":
      return () => {
        throw new Error(SECRET);
      };
    case "hang":
      return () => new Promise(() => {});
    default:
      return () => ({ status: "pass", data });
  }
}
