/** Runs `malformed.ts`, and sieges: probes are answered in time, whoever else is connected. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { App } from "./app.ts";
import { type Bytes, MALFORMED, REFUSALS, SLOW } from "./malformed.ts";
import { atOnce, expect, judge, type Result, type Suite } from "./result.ts";
import { type Exchange, exchange } from "./wire.ts";

/** The kubelet's default patience. */
const PROBE_MS = 1000;
/** The deadline for a head is 5 s, that of a request 10 s; the check may come a little later. */
const CUT_WITHIN_MS = 11_500;

export const malformed: Suite = async (language) => {
  const app = await App.start(language);
  try {
    return [
      ...(await atOnce(8, MALFORMED, (bytes) => throwAt(app, bytes))),
      ...(await atOnce(SLOW.length, SLOW, (bytes) => throwAt(app, bytes))),
      await judge("malformed/afterwards it serves, and ends", async () => {
        expect("status", (await app.ask("GET /readyz")).status, 200);
        app.signal("SIGTERM");
        expect("ending", await app.end(5000), 0);
      }),
    ];
  } finally {
    app.kill();
  }
};

async function throwAt(app: App, bytes: Bytes): Promise<Result> {
  return judge(`malformed/${bytes.name}`, async () => {
    const wanted = typeof bytes.expect === "string" ? undefined : bytes.expect.length;
    const heads = bytes.name.startsWith("HEAD between") ? [1] : [];
    const came = await exchange(app.port, bytes.pieces, {
      forMs: bytes.expect === "either" ? 1500 : CUT_WITHIN_MS,
      heads,
      ...(wanted === undefined ? {} : { answers: wanted }),
    });
    check(bytes, came);
    // Whether it refuses, not in what words.
    return bytes.expect === "either" ? undefined : String(bytes.expect);
  });
}

function check({ expect: wanted }: Bytes, came: Exchange): void {
  const statuses = came.answers.map(({ status }) => status);
  const refusal = (status: number) => REFUSALS.includes(status);
  const told = JSON.stringify({
    ...came,
    answers: came.answers.map(({ status, body }) => [status, body]),
  });
  const fail = (why: string): never => {
    throw new Error(`${why}: ${told.slice(0, 600)}`);
  };
  if (typeof wanted !== "string") {
    if (statuses.join() !== wanted.join()) fail(`answers, and not ${wanted.slice(0, 5)}`);
    return;
  }
  if (wanted === "first" && statuses.shift() !== 200) fail("no first answer");
  if (statuses.length > 1) fail("more than one answer");
  if (came.answers.some(({ body }) => body.includes("hams_version"))) fail("smuggled");
  if (came.rest !== "") fail("bytes after the answer");
  if (wanted === "either") return;
  if (!came.closed) fail("the connection is still open");
  if (wanted === "ends") return;
  if (wanted === "closes" && statuses.length !== 1) fail("no answer");
  if (wanted !== "closes" && !statuses.every(refusal)) fail("taken for a request");
}

export const siege: Suite = async (language) => [
  await judge("siege/200 half-open connections", () => halfOpen(language)),
  await judge("siege/600 silent connections", () => silent(language)),
  await judge("siege/6 MB of requests, answers unread", () => unread(language)),
  await judge("siege/500 connections broken off", () => brokenOff(language)),
  await judge("siege/a shutdown with 200 connections open", () => shutDown(language)),
];

const HEAD = "GET /livez HTTP/1.1\r\nHost: a\r\n";

async function halfOpen(language: string): Promise<void> {
  await besieged(language, async (app, open) => {
    for (const piece of ["", "GET /li", HEAD, `${HEAD}Content-Length: 9\r\n\r\nabc`]) {
      for (let count = 0; count < 50; count++) open(piece);
    }
    const until = Date.now() + 7000;
    while (Date.now() < until) await probe(app);
  });
}

async function silent(language: string): Promise<void> {
  await besieged(language, async (app, open) => {
    for (let count = 0; count < 600; count++) open("");
    // At the cap nobody gets in; at the deadline the silent ones are gone.
    await sleep(7000);
    for (let count = 0; count < 20; count++) await probe(app);
  });
}

async function unread(language: string): Promise<void> {
  await besieged(language, async (app, open) => {
    const before = await app.memory();
    const socket = open("");
    socket.pause();
    const request = `${HEAD}\r\n`.repeat(1000);
    for (let sent = 0; sent < 6_000_000; sent += request.length) socket.write(request);
    const until = Date.now() + 4000;
    while (Date.now() < until) await probe(app);
    const grown = (await app.memory()) - before;
    if (grown > 150) throw new Error(`its memory has grown by ${grown} MiB`);
  });
}

async function brokenOff(language: string): Promise<void> {
  await besieged(language, async (app, open) => {
    for (let count = 0; count < 500; count++) {
      const socket = open(count % 2 === 0 ? HEAD : `${HEAD}\r\n`);
      socket.once("connect", () => socket.resetAndDestroy());
      if (count % 20 === 0) await probe(app);
    }
    await probe(app);
  });
}

async function shutDown(language: string): Promise<void> {
  await besieged(language, async (app, open) => {
    for (let count = 0; count < 100; count++) open(`${HEAD}\r\n`);
    for (let count = 0; count < 100; count++) open(HEAD);
    await sleep(200);
    app.signal("SIGTERM");
    // The drain of 1 s, the hook, and at most 1 s for the connections.
    expect("ending", await app.end(4000), 0);
  });
}

async function besieged(
  language: string,
  attack: (app: App, open: (piece: string) => Socket) => Promise<void>,
): Promise<void> {
  const app = await App.start(language);
  const sockets: Socket[] = [];
  try {
    await attack(app, (piece) => {
      const socket = connect(app.port, "127.0.0.1");
      socket.on("error", () => {}); // Cut by the server, as it should.
      if (piece !== "") socket.write(piece);
      sockets.push(socket);
      return socket;
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    app.kill();
  }
}

async function probe(app: App): Promise<void> {
  const began = performance.now();
  const { status } = await app.ask("GET /hams/alive", [], 3 * PROBE_MS);
  expect("status", status, 200);
  expect("ms to the answer", performance.now() - began, [0, PROBE_MS]);
  await sleep(25);
}
