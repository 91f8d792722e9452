/**
 * The metrics of HaMS, in Prometheus' text format 0.0.4 or OpenMetrics 1.0.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */

import { Detail, Exposition, Status } from "../generated/types";
import { CODES, PATHS, Requests } from "../http/requests";
import { Machine } from "../machine/machine";
import { phaseName } from "../machine/phases";
import { isUp, roleName, statusName } from "../machine/standing";
import { DURATION_BOUNDS_MS, Monitor, ROLES, RUN_RESULTS, RunResult } from "../probes/monitor";
import { Body } from "../text/body";
import { HAMS_VERSION } from "../version";

const PHASES: i32 = 6;
const STATUSES: i32 = 4;

/** The content type of a form. */
export function expositionType(form: Exposition): string {
  return form == Exposition.Openmetrics
    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
    : "text/plain; version=0.0.4; charset=utf-8";
}

/** Writes all families of HaMS. */
export function writeMetrics(
  machine: Machine,
  requests: Requests,
  now: u64,
  form: Exposition,
  body: Body,
): void {
  new Families(machine, requests, now, form == Exposition.Openmetrics, body).write();
}

/** One writing of all families. */
class Families {
  private probes: Array<Monitor>;

  constructor(
    private machine: Machine,
    private requests: Requests,
    private now: u64,
    private isOpenMetrics: bool,
    private body: Body,
  ) {
    this.probes = machine.settings.detail == Detail.None ? [] : machine.monitors.all;
  }

  write(): void {
    this.info();
    this.phase();
    this.roles();
    this.probesUp();
    this.probeStatuses();
    this.runs();
    this.skipped();
    this.ages();
    this.durations();
    this.transitions();
    this.answered();
    this.applicationErrors();
    this.shutdown();
  }

  private info(): void {
    this.gauge("hams_info", "Who answers: the service, HaMS and the language that embeds it.");
    const settings = this.machine.settings;
    this.body.text('hams_info{name="').label(settings.name).text('",version="');
    this.body.label(settings.version).text('",hams_version="').label(HAMS_VERSION);
    this.body.text('",binding="').label(settings.binding).text('"} 1\n');
  }

  private phase(): void {
    this.gauge("hams_phase", "1 for the phase that the service is in, 0 for the others.");
    for (let phase = 0; phase < PHASES; phase++) {
      this.body.text('hams_phase{phase="').text(phaseName(phase)).text('"} ');
      this.flag(this.machine.phase == phase);
    }
  }

  private roles(): void {
    this.gauge("hams_role_up", "1 if the endpoint of the role answers 200, 0 if it answers 503.");
    for (let role = 0; role < ROLES; role++) {
      this.body.text('hams_role_up{role="').text(roleName(role)).text('"} ');
      this.flag(isUp(this.machine, role));
    }
  }

  private probesUp(): void {
    this.gauge("hams_probe_up", "1 if the probe works, with or without a warning, otherwise 0.");
    for (let i = 0; i < this.probes.length; i++) {
      const status = this.probes[i].status;
      this.sample("hams_probe_up", this.probes[i]).text("} ");
      this.flag(status == Status.Up || status == Status.Degraded);
    }
  }

  private probeStatuses(): void {
    this.gauge("hams_probe_status", "1 for the status that the probe has, 0 for the others.");
    for (let i = 0; i < this.probes.length; i++) {
      for (let status = 0; status < STATUSES; status++) {
        const body = this.sample("hams_probe_status", this.probes[i]);
        body.text(',status="').text(statusName(status)).text('"} ');
        this.flag(this.probes[i].status == status);
      }
    }
  }

  private runs(): void {
    this.counter("hams_probe_runs", "Runs of the probe's check, by their result.");
    for (let i = 0; i < this.probes.length; i++) {
      const probe = this.probes[i];
      if (!probe.isRun) continue;
      for (let result = 0; result < RUN_RESULTS; result++) {
        const body = this.sample("hams_probe_runs_total", probe);
        body.text(',result="').text(resultName(result)).text('"} ');
        this.value(probe.results[result]);
      }
    }
  }

  private skipped(): void {
    this.counter("hams_probe_skipped", "Runs that came due while the one before was in flight.");
    for (let i = 0; i < this.probes.length; i++) {
      if (!this.probes[i].isRun) continue;
      this.sample("hams_probe_skipped_total", this.probes[i]).text("} ");
      this.value(this.probes[i].skipped);
    }
  }

