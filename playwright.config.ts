import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests/e2e",
  fullyParallel: true,
  // Most of a test is waiting.
  workers: 3,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: "list",
  // The same specs in both, but for what one browser alone can do.
  projects: [
    { name: "chromium", use: { browserName: "chromium" }, grepInvert: /@firefox/ },
    {
      name: "firefox",
      use: { browserName: "firefox" },
      grepInvert: /@chromium/,
      // Reports and the command line without the extension, and what starts Chromium by itself.
      testIgnore: /(?:report-sample|report-parts|command|languages|self-hosted)\.spec/,
      timeout: 120_000,
    },
  ],
});
