/**
 * A service that ends by a signal. The policies come as JSON in the first argument; the second one
 * says what is odd about it.
 */
import { Health } from "hams";

const [policies = "{}", oddity = ""] = process.argv.slice(2);
const health = new Health({
  name: "serve",
  port: 0,
  logger: false,
  drainMs: 0,
  graceMs: oddity === "wedged" ? 300 : 5_000,
  signals: JSON.parse(policies),
  worker: oddity === "worker",
});
if (oddity === "other") process.on("SIGTERM", () => console.log("the other listener"));
if (oddity === "hanging") health.addHook("hanging", {}, () => new Promise(() => {}));
health.addHook("hook", {}, () => console.log("hook"));
health.onShutdown((cause) => console.log(`told ${cause.val}`));
await health.start();
process.on("exit", () => console.log("exit handlers ran"));
console.log(`listening on ${health.address.port}`);
const { cause } = await health.finished();
console.log(`finished ${cause.val}`);
if (oddity === "wedged") await new Promise(() => {});
await health.stop();
console.log(`listeners ${process.listenerCount("SIGTERM")}`);
