import { collectRun } from "@/core/bundle/collect";
import { type Medium, mediumAt } from "@/core/bundle/medium";
import { sourcesOf } from "@/core/bundle/sources";
import type { SkyvernClient } from "@/core/skyvern/client";
import { askApi } from "./client";
import { startDownload } from "./downloads";
import { openFinder } from "./finder-window";
import { readPolicy } from "./policy";
import { readPreferences } from "./settings-store";
import { pageOf, type Target } from "./target";

/** Without a signed URL the file goes through memory. */
const MOST_BYTES = 50_000_000;

/**
 * Saves a picture or video of a run's page where **Download all** would put it, under the same name. Where that can't
 * be done, the run is shown, to be exported.
 * @param shown the run or browser session that the page shows
 */
export async function saveMedium(address: string, shown: Target | null): Promise<void> {
  if (shown === null) return openFinder("");
  // Pictures can't be searched for secrets, and an administrator may want every export to be.
  if ((await readPolicy()).shareSafe) return openFinder(await pageOf(shown));
  const saved = await askApi(shown.server, async (client) => {
    const { nameTemplate } = await readPreferences();
    const medium = mediumAt(await collectRun(client, shown.id), address, nameTemplate);
    return medium !== null && (await save(medium, client));
  });
  if (saved !== true) await openFinder(await pageOf(shown));
}

async function save({ artifact, path }: Medium, client: SkyvernClient): Promise<boolean> {
  const [first] = sourcesOf(artifact, { client, mayFetch: () => false });
  if (!first) return false;
  // Fresh, since the run was just listed; the browser's downloads can't be given the key.
  const url = first.kind === "signed" ? first.url : await throughMemory(first.url, client);
  return url !== null && !("error" in (await startDownload(url, path)));
}

async function throughMemory(path: string, client: SkyvernClient): Promise<string | null> {
  const response = await client.request(path, {}, AbortSignal.timeout(120_000));
  const length = Number(response.headers.get("content-length") ?? MOST_BYTES);
  if (!response.ok || length > MOST_BYTES) {
    await response.body?.cancel();
    return null;
  }
  const bytes = new Blob([await response.arrayBuffer()], { type: "application/octet-stream" });
  // A service worker has no object URLs; Firefox, which downloads no data URLs, has no service worker.
  return import.meta.env.FIREFOX ? URL.createObjectURL(bytes) : dataUrl(bytes);
}

async function dataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:${blob.type};base64,${btoa(text)}`;
}
