/** A reporter for vitest whose output is the one line that scripts/test counts. */
import type { Reporter, TestModule } from "vitest/node";

export default class Counts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        tests += 1;
      }
      // A file that cannot be loaded has no tests.
      if (tests === 0 && module.state() === "failed") count.failed += 1;
    }
    // The default reporter's summary comes after this call.
    process.on("exit", () => {
      const skipped = count.skipped + count.pending;
      console.log(`${count.passed} passed, ${count.failed} failed, ${skipped} skipped`);
    });
  }
}
