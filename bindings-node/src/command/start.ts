/** `hams start`: serves health as a configuration file describes, until a signal ends it. */
import { CoreError, ListenError } from "../errors.js";
import type { Health } from "../health.js";
import type { Logger } from "../log.js";
import type { Recorder } from "../recorder.js";
import { configure } from "./configuration.js";
import { commandLogger } from "./logger.js";
import type { Options } from "./main.js";
import { EXIT, Refusal } from "./refusal.js";

export async function start({ config, record }: Options): Promise<number> {
  if (config === undefined) throw new Refusal(["hams: start takes --config FILE; see hams --help"]);
  const logger = commandLogger();
  const recorder = await recorderOf(record);
  try {
    return await serve(configure(config, logger, recorder), logger);
  } finally {
    recorder?.close();
  }
}

async function serve(health: Health, logger: Logger): Promise<number> {
  try {
    await health.start();
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    throw new Refusal([`hams: ${error.message}`], EXIT.cannotListen);
  }
  const { address = "", port = 0 } = health.address ?? {};
  const host = address.includes(":") ? `[${address}]` : address;
  logger.info({ address, port: String(port) }, `listening on http://${host}:${port}`);
  try {
    const report = await health.finished();
    return report.overdue ? EXIT.no : EXIT.ok;
  } catch (error) {
    // It is in the log, and the server's 503 has asked for a restart.
    if (!(error instanceof CoreError)) throw error;
    return EXIT.no;
  } finally {
    await health.stop();
  }
}

async function recorderOf(file: string | undefined): Promise<Recorder | undefined> {
  if (file === undefined) return undefined;
  const { Recorder } = await import("../recorder.js");
  try {
    return new Recorder(file);
  } catch (error) {
    throw new Refusal([`${file}: cannot be written: ${(error as NodeJS.ErrnoException).code}`]);
  }
}
