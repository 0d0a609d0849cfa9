import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { FAILED } from "../practice/runs/ids";
import { test as base, expect } from "./fixtures";
import { actions } from "./harness";
import { checkZip } from "./verify-zip";

/** What a company's own Skyvern keeps its files at. */
interface Storage {
  origin: string;
  body: Buffer;
  asked: IncomingHttpHeaders[];
}

const test = base.extend<{ storage: Storage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the braces.
  storage: async ({}, use) => {
    const storage: Storage = { origin: "", body: Buffer.alloc(0), asked: [] };
    const server = createServer(({ headers }, response) => {
      storage.asked.push(headers);
      response.end(storage.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    storage.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    await use(storage);
    server.closeAllConnections();
    server.close();
  },
});

test("a file that the server can't serve comes from its storage host, once the user allows that very host", async ({
  runpack,
  server,
  storage,
}) => {
  const artifacts = server.world.artifactsOf(FAILED);
  // The page itself shows nothing of it.
  const log = artifacts.find(({ row }) => row.artifact_type === "skyvern_log");
  if (!log) throw new Error("The run has no log");
  storage.body = server.bytesOf(log.row.artifact_id);
  log.link = { kind: "at", url: `${storage.origin}/bucket/log?X-Amz-Signature=0` };
  server.world.faults.set(log.row.artifact_id, { kind: "status", status: 404 });

  const page = await runpack.openRun(`/runs/${FAILED}/overview`);
  await actions(page).start("Export bundle");
  await expect(actions(page).status).toContainText(
    `Saved ${artifacts.length - 1} of ${artifacts.length} files`,
  );
  expect(storage.asked).toEqual([]);

  await runpack.allowHosts([storage.origin]);
  const options = await runpack.context.newPage();
  await options.goto(runpack.extensionPage("options"));
  await options.getByText("Storage hosts", { exact: true }).click();
  const host = options.getByRole("textbox", { name: "Storage host" });
  await host.fill("no address");
  await options.getByRole("button", { name: "Allow" }).click();
  await expect(options.getByText("Not allowed.")).toBeVisible();
  await host.fill(`${storage.origin}/bucket`);
  await options.getByRole("button", { name: "Allow" }).click();
  await expect(host).toHaveValue("");
  const row = options
    .getByRole("listitem")
    .filter({ has: options.getByRole("button", { name: "Take back" }) });
  await expect(row).toContainText("localhost");

  await page.bringToFront();
  await actions(page).start("Export bundle");
  const { report } = await checkZip(await runpack.waitForDownload(new RegExp(`${FAILED}\\.zip$`)), server);
  expect(report.counts.missing).toBe(0);
  expect(storage.asked.length).toBeGreaterThan(0);
  for (const headers of storage.asked) expect(JSON.stringify(headers)).not.toContain(server.apiKey);

  await options.bringToFront();
  await row.getByRole("button", { name: "Take back" }).click();
  await expect(row).toHaveCount(0);
});