  private ages(): void {
    const help = "Since the probe's newest result or kick.";
    this.gauge("hams_probe_last_run_age_seconds", help);
    for (let i = 0; i < this.probes.length; i++) {
      const probe = this.probes[i];
      if (!probe.hasAge) continue;
      this.sample("hams_probe_last_run_age_seconds", probe).text("} ");
      this.body.seconds(probe.age(this.now)).text("\n");
    }
  }

  private durations(): void {
    const help = "How long runs of the probe's check took.";
    this.family("hams_probe_duration_seconds", help, "histogram");
    for (let i = 0; i < this.probes.length; i++) {
      if (this.probes[i].isRun) this.duration(this.probes[i]);
    }
  }

  private duration(probe: Monitor): void {
    let count: u64 = 0;
    for (let bucket = 0; bucket < probe.durations.length; bucket++) {
      count += probe.durations[bucket];
      this.sample("hams_probe_duration_seconds_bucket", probe).text(',le="');
      if (bucket == DURATION_BOUNDS_MS.length) this.body.text("+Inf");
      else this.bound(DURATION_BOUNDS_MS[bucket]);
      this.body.text('"} ');
      this.value(count);
    }
    this.sample("hams_probe_duration_seconds_sum", probe).text("} ");
    this.body.seconds(probe.durationSumMs).text("\n");
    this.sample("hams_probe_duration_seconds_count", probe).text("} ");
    this.value(count);
  }

  private transitions(): void {
    this.counter("hams_probe_transitions", "Changes of the probe's status.");
    for (let i = 0; i < this.probes.length; i++) {
      this.sample("hams_probe_transitions_total", this.probes[i]).text("} ");
      this.value(this.probes[i].transitions);
    }
  }

  private answered(): void {
    this.counter("hams_requests", "Requests that were answered, by path and status.");
    for (let path = 0; path < PATHS.length; path++) {
      for (let code = 0; code < CODES.length; code++) {
        const count = this.requests.of(path, code);
        if (count == 0) continue;
        this.body.text('hams_requests_total{path="').text(PATHS[path]).text('",code="');
        this.body.decimal(CODES[code]).text('"} ');
        this.value(count);
      }
    }
  }

  private applicationErrors(): void {
    const help =
      "Families of the application that were left out, and texts that failed or came late.";
    this.counter("hams_application_metrics_errors", help);
    this.body.text("hams_application_metrics_errors_total ");
    this.value(this.machine.metricsErrors);
  }

  private shutdown(): void {
    this.gauge("hams_shutdown_seconds", "How long the parts of the shutdown took that are over.");
    const sequence = this.machine.sequence;
    if (sequence.isDrainOver) this.part("drain", sequence.drainedMs);
    if (sequence.isWorkOver) this.part("work", sequence.waitedMs);
    const report = sequence.report;
    if (report == null) return;
    const beforeMs = <u64>report.drained + report.waited;
    this.part("hooks", report.took > beforeMs ? report.took - beforeMs : 0);
    this.part("total", report.took);
  }

  private part(name: string, ms: u64): void {
    this.body.text('hams_shutdown_seconds{part="').text(name).text('"} ').seconds(ms).text("\n");
  }

  private gauge(name: string, help: string): void {
    this.family(name, help, "gauge");
  }

  /** In OpenMetrics a counter's family lacks the suffix that its samples have. */
  private counter(name: string, help: string): void {
    this.family(this.isOpenMetrics ? name : name + "_total", help, "counter");
  }

  private family(name: string, help: string, type: string): void {
    this.body.text("# HELP ").text(name).text(" ").text(help).text("\n");
    this.body.text("# TYPE ").text(name).text(" ").text(type).text("\n");
  }

  /** Begins a sample of a probe; more labels, or the closing brace, follow. */
  private sample(name: string, probe: Monitor): Body {
    return this.body.text(name).text('{probe="').text(probe.name).text('"');
  }

  private flag(is: bool): void {
    this.body.text(is ? "1\n" : "0\n");
  }

  private value(value: u64): void {
    this.body.decimal(value).text("\n");
  }

  /** OpenMetrics wants the canonical form of a float: 1.0, not 1. */
  private bound(ms: u32): void {
    this.body.seconds(ms);
    if (this.isOpenMetrics && ms % 1000 == 0) this.body.text(".0");
  }
}

function resultName(result: RunResult): string {
  switch (result) {
    case RunResult.Passed:
      return "passed";
    case RunResult.Warned:
      return "warned";
    case RunResult.Failed:
      return "failed";
    default:
      return "timed-out";
  }
}
