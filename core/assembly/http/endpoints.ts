/** From a request to its response: which endpoint answers, and what is refused. */

import {
  Exposition,
  Method,
  Phase,
  Reply,
  ReplyLater,
  ReplyNow,
  Request,
  Response,
  Tuple2,
} from "../generated/types";
import { Machine } from "../machine/machine";
import { isUp } from "../machine/standing";
import { checkMetrics } from "../metrics/application-metrics";
import { Gathered } from "../metrics/gathering";
import { expositionType, writeMetrics } from "../metrics/metrics";
import { Role } from "../probes/monitor";
import { Body } from "../text/body";
import { namesHealthJson, wantsOpenMetrics } from "./accept";
import { ALL_ROLES, ietf, microProfile } from "./health-json";
import { check, checks } from "./kubernetes";
import { PlainAnswers, verbose, version } from "./plain";
import { PATHS, Path, Requests } from "./requests";
import { Header, JSON, line, lineWith, response } from "./responses";
import { refusal, writeReport } from "./shutdown-api";
import { statusPage } from "./status-page";
import { parseQuery, parseTarget } from "./target";

const MOST_TARGET_BYTES: i32 = 8192;
// Each holds a connection open; the server has fewer.
const MOST_OWED: i32 = 1024;

/** Answers the requests of one machine. */
export class Endpoints {
  private body: Body = new Body();
  private requests: Requests = new Requests();
  /** Which path each scrape came by that waits for the gathering. */
  private scrapes: Array<Path> = [];
  private paths: Map<string, Path> = new Map<string, Path>();
  private alive: PlainReplies = new PlainReplies("alive");
  private ready: PlainReplies = new PlainReplies("ready");
  private notFound: Response = line(404, "not found");
  private tooLong: Response = line(414, "target too long");
  private notAllowed: Response = lineWith(405, "method not allowed", "Allow", "GET, HEAD");
  private tooMany: Response = line(503, "too many requests wait");
  private notRunning: Response = line(503, "not running");

  constructor(private machine: Machine) {
    for (let path: i32 = 0; path < PATHS.length; path++) {
      if (isWhole(path)) this.paths.set(PATHS[path], path);
    }
  }

  /** Answers a request, now or later. */
  respond(now: u64, request: Request): Reply {
    const target = request.target;
    if (target.length > MOST_TARGET_BYTES) return this.answered(Path.Other, this.tooLong);
    // The usual probe: nothing to take apart.
    if (this.paths.has(target)) return this.route(now, this.paths.get(target), "", "", request);
    const parsed = parseTarget(target);
    if (parsed == null) return this.answered(Path.Other, this.notFound);
    const path = this.pathOf(parsed.path);
    return this.route(now, path, parsed.path, parsed.query, request);
  }

  /** Answers those who were told to wait and whose answers are there now. */
  answerOwed(now: u64): void {
    const gathering = this.machine.gathering;
    if (gathering.isOver) {
      const answer = this.metrics(now, gathering.wanted, gathering.state);
      for (let i = 0; i < gathering.tickets.length; i++) {
        this.machine.outbox.answer(gathering.tickets[i], answer);
        this.requests.count(this.scrapes[i], answer.status);
      }
      this.scrapes.length = 0;
      gathering.clear();
    }
    const report = this.machine.sequence.report;
    const awaiting = this.machine.awaiting;
    if (report == null || awaiting.length == 0) return;
    writeReport(report, this.body.begin());
    const answer = response(200, JSON, this.body.copy());
    for (let i = 0; i < awaiting.length; i++) {
      this.machine.outbox.answer(awaiting[i], answer);
      this.requests.count(Path.Shutdown, answer.status);
    }
    awaiting.length = 0;
  }

  private pathOf(path: string): Path {
    if (this.paths.has(path)) return this.paths.get(path);
    if (isNameUnder(path, "/livez/")) return Path.LivezName;
    if (isNameUnder(path, "/readyz/")) return Path.ReadyzName;
    if (isNameUnder(path, "/startupz/")) return Path.StartupzName;
    return Path.Other;
  }

  private route(now: u64, path: Path, text: string, query: string, request: Request): Reply {
    if (path == Path.Other) return this.answered(path, this.notFound);
    if (path == Path.Shutdown) return this.shutdown(now, request);
    if (request.method != Method.Get && request.method != Method.Head) {
      return this.answered(path, this.notAllowed);
    }
    switch (path) {
      case Path.Alive:
        return this.plain(path, this.alive, Role.Live);
      case Path.Ready:
        return this.plain(path, this.ready, Role.Ready);
      case Path.HamsMetrics:
      case Path.Metrics:
        return this.scrape(now, path, request.accept);
      default:
        return this.answered(path, this.render(now, path, text, query, request.accept));
    }
  }

