import { cpSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { type PracticeServer, type RecordedRequest, startPracticeServer } from "../practice/server";
import type { BrowserName, LaunchOptions } from "./driver";
import { actions, launchRunpack, type Runpack } from "./harness";
import { type SharedBrowser, shareBrowser } from "./shared-browser";
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

interface WorkerFixtures {
  /** A profile of somebody who has stored the key and closed the browser since; undefined in Firefox. */
  secondDay: string | undefined;
  /** A browser and a server for tests that have a run of their own, and are disturbed by nothing that others left. */
  lasting: { server: PracticeServer; runpack: Runpack };
  /** Chromium's alone. */
  shared: () => Promise<SharedBrowser>;
}

/** Whatever a test is about. */
const KEY_STAYS = "the key goes to the API alone, in its header";

/** Each test has a server, a browser and a profile of its own. */
export const test = base.extend<Settings & Fixtures, WorkerFixtures>({
  secondDay: [
    async ({ browserName }, use) => {
      if (browserName === "firefox") return use(undefined);
      const server = await startPracticeServer();
      const runpack = await launchRunpack(server);
      await runpack.saveKey(server.apiKey);
      const kept = await mkdtemp(join(tmpdir(), "runpack-second-day-"));
      await runpack.context.close();
      cpSync(runpack.profile, kept, { recursive: true });
      await runpack.close();
      await server.close();
      await use(kept);
      rmSync(kept, { recursive: true });
    },
    { scope: "worker" },
  ],
  lasting: [
    async ({ browserName, secondDay }, use) => {
      const server = await startPracticeServer();
      const start = (options?: LaunchOptions) =>
        launchRunpack(server, { browser: kindOf(browserName), ...options });
      const runpack = await launchWithKey(start, server, secondDay);
      await use({ server, runpack });
      await runpack.close();
      await server.close();
    },
    { scope: "worker" },
  ],
  shared: [
    async ({ secondDay }, use) => {
      let started: Promise<SharedBrowser> | undefined;
      await use(() => {
        if (secondDay === undefined) throw new Error("Firefox knows the extension anew at every start");
        started ??= shareBrowser(secondDay);
        return started;
      });
      await (await started)?.close();
    },
    { scope: "worker" },
  ],
  port: [0, { option: true }],
  keyStored: [true, { option: true }],
  server: async ({ port }, use) => {
    const server = await startPracticeServer({ port });
    await use(server);
    await server.close();
    expect(server.astray, KEY_STAYS).toEqual([]);
  },
  launch: async ({ server, browserName }, use) => {
    const folders = new Set<string>();
    await use(async (options) => {
      const runpack = await launchRunpack(server, { browser: kindOf(browserName), ...options });
      folders.add(runpack.profile).add(runpack.downloads);
      return runpack;
    });
    for (const folder of folders)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  },
  runpack: async ({ server, launch, keyStored, secondDay }, use) => {
    const runpack = await (keyStored ? launchWithKey(launch, server, secondDay) : launch());
    await use(runpack);
    await runpack.close();
  },
});

/**
 * Tests that share browser and server with the worker's others, as starting a browser takes longer than most of them:
 * for whatever leaves nothing in it that can't be put back. In Firefox each has its own all the same. Worker fixtures
 * are all in `test`: Playwright starts another worker where they differ.
 */
export const sharing = test.extend<{ afresh: SharedBrowser | null }>({
  afresh: async ({ browserName, shared, keyStored }, use) => {
    if (browserName === "firefox") return use(null);
    const both = await shared();
    await both.putBack(keyStored);
    await use(both);
  },
  server: async ({ afresh, port }, use) => {
    const server = afresh?.server ?? (await startPracticeServer({ port }));
    await use(server);
    if (!afresh) await server.close();
    expect(server.astray, KEY_STAYS).toEqual([]);
  },
  runpack: async ({ afresh, server, launch, keyStored, secondDay }, use) => {
    if (afresh) return use(afresh.runpack);
    const runpack = await (keyStored ? launchWithKey(launch, server, secondDay) : launch());
    await use(runpack);
    await runpack.close();
  },
});

/** Of the two that there are. */
export function kindOf(browserName: string): BrowserName {
  return browserName === "firefox" ? browserName : "chromium";
}

/** A browser whose user has stored the key. @param secondDay see there */
export async function launchWithKey(
  launch: Fixtures["launch"],
  server: PracticeServer,
  secondDay: string | undefined,
): Promise<Runpack> {
  if (secondDay !== undefined) return launch({ copyOf: secondDay });
  const runpack = await launch();
  await runpack.saveKey(server.apiKey);
  return runpack;
}

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
  await status
    .or(alert)
    .filter({ hasText: /Saved \d|failed/ })
    .first()
    .waitFor({ timeout });
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
