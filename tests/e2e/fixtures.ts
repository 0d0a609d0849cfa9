import { test as base, expect, type Page } from "@playwright/test";
import { type PracticeServer, type RecordedRequest, startPracticeServer } from "../practice/server";
import type { LaunchOptions } from "./driver";
import { actions, launchRunpack, type Runpack } from "./harness";
import { type Checked, checkZip } from "./verify-zip";

interface Settings {
  port: number;
  /** Whether the profile has a key already, as after the first day. */
  keyStored: boolean;
}

interface Fixtures {
  server: PracticeServer;
  /** Starts another browser of the project's kind; the test closes it. */
  launch: (options?: LaunchOptions) => Promise<Runpack>;
  runpack: Runpack;
}

/** Each test has a server, a browser and a profile of its own. */
export const test = base.extend<Settings & Fixtures>({
  port: [0, { option: true }],
  keyStored: [true, { option: true }],
  server: async ({ port }, use) => {
    const server = await startPracticeServer({ port });
    await use(server);
    await server.close();
  },
  launch: async ({ server, browserName }, use) => {
    const browser = browserName === "firefox" ? browserName : "chromium";
    await use((options) => launchRunpack(server, { browser, ...options }));
  },
  runpack: async ({ server, launch, keyStored }, use) => {
    const runpack = await launch();
    if (keyStored) await runpack.saveKey(server.apiKey);
    await use(runpack);
    await runpack.close();
  },
});

/** Clicks **Export bundle** on a page, waits for the end and checks the ZIP by every reader and byte for byte. */
export async function exportBundle(
  page: Page,
  runpack: Runpack,
  server: PracticeServer,
  timeout = 60_000,
): Promise<Checked> {
  await actions(page).start("Export bundle");
  await saved(page, timeout);
  return checkZip(await runpack.waitForDownload(/\.zip$/), server);
}

/** Waits until the page says that an export is saved; a failure ends the wait at once. */
export async function saved(page: Page, timeout = 60_000): Promise<void> {
  const { status, alert } = actions(page);
  await expect(status.or(alert).first()).toContainText(/Saved \d|failed/, { timeout });
  expect(await alert.allTextContents()).toEqual([]);
  await expect(status).toContainText(/Saved \d/);
}

/** The IDs of everything that a run's own list names, archives (which aren't exported as such) left out. */
export function listedIds(server: PracticeServer, runId: string): string[] {
  return server.world
    .artifactsOf(runId)
    .filter(({ row }) => !row.artifact_type.endsWith("_archive"))
    .map(({ row }) => row.artifact_id)
    .sort();
}

/** The IDs that an export has or names as missing or left out. */
export function accountedIds({ report }: Checked): string[] {
  return [...report.written, ...report.missing, ...report.left_out]
    .map(({ artifact_id }) => artifact_id)
    .sort();
}

/** The extension's requests for bytes of artifacts; the page asks for some of its own, as pictures and videos. */
export function contentCalls(server: PracticeServer): RecordedRequest[] {
  return server.requests.filter(
    ({ path, headers }) => path.includes("/content") && headers["sec-fetch-dest"] === "empty",
  );
}

export { expect };
