/** The application's own metrics, in every way that a callback can behave. */
import { setTimeout as delay } from "node:timers/promises";
import type { MetricsCallback } from "hams";

const SLOW_MS = 5_000;

const HISTOGRAM = `# HELP test_app_job_seconds How long a job took.
# TYPE test_app_job_seconds histogram
test_app_job_seconds_bucket{le="0.1"} 1
test_app_job_seconds_bucket{le="+Inf"} 3
test_app_job_seconds_sum 1.5
test_app_job_seconds_count 3
`;

const TEXTS = {
  text: `# HELP test_app_jobs_total Jobs done.
# TYPE test_app_jobs_total counter
test_app_jobs_total 3
${HISTOGRAM}`,
  openmetrics: `# HELP test_app_jobs Jobs done.
# TYPE test_app_jobs counter
test_app_jobs_total 3
${HISTOGRAM}# EOF
`,
};

const BEHAVIOURS: Record<string, MetricsCallback> = {
  good: (form) => ({ form, text: TEXTS[form] }),
  text: () => ({ form: "text", text: TEXTS.text }),
  bad: (form) => ({ form, text: "test_app_jobs_total{ 3\n" }),
  slow: async (form) => {
    await delay(SLOW_MS, undefined, { ref: false });
    return { form, text: TEXTS[form] };
  },
};

export function metricsCallback(behaviour: string | undefined): MetricsCallback | undefined {
  return behaviour === undefined ? undefined : BEHAVIOURS[behaviour];
}
