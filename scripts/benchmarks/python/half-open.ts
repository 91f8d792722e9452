/** Clients that begin a request and never end it. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface HalfOpen {
  /** Lets go of all connections. */
  end(): void;
}

/** Keeps up so many, each anew when the server has cut it; returns when all are connected. */
export async function halfOpen(port: number, count: number): Promise<HalfOpen> {
  const sockets = new Set<Socket>();
  let ended = false;
  const open = (): Socket => {
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    socket.on("error", () => {}); // Cut; `close` follows.
    socket.on("close", () => {
      sockets.delete(socket);
      if (!ended) open();
    });
    socket.write("GET /hams/alive HTTP/1.1\r\nHost: ");
    return socket;
  };
  await Promise.all(Array.from({ length: count }, () => once(open(), "connect")));
  return {
    end() {
      ended = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
