/** Health from a worker thread, and a main loop that blocks on SIGUSR2 for the time it is told. */
import { Health } from "hams";

const health = new Health({
  name: "blocked",
  address: "127.0.0.1",
  port: 0,
  logger: false,
  graceMs: 400,
  shutdownApi: { token: "0123456789abcdef" },
  worker: { limitMs: 300 },
});
health.addProbe("db", { roles: ["ready"] }, () => true);
await health.start();
process.on("SIGUSR2", () => {
  console.log("blocking");
  const end = performance.now() + Number(process.argv[2]);
  while (performance.now() < end);
  console.log("free again");
});
console.log(`listening on ${health.address.port}`);
await health.finished();
await health.stop();
console.log("stopped");