  private render(
    now: u64,
    path: Path,
    text: string,
    query: string,
    accept: string | null,
  ): Response {
    const machine = this.machine;
    const body = this.body;
    switch (path) {
      case Path.AliveVerbose:
        return verbose(machine, Role.Live, "alive", body);
      case Path.ReadyVerbose:
        return verbose(machine, Role.Ready, "ready", body);
      case Path.Version:
        return version(machine, body);
      case Path.Livez:
        return checks(machine, Role.Live, parseQuery(query), body);
      case Path.Readyz:
        return checks(machine, Role.Ready, parseQuery(query), body);
      case Path.Startupz:
        return checks(machine, Role.Startup, parseQuery(query), body);
      case Path.LivezName:
        return check(machine, Role.Live, text.substring("/livez/".length));
      case Path.ReadyzName:
        return check(machine, Role.Ready, text.substring("/readyz/".length));
      case Path.StartupzName:
        return check(machine, Role.Startup, text.substring("/startupz/".length));
      case Path.Health:
        return this.health(ALL_ROLES, accept);
      case Path.HealthLive:
        return this.health(Role.Live, accept);
      case Path.HealthReady:
        return this.health(Role.Ready, accept);
      case Path.HealthStarted:
        return this.health(Role.Startup, accept);
      default:
        return statusPage(machine, now, body);
    }
  }

  private plain(path: Path, replies: PlainReplies, role: Role): Reply {
    const up = isUp(this.machine, role);
    this.requests.count(path, up ? 200 : 503);
    return up ? replies.up : replies.down;
  }

  private health(role: i32, accept: string | null): Response {
    return namesHealthJson(accept)
      ? ietf(this.machine, role, this.body)
      : microProfile(this.machine, role, this.body);
  }

  private scrape(now: u64, path: Path, accept: string | null): Reply {
    const form = wantsOpenMetrics(accept) ? Exposition.Openmetrics : Exposition.Text;
    const machine = this.machine;
    if (!machine.settings.gathersMetrics || machine.phase == Phase.Stopped) {
      const answer = this.metrics(now, form, Gathered.UnderWay);
      return this.answered(path, answer);
    }
    if (machine.gathering.tickets.length >= MOST_OWED) return this.answered(path, this.tooMany);
    this.scrapes.push(path);
    return new ReplyLater(machine.gather(now, form));
  }

  /** `state` is UnderWay where the application has no metrics. */
  private metrics(now: u64, wanted: Exposition, state: Gathered): Response {
    const gathering = this.machine.gathering;
    const hasText = state == Gathered.Text;
    // Text of the older form can stand in the newer one no more than the other way round.
    const isText = hasText && gathering.form == Exposition.Text;
    const form = isText ? Exposition.Text : wanted;
    let text = "";
    if (hasText) {
      const checked = checkMetrics(gathering.text, form);
      text = checked.text;
      this.machine.metricsErrors += checked.errors;
    } else if (state != Gathered.UnderWay) {
      this.machine.metricsErrors++;
    }
    const body = this.body.begin();
    writeMetrics(this.machine, this.requests, now, form, body);
    body.text(text);
    if (form == Exposition.Openmetrics) body.text("# EOF\n");
    return response(
      200,
      expositionType(form),
      state == Gathered.UnderWay ? body.view() : body.copy(),
    );
  }

  private shutdown(now: u64, request: Request): Reply {
    const machine = this.machine;
    const refused = refusal(machine.settings, request);
    if (refused != null) return this.answered(Path.Shutdown, refused);
    const report = machine.sequence.report;
    if (report != null) {
      writeReport(report, this.body.begin());
      return this.answered(Path.Shutdown, response(200, JSON, this.body.view()));
    }
    if (!machine.isUnderWay) return this.answered(Path.Shutdown, this.notRunning);
    if (machine.awaiting.length >= MOST_OWED) return this.answered(Path.Shutdown, this.tooMany);
    return new ReplyLater(machine.shutdownByApi(now));
  }

  private answered(path: Path, answer: Response): Reply {
    this.requests.count(path, answer.status);
    return new ReplyNow(answer);
  }
}

/** Headers of every response. */
export function standardHeaders(): Array<Header> {
  return [
    new Tuple2<string, string>("Cache-Control", "no-store"),
    new Tuple2<string, string>("X-Content-Type-Options", "nosniff"),
  ];
}

/** The replies of `/hams/alive` or `/hams/ready`, made once: nothing is made for a probe. */
class PlainReplies {
  readonly up: Reply;
  readonly down: Reply;

  constructor(name: string) {
    const answers = new PlainAnswers(name);
    this.up = new ReplyNow(answers.up);
    this.down = new ReplyNow(answers.down);
  }
}

/** Whether an entry of PATHS is a path, and not a pattern. */
function isWhole(path: i32): bool {
  return PATHS[path].startsWith("/") && !PATHS[path].endsWith("*");
}

function isNameUnder(path: string, prefix: string): bool {
  return path.length > prefix.length && path.startsWith(prefix);
}
