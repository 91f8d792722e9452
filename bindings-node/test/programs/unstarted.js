/** Makes a health object and never starts it: nothing may hold the process. */
import { Health } from "hams";

new Health({ name: "unstarted", logger: false, worker: process.argv[2] === "worker" });
console.log("made");
