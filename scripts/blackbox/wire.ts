/**
 * HTTP/1.1 as bytes on a socket: what a client library would mend on its way is sent as it is, and
 * what comes back is read strictly.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What to send: bytes, or a pause in milliseconds, or the end of the client's side. */
export type Piece = string | Uint8Array | number | "end of input";

export interface Answer {
  readonly status: number;
  /** Names in lower case; several fields of one name joined by a line feed. */
  readonly fields: Readonly<Record<string, string>>;
  /** UTF-8. */
  readonly body: string;
}

export interface Exchange {
  /** Final answers, in their order; 1xx are left out. */
  readonly answers: readonly Answer[];
  /** Bytes after the last whole answer. */
  readonly rest: string;
  /** The server closed or reset the connection before the time was over. */
  readonly closed: boolean;
  /** From the connection to its end, or the time that was waited. */
  readonly tookMs: number;
}

export interface Patience {
  /** Ends the exchange when so many answers are there; without it, it goes on until the server closes. */
  readonly answers?: number;
  readonly forMs?: number;
  /** The answers at these places are to HEAD, and so have no body. */
  readonly heads?: readonly number[];
}

/** Sends the pieces in turn and collects what the server says. */
export async function exchange(
  port: number,
  pieces: readonly Piece[],
  { answers, forMs = 8000, heads = [] }: Patience = {},
): Promise<Exchange> {
  const began = performance.now();
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  let closed = false;
  const ended = new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (answers !== undefined && parse(chunks, false, heads).answers.length >= answers) resolve();
    });
    for (const event of ["end", "close"]) {
      socket.on(event, () => {
        closed = true;
        resolve();
      });
    }
    socket.on("error", () => {}); // A reset; "close" follows.
  });
  const sent = send(socket, pieces);
  const patience = sleep(forMs, undefined, { ref: false });
  await Promise.race([ended, patience]);
  const tookMs = performance.now() - began;
  socket.destroy();
  await sent;
  return { ...parse(chunks, closed, heads), closed, tookMs };
}

async function send(socket: Socket, pieces: readonly Piece[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (piece === "end of input") socket.end();
    else if (typeof piece === "number") await sleep(piece);
    else socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
  }
}

/** As many whole answers as there are; without a Content-Length the last one goes on to the end. */
function parse(
  chunks: readonly Buffer[],
  closed: boolean,
  heads: readonly number[],
): { answers: Answer[]; rest: string } {
  let text = Buffer.concat(chunks).toString("latin1");
  const answers: Answer[] = [];
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [line = "", ...lines] = text.slice(0, end).split("\r\n");
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1];
    if (status === undefined) break;
    if (status.startsWith("1")) {
      text = text.slice(end + 4);
      continue;
    }
    const fields: Record<string, string> = {};
    for (const field of lines) {
      const colon = field.indexOf(":");
      const name = field.slice(0, colon).toLowerCase();
      const value = field.slice(colon + 1).trim();
      fields[name] = fields[name] === undefined ? value : `${fields[name]}\n${value}`;
    }
    const length = fields["content-length"];
    const hasNone = heads.includes(answers.length) || status === "204" || status === "304";
    if (!hasNone && length === undefined && !closed) break;
    const size = hasNone ? 0 : length === undefined ? text.length : Number(length);
    if (length !== undefined && text.length < end + 4 + size) break;
    const body = Buffer.from(text.slice(end + 4, end + 4 + size), "latin1").toString("utf8");
    answers.push({ status: Number(status), fields, body });
    text = text.slice(end + 4 + size);
  }
  return { answers, rest: text };
}
