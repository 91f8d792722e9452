import type { Logger } from "hams";
import { expect, test, vi } from "vitest";
import { logRecord, logWriter } from "../dist/src/log.js";
import { service } from "./service.js";

test("a logger of pino's shape gets fields and message, bound to itself", async () => {
  class Pino {
    readonly lines: [string, Record<string, string>, string][] = [];
    readonly debug = this.#method("debug");
    readonly info = this.#method("info");
    readonly warn = this.#method("warn");
    readonly error = this.#method("error");
    #method(level: string): Logger["info"] {
      return (fields, message) => void this.lines.push([level, fields, message]);
    }
  }
  const logger = new Pino();
  const health = service({ logger });
  health.addProbe("db", { roles: ["ready"] }, () => false);
  await health.start();
  expect(logger.lines).toContainEqual(["info", { phase: "starting" }, "phase starting"]);
});

test("a warning is warn, and fields are an object", () => {
  const warn = vi.fn();
  const write = logWriter({ debug() {}, info() {}, warn, error() {} });
  write(logRecord("warning", "odd", { field: "drain" }));
  expect(warn).toHaveBeenCalledWith({ field: "drain" }, "odd");
});

test("the console gets lines, and no debug", () => {
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const debug = vi.spyOn(console, "debug").mockImplementation(() => {});
  for (const write of [logWriter(undefined), logWriter(console)]) {
    write(logRecord("info", "phase running"));
    write(logRecord("debug", "details"));
  }
  expect(info.mock.calls).toEqual([["hams: phase running"], ["hams: phase running"]]);
  expect(debug).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("a logger that throws loses nothing", () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const broken = () => {
    throw new Error("disk full");
  };
  logWriter({ debug: broken, info: broken, warn: broken, error: broken })(
    logRecord("info", "phase running"),
  );
  expect(info).toHaveBeenCalledWith("hams: phase running");
  expect(error).toHaveBeenCalledWith("hams: the logger threw: Error: disk full");
  vi.restoreAllMocks();
});

test("warnings of the settings are logged", () => {
  const warn = vi.fn();
  service({ graceMs: 60_000, logger: { debug() {}, info() {}, warn, error() {} } });
  expect(warn).toHaveBeenCalledWith({ field: "grace" }, expect.stringMatching(/^grace: .*60000/));
});

test("warnings of the start are logged", async () => {
  const warn = vi.fn();
  const health = service({ graceMs: 1_000, logger: { debug() {}, info() {}, warn, error() {} } });
  health.addHook("slow", { timeoutMs: 2_000 }, () => {});
  await health.start();
  expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringMatching(/2000.*1000/));
});

test("a logger may call HaMS", async () => {
  const phases: string[] = [];
  const log = () => void phases.push(health.snapshot().phase);
  const health = service({ logger: { debug: log, info: log, warn: log, error: log } });
  await health.start();
  await health.stop();
  expect(phases).toContain("running");
});
