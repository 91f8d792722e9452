/**
 * HTTP in: request → `respond` → bytes. Knows nothing of health.
 *
 * node:http does the parsing, with the limits below. What it lets pass and HTTP/1.1 does not is
 * refused here: several Host fields, Transfer-Encoding in HTTP/1.0, bytes outside ASCII in a target,
 * more than 100 header fields. A request's body is never read: the answer is given on its head alone.
 */
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Method, Reply, Request, Response } from "../generated/hams.js";
import { ListenError } from "./errors.js";
import type { Address } from "./seam.js";

// A connection has 5 s for a head, counted from its acceptance; otherwise 512 silent ones would
// shut the port. Checked every half second; Node's own default is every 30 s.
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 30_000,
  // Above 8 KiB, so that a target over 8 KiB reaches the core, which answers 414.
  maxHeaderSize: 16_384,
  // Counted below, which also finds a second one.
  requireHostHeader: false,
  insecureHTTPParser: false,
  noDelay: true,
} as const;
const MOST_CONNECTIONS = 512;
const MOST_HEADERS = 100;
/** More are no client but a flood: Node would answer megabytes of them before anybody else. */
const MOST_PIPELINED = 1_000;
/** What is sent after an answer that closes is dropped for so long, so that the answer arrives. */
const LINGER_MS = 1_000;
/** How long owed answers may take to be written when the server closes. */
const CLOSING_MS = 1_000;
/** Bodies up to here are joined with the head into one write. */
const SMALL_BODY = 16_384;

/** Connections whose last answer is given. */
const closing = new WeakSet<Socket>();

const OUTSIDE_TARGET = /[^\x21-\x7e]/;

/** What `Buffer.toString` calls; works on any bytes, and spares every answer a Buffer. */
const { latin1Slice } = Buffer.prototype as unknown as { latin1Slice(this: Uint8Array): string };

const METHODS: ReadonlyMap<string, Method> = new Map([
  ["GET", "get"],
  ["HEAD", "head"],
  ["POST", "post"],
]);

/** Who has the answers. */
export interface Responder {
  respond(request: Request): Reply;
  /** After a reply `later`: `answer` is called once. */
  owe(ticket: number, answer: (response: Response) => void): void;
  /** Fields of every answer. */
  standardHeaders(): readonly (readonly [string, string])[];
}

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

export class Server {
  readonly #http: HttpServer;
  readonly #sockets = new Set<Socket>();
  readonly #pipelined = new WeakMap<Socket, number>();

  constructor(responder: Responder) {
    const answer = listener(responder, true);
    const strict: RequestListener = (request, response) => {
      // Pipelined behind an answer that was the last: nobody could be answered.
      if (closing.has(request.socket) || this.#floods(request.socket, response)) return;
      const status = refusal(request);
      if (status === 0) answer(request, response);
      else refuse(request, response, status);
    };
    this.#http = createServer(LIMITS, strict)
      // Without a listener Node would ask for the body that nobody reads.
      .on("checkContinue", strict)
      .on("checkExpectation", (request, response) => refuse(request, response, 417))
      .on("connection", (socket) => {
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
      });
    this.#http.maxConnections = MOST_CONNECTIONS;
    // Node drops silently what is above; this far up it is still seen that there were too many.
    this.#http.maxHeadersCount = 2 * MOST_HEADERS;
    // No listener for "clientError": one that only ends its socket leaves half-closed ones behind.
  }

  /** `address` empty: all interfaces, IPv6 and IPv4 alike where the machine has both. */
  listen(address: string, port: number): Promise<Address> {
    return new Promise((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => {
        reject(new ListenError(address, port, error.code ?? error.message));
      });
      this.#http.listen({ port, ...(address === "" ? {} : { host: address }) }, () => {
        this.#http.removeAllListeners("error");
        // Nothing is lost by a failed accept; the next one may succeed.
        this.#http.on("error", () => {});
        const at = this.#http.address() as AddressInfo;
        resolve({ address: at.address, port: at.port });
      });
    });
  }

  /** Cuts a connection with too many requests that wait for the answer of another one. */
  #floods(socket: Socket, response: ServerResponse): boolean {
    // A response has its socket as soon as those before it are written.
    if (response.socket !== null) {
      this.#pipelined.delete(socket);
      return false;
    }
    const waiting = (this.#pipelined.get(socket) ?? 0) + 1;
    this.#pipelined.set(socket, waiting);
    if (waiting <= MOST_PIPELINED) return false;
    socket.destroy();
    return true;
  }

  /** `owed`: answers that are still to come; they have a second, as has what is being written. */
  close(owed: number): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#http.listening) {
        resolve();
        return;
      }
      const deadline = setTimeout(() => {
        for (const socket of this.#sockets) socket.destroy();
      }, CLOSING_MS);
      this.#http.close(() => {
        clearTimeout(deadline);
        resolve();
      });
      // Node ends a connection itself once its last answer is written.
      if (owed === 0) for (const socket of this.#sockets) socket.destroySoon();
    });
  }
}

