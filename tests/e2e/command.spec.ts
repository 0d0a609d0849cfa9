import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandEnvironment, startCommand } from "../cli/command";
import { INVOICE, PARENT } from "../practice/runs/ids";
import type { PracticeServer } from "../practice/server";
import { expect, exportBundle, saved, sharing as test } from "./fixtures";
import { actions, type Runpack } from "./harness";
import { checkZip, readZip } from "./verify-zip";

const RUNPACK = fileURLToPath(new URL("../../scripts/runpack.mjs", import.meta.url));
const WORD = "acme.example";

/** Exports by the command, and compares with what the extension made: name, paths, every byte below `data/`. */
async function compare(
  path: string,
  id: string,
  runpack: Runpack,
  server: PracticeServer,
  ...args: string[]
) {
  const out = join(runpack.downloads, "by-command");
  const env = commandEnvironment(server, runpack.profile);
  const command = [RUNPACK, "export", id, "--out", out, ...args];
  const { stderr } = await startCommand(process.execPath, command, env).ended;
  expect(stderr).toBe("");
  const [byExtension, byCommand] = [await readZip(path), await readZip(join(out, basename(path)))];
  expect([...byCommand.keys()]).toEqual([...byExtension.keys()]);
  const payload = [...byExtension].filter(([name]) => name.startsWith(`${id}/data/`));
  expect(payload.length).toBeGreaterThan(10);
  for (const [name, { sha256 }] of payload)
    expect([name, byCommand.get(name)?.sha256]).toEqual([name, sha256]);
}

test("the command's bundle is, below data/, the extension's byte for byte; so is a share-safe one, under a name of one's own", async ({
  runpack,
  server,
}) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  await compare((await exportBundle(page, runpack, server)).path, INVOICE, runpack, server);

  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByRole("textbox", { name: "Name of bundles and folders" }).fill("safe_{status}_{runId}");
  await options.getByRole("textbox", { name: /Words that share-safe/ }).fill(WORD);
  await options.getByRole("button", { name: "Save", exact: true }).click();
  await expect(options.getByText("Saved.")).toBeVisible();
  await page.bringToFront();
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await panel.getByRole("switch", { name: "Share-safe" }).click();
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  const safe = await runpack.waitForDownload(/safe_completed_.*\.zip$/);
  const words = join(runpack.profile, "words.txt");
  writeFileSync(words, `${WORD}\n`);
  const asked = ["--share-safe", "--words-file", words, "--name", "safe_{status}_{runId}"];
  await compare(safe, INVOICE, runpack, server, ...asked);
});

test("so is that of a run with a nested one and the run that it started", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${PARENT}/overview`);
  const { host, more } = actions(page);
  await more.click();
  const panel = host.getByRole("dialog");
  await panel.getByRole("checkbox", { name: /that this run started/ }).click();
  await panel.getByRole("button", { name: "Export", exact: true }).click();
  await saved(page);
  const { path } = await checkZip(await runpack.waitForDownload(/\.zip$/), server);
  await compare(path, PARENT, runpack, server, "--with-triggered");
});
