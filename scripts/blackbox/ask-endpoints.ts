/** Runs `endpoints.ts`: each request as GET, and again as HEAD. */
import { App } from "./app.ts";
import { type Ask, SERVICES, type Service } from "./endpoints.ts";
import { atOnce, expect, judge, type Result, type Suite } from "./result.ts";
import type { Answer } from "./wire.ts";

export const endpoints: Suite = async (language) =>
  (await atOnce(2, SERVICES, (service) => askAll(language, service))).flat();

async function askAll(language: string, service: Service): Promise<Result[]> {
  const prefix = `endpoints/${service.name}`;
  let app: App;
  try {
    app = await App.start(language, service.variables);
    await app.settle();
  } catch (error) {
    return [{ name: prefix, problem: String(error) }];
  }
  try {
    if (service.signal !== undefined) {
      app.signal(service.signal);
      // Handlers of signals run when the runtime gets to them; what they began is seen from outside.
      await app.untilReadyIs(503);
    }
    const about = JSON.parse((await app.ask("GET /hams/version")).body);
    const results: Result[] = [];
    for (const ask of service.asks) {
      const name = `${prefix}: ${[ask.request, ...(ask.fields ?? [])].join(" ")}`;
      results.push(await judge(shorten(name), () => askOne(app, ask, about)));
    }
    return results;
  } finally {
    app.kill();
  }
}

async function askOne(
  app: App,
  ask: Ask,
  about: { name: string; version: string },
): Promise<string> {
  const answer = await app.ask(ask.request, ask.fields);
  const body =
    typeof ask.body === "string"
      ? ask.body.replaceAll("{version}", about.version).replaceAll("{name}", about.name)
      : ask.body;
  expect("status", answer.status, ask.status);
  expect("Content-Type", answer.fields["content-type"], ask.type);
  expect("Cache-Control", answer.fields["cache-control"], "no-store");
  expect("X-Content-Type-Options", answer.fields["x-content-type-options"], "nosniff");
  for (const [name, value] of Object.entries(ask.with ?? {})) {
    expect(name, answer.fields[name], value);
  }
  if (!ask.request.startsWith("HEAD ")) {
    expect(
      "Content-Length",
      answer.fields["content-length"],
      String(Buffer.byteLength(answer.body)),
    );
    expect("body", answer.body, body);
  }
  if (ask.request.startsWith("GET ") && !ask.request.includes("/hams/shutdown")) {
    const head = await app.ask(ask.request.replace("GET", "HEAD"), ask.fields);
    expect("HEAD's status", head.status, ask.status);
    expect("HEAD's body", head.body, "");
    const compared = ask.varies ? without(head, answer) : head.fields;
    expect("HEAD's fields", compared, withoutDate(answer, compared));
  }
  return JSON.stringify([answer.status, comparable(answer), ask.varies ? "" : answer.body]);
}

/** Fields that the core gives; the rest is the server's own. */
function comparable({ fields }: Answer): Record<string, string | undefined> {
  const names = ["content-type", "cache-control", "x-content-type-options", "allow"];
  names.push("www-authenticate", "content-security-policy");
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

/** HEAD's fields without a length that differs because the body does from call to call. */
function without(head: Answer, answer: Answer): Record<string, string> {
  const { "content-length": length, ...rest } = head.fields;
  if (length === undefined || answer.fields["content-length"] === undefined) return head.fields;
  return rest;
}

function withoutDate(answer: Answer, like: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answer.fields).filter(
      ([name]) => name !== "date" && (name !== "content-length" || "content-length" in like),
    ),
  );
}

function shorten(name: string): string {
  return name.length > 150 ? `${name.slice(0, 130)}… (${name.length} characters)` : name;
}
