import { defineConfig } from "vitest/config";

export default defineConfig({
  // A test may start several processes, each of which needs a second where others build.
  test: { testTimeout: 20_000 },
});
