// service.mjs PROBES [worker]: a service with so many live probes that pass; prints its port.
// Plain JavaScript: its start-up is measured.
import { Health } from "hams";

const [probes, mode] = process.argv.slice(2);
const health = new Health({
  name: "bench",
  address: "127.0.0.1",
  port: 0,
  drainMs: 0,
  logger: false,
  worker: mode === "worker",
});
for (let i = 0; i < Number(probes); i++) {
  health.addManualProbe(`probe-${i}`, { roles: ["live"], initial: "up" });
}
await health.start();
console.log(health.address.port);
await health.finished();
await health.stop();
