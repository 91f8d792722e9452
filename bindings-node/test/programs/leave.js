/** Starts, stops and has nothing left to do: the process is to end by itself. */
import { Health } from "hams";

const listeners = () =>
  ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "exit", "uncaughtException"].map((name) =>
    process.listenerCount(name),
  );
const before = listeners().join();
const health = new Health({
  name: "leave",
  port: 0,
  logger: false,
  worker: process.argv[2] === "worker",
});
health.addProbe("hanging", { roles: ["ready"] }, () => new Promise(() => {}));
health.addTcpProbe("tcp", { roles: ["ready"], host: "127.0.0.1", port: 1 });
health.addHttpProbe("http", { roles: ["ready"], url: "http://127.0.0.1:1/" });
await health.start();
await health.stop();
console.log(before === listeners().join() ? "no listener left" : `listeners: ${listeners()}`);
