/** The application's own server: `GET /work?ms=N` answers `done` after N ms and is work in flight. */
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Health } from "hams";

/** `port` absent: none. */
export async function serveWork(
  health: Health,
  port: string | undefined,
): Promise<{ close(): void }> {
  if (port === undefined) return { close() {} };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname !== "/work") {
      response.writeHead(404).end();
      return;
    }
    void health.run(async () => {
      await delay(Number(url.searchParams.get("ms") ?? 0));
      // Written in full before it no longer counts.
      await new Promise<void>((resolve) => response.once("close", resolve).end("done"));
    });
  });
  await new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
  return {
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}