/**
 * What answers a request. In a server of our own a request with a body is its connection's last; one
 * that it is mounted in has rules of its own for that.
 */
export function listener(responder: Responder, own: boolean): RequestListener {
  const standard = responder.standardHeaders().flat();
  return (incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const head = method === "HEAD";
    const last = own && hasBody(incoming);
    const reply = responder.respond({
      method: METHODS.get(method) ?? "other",
      target: url,
      accept: headers.accept,
      authorization: url.includes("/hams/shutdown") ? headers.authorization : undefined,
      loopback: isLoopback(incoming.socket.remoteAddress),
    });
    if (reply.tag === "now") {
      write(incoming, outgoing, reply.val, standard, head, last);
    } else {
      responder.owe(reply.val, (response) =>
        write(incoming, outgoing, response, standard, head, last),
      );
    }
  };
}

function write(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, contentType, headers, body }: Response,
  standard: readonly string[],
  head: boolean,
  last: boolean,
): void {
  const fields = ["Content-Type", contentType, "Content-Length", String(body.length), ...standard];
  for (const [name, value] of headers) fields.push(name, value);
  if (last) makeLast(incoming, fields);
  outgoing.writeHead(status, fields);
  if (head) outgoing.end();
  else if (body.length > SMALL_BODY) outgoing.end(body);
  else endShort(outgoing, latin1Slice.call(body));
}

/**
 * Ends with a short body, as Latin-1, which keeps every byte as it is. `end(text)` would make two
 * chunks and a writev of it, a sixth of what a whole request costs; behind the head that waits to be
 * sent it leaves in one plain write. `_header` is Node's own: where it is no text, `end` it is.
 */
function endShort(outgoing: ServerResponse, text: string): void {
  const waiting = outgoing as unknown as { _header: unknown };
  if (typeof waiting._header === "string") {
    waiting._header += text;
    outgoing.end();
  } else {
    outgoing.end(text, "latin1");
  }
}

/** The status to refuse a request with, or 0. */
function refusal({
  httpVersionMajor,
  httpVersionMinor,
  headers,
  rawHeaders,
  url,
}: IncomingMessage): number {
  if (httpVersionMajor !== 1 || httpVersionMinor > 1) return 505;
  if (rawHeaders.length > 2 * MOST_HEADERS) return 400;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  if (hosts > 1 || (hosts === 0 && httpVersionMinor === 1)) return 400;
  if (httpVersionMinor === 0 && headers["transfer-encoding"] !== undefined) return 400;
  return OUTSIDE_TARGET.test(url as string) ? 400 : 0;
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number): void {
  const text = `${STATUS_CODES[status]}\n`;
  const fields = [
    "Content-Type",
    "text/plain; charset=utf-8",
    "Content-Length",
    String(text.length),
  ];
  makeLast(incoming, fields);
  outgoing.writeHead(status, fields);
  outgoing.end(incoming.method === "HEAD" ? undefined : text);
}

/**
 * Makes this answer the connection's last: half-closed after it, and what still comes dropped for a
 * moment. Closed at once with bytes unread, the system would reset the connection and the answer
 * might never be seen.
 */
function makeLast(incoming: IncomingMessage, fields: string[]): void {
  fields.push("Connection", "close");
  const { socket } = incoming;
  closing.add(socket);
  incoming.resume();
  socket.destroySoon = () => {
    socket.end();
    // Unreferenced: nobody waits for it but the peer.
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return (length !== undefined && length !== "0") || headers["transfer-encoding"] !== undefined;
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}
