/**
 * The page of the peers: the job of an export, done by another library as its documentation shows it, in a page of
 * Skyvern's origin, which alone may read from its API. Runs in that page; `bench/contenders.ts` opens it.
 */
import { BlobWriter, ZipWriter } from "@zip.js/zip.js";
import { downloadZip } from "client-zip";
import { type AsyncZippable, zip } from "fflate";
import JSZip from "jszip";

interface PeerFile {
  name: string;
  url: string;
}

const API = "https://api.skyvern.com";
/** A browser opens 6 connections to a host: each peer gets as many requests at once, and an answer to hand on. */
const AT_ONCE = 6;

async function get(url: string): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, { cache: "no-store", credentials: "omit" });
      if (response.ok) return response;
      throw new Error(`${response.status} for ${url}`);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** The whole body, asked for again where its connection broke. */
async function body(url: string): Promise<ArrayBuffer> {
  for (let tries = 1; ; tries++) {
    const response = await get(url);
    try {
      return await response.arrayBuffer();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function eachOf(files: PeerFile[], work: (file: PeerFile) => Promise<unknown>): Promise<void> {
  const queue = files.values();
  const lane = async () => {
    for (const file of queue) await work(file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Six requests are under way ahead of the one that is read. */
async function* ahead(files: PeerFile[]) {
  const waiting: Promise<{ name: string; input: Response }>[] = [];
  for (const { name, url } of files) {
    waiting.push(get(url).then((input) => ({ name, input })));
    if (waiting.length === AT_ONCE) yield await (waiting.shift() as (typeof waiting)[number]);
  }
  for (const each of waiting) yield await each;
}

const PEERS: Record<string, (files: PeerFile[]) => Promise<Blob | null>> = {
  async floor(files) {
    await eachOf(files, async ({ url }) => {
      const reader = (await get(url)).body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read());
    });
    return null;
  },

  "client-zip": (files) => downloadZip(ahead(files)).blob(),

  async "zip.js"(files) {
    const writer = new ZipWriter(new BlobWriter("application/zip"));
    await eachOf(files, async ({ name, url }) => {
      const { body: stream } = await get(url);
      if (stream) await writer.add(name, stream);
    });
    return writer.close();
  },

  async fflate(files) {
    const entries: AsyncZippable = {};
    await eachOf(files, async ({ name, url }) => {
      entries[name] = new Uint8Array(await body(url));
    });
    const bytes = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      zip(entries, (error, data) => (error ? reject(error) : resolve(data as Uint8Array<ArrayBuffer>)));
    });
    return new Blob([bytes], { type: "application/zip" });
  },

  async JSZip(files) {
    const archive = new JSZip();
    await eachOf(files, async ({ name, url }) => archive.file(name, await body(url)));
    return archive.generateAsync({ type: "blob" });
  },
};

async function filesOf(runId: string, key: string): Promise<PeerFile[]> {
  const headers = { "x-api-key": key };
  const rows: { artifact_id: string; artifact_type: string; signed_url: string }[] = await (
    await fetch(`${API}/v1/runs/${runId}/artifacts`, { headers })
  ).json();
  return rows
    .filter(({ artifact_type: type }) => type !== "step_archive")
    .map(({ artifact_id: name, signed_url: url }) => ({ name, url }));
}

function save(blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = "bundle.zip";
  link.click();
}

async function run(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const [name, runId, key] = ["peer", "run", "key"].map((each) => asked.get(each) ?? "");
  const peer = PEERS[name ?? ""];
  if (!peer || !runId || !key) return;
  // The debugger that opened this page is gone by then.
  await new Promise((resolve) => setTimeout(resolve, Number(asked.get("at")) - Date.now()));
  const end = (what: string) =>
    fetch(`${API}/bench-end?what=${encodeURIComponent(what)}`, { mode: "no-cors" });
  try {
    const blob = await peer(await filesOf(runId, key));
    if (blob) save(blob);
    else await end("done");
  } catch (error) {
    await end(String(error));
  }
}

void run();
