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
      // Reports without the extension, which Playwright opens in a browser of its own; and languages, which Firefox has
      // by packages that have to be installed.
      testIgnore: /(?:report-sample|report-parts|languages)\.spec/,
      timeout: 120_000,
    },
  ],
});
