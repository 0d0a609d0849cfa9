import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  // A busy machine is no reason to fail.
  test: {
    include: ["tests/{unit,cli}/**/*.test.ts"],
    globalSetup: "tests/cli/build.ts",
    testTimeout: 120_000,
    // Vitest leaves one core out, which of two is half of them.
    maxWorkers: "100%",
  },
});
