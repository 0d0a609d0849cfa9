import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CollectedArtifact } from "@/core/bundle/artifact-union";
import { BigFiles } from "@/core/bundle/big-files";
import { Connections } from "@/core/bundle/connections";
import type { HashState } from "@/core/bundle/content-hash";
import type { TakeDeflated } from "@/core/bundle/deflate";
import { fetchArtifact } from "@/core/bundle/fetch-artifact";
import { Activity, type FetchContext, type FetchOutcome } from "@/core/bundle/fetch-context";
import { FileSink, type StoredFile } from "@/core/bundle/file-sink";
import { type FileWork, LocalWork, WorkLost } from "@/core/bundle/file-work";
import { Pace } from "@/core/bundle/pace";
import { PackFull } from "@/core/bundle/pack";
import { SkyvernClient } from "@/core/skyvern/client";
import {
  type Answer,
  API,
  fakeClock,
  file,
  inNoTime,
  json,
  KEY,
  loginPage,
  noise,
  notFound,
  redirect,
  refused,
  reset,
  ScriptedFetcher,
  silent,
  text,
} from "../support/scripted-fetcher";
import { MemoryHandle, openMemory } from "./memory-pack";

const CONTENT = "/v1/artifacts/a_1/content";
const SIGNED = `${API}${CONTENT}?sig=s&expiry=1`;
const BYTES = noise(5000);
const OTHER = noise(5000, 2);
const MIB = 1024 * 1024;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let server: ScriptedFetcher;
let stop: AbortController;
let handle: MemoryHandle;
let journalHandle: MemoryHandle;
let counted: number;
const work = new LocalWork();

beforeAll(async () => {
  await (await work.start()).finish();
});
beforeEach(() => {
  fakeClock();
  server = new ScriptedFetcher().on("/v1/runs", json([])).on(CONTENT, file(BYTES));
  stop = new AbortController();
  handle = new MemoryHandle(64 * MIB);
  journalHandle = new MemoryHandle(MIB);
  counted = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const artifact = (row: object = {}, fields: Partial<CollectedArtifact> = {}): CollectedArtifact => ({
  id: "a_1",
  row: { artifact_id: "a_1", artifact_type: "recording", uri: "", created_at: "2026-11-24T11:00:00", ...row },
  fileName: null,
  storageUrls: [],
  hasId: true,
  ...fields,
});

async function get(what = artifact(), context: Partial<FetchContext> = {}): Promise<FetchOutcome> {
  const { signal } = stop;
  const { pack, journal } = await openMemory(handle, journalHandle);
  const outcome = await inNoTime(
    fetchArtifact(what, {
      client: new SkyvernClient({ apiAddress: API, apiKey: KEY }, signal, server.fetch),
      fetcher: server.fetch,
      pack,
      journal,
      work,
      signal,
      settling: false,
      running: false,
      compress: false,
      takenApart: false,
      mayFetch: () => false,
      onBytes: (count) => {
        counted += count;
      },
      expectedAt: () => null,
      pace: new Pace(),
      activity: new Activity(),
      connections: new Connections(),
      bigFiles: new BigFiles(),
      ...context,
    }),
  );
  pack.writeOut();
  return outcome;
}

/** The bytes that the pack holds for a file. */
const stored = ({ extents }: StoredFile): Buffer =>
  Buffer.concat(extents.map(({ offset, length }) => handle.bytes.subarray(offset, offset + length)));

/** Expects the file to have arrived with exactly these bytes, and to be counted once. */
async function expectFile(outcome: Promise<FetchOutcome>, bytes: Uint8Array = BYTES): Promise<FetchOutcome> {
  const result = await outcome;
  if (result.kind !== "file") throw new Error(JSON.stringify(result));
  expect(stored(result.file).equals(bytes)).toBe(true);
  expect(result.file).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
  expect(counted).toBe(bytes.length);
  return result;
}

async function duration(job: () => Promise<unknown>): Promise<number> {
  const start = Date.now();
  await job();
  return Date.now() - start;
}

describe("the order of sources (skyvern-api.md §5)", () => {
  it("the signed URL first, without the key", async () => {
    await expectFile(get(artifact({ signed_url: SIGNED })));
    expect(server.asked.map(({ url }) => url.href)).toEqual([SIGNED]);
    expect(server.asked[0]?.headers.has("x-api-key")).toBe(false);
  });

  it.each([
    ["null", null],
    ["on a local disk", "file:///data/artifacts/x.webm"],
    ["unsigned", `${API}${CONTENT}?artifact_name=x&artifact_type=recording`],
    ["signed for another host", "https://api.skyvern.com/v1/artifacts/a_1/content?sig=s"],
    ["no URL", "nonsense"],
  ])("the content endpoint by ID and key where the URL is %s", async (_, signed_url) => {
    await expectFile(get(artifact({ signed_url })));
    expect(server.asked.map(({ url }) => url.href)).toEqual([API + CONTENT]);
    expect(server.asked[0]?.headers.get("x-api-key")).toBe(KEY);
  });

  it.each([
    ["expired or refused (403)", refused],
    ["gone (404)", notFound],
    ["of a wrong form (400)", json({}, 400)],
    ["one that keeps failing", json({}, 500)],
    ["one that keeps breaking", reset],
    ["answered by a login page", loginPage],
  ])("the content endpoint after a signed URL that is %s", async (_, answer) => {
    server.on(SIGNED, answer);
    await expectFile(get(artifact({ signed_url: SIGNED })));
    expect(server.paths.at(-1)).toBe(CONTENT);
    expect(server.paths).not.toContain("/v1/runs?page=1&page_size=1");
  });

  it("a storage URL last, where its origin is permitted, without the key", async () => {
    const storage = "https://bucket.s3.test/x.webm?X-Amz-Signature=s";
    server.on(CONTENT, notFound).on(storage, file(BYTES));
    const mayFetch = (origin: string) => origin === "https://bucket.s3.test";
    await expectFile(get(artifact({}, { storageUrls: [storage] }), { mayFetch }));
    expect(server.paths).toEqual([CONTENT, storage]);
    expect(server.asked.map(({ headers }) => headers.has("x-api-key"))).toEqual([true, false]);
  });

  it("no storage URL without permission", async () => {
    server.on(CONTENT, notFound);
    const outcome = await get(artifact({ signed_url: "https://bucket.s3.test/x?X-Amz-Signature=s" }));
    expect(outcome).toMatchObject({ kind: "missing", reason: "not-found" });
    expect(server.paths).toEqual([CONTENT]);
  });

  it("a path on the server's own disk is no place to ask, whatever is permitted", async () => {
    server.on(CONTENT, notFound);
    // As the permissions are asked in the extension, where browsers other than Chromium have the origin "null" here.
    const mayFetch = (origin: string) => new URL(origin).protocol.startsWith("http");
    const outcome = await get(artifact({ signed_url: "file:///data/artifacts/x.webm" }), { mayFetch });
    expect(outcome).toMatchObject({ kind: "missing", reason: "not-found" });
    expect(server.paths).toEqual([CONTENT]);
  });

  it("the API's own URL is asked once, not again as if it were a storage", async () => {
    server.on(CONTENT, notFound);
    await get(artifact({ signed_url: SIGNED }), { mayFetch: () => true });
    expect(server.paths).toEqual([`${CONTENT}?sig=s&expiry=1`, CONTENT]);
  });

  it("a file that only a URL names is fetched from there, or named as being on another host", async () => {
    const storage = "https://bucket.s3.test/x.pdf";
    server.on(storage, file(BYTES));
    const named = artifact(
      { artifact_type: "download" },
      { id: `url:${storage}`, hasId: false, storageUrls: [storage] },
    );
    expect(await get(named)).toMatchObject({ kind: "missing", reason: "other-host" });
    expect(server.asked).toHaveLength(0);
    await expectFile(get(named, { mayFetch: () => true }));
  });

  it("a file without ID at the API itself is fetched from there, without the key", async () => {
    const url = `${API}/files/x.pdf`;
    server.on(url, file(BYTES));
    await expectFile(get(artifact({ uri: url }, { id: `url:${url}`, hasId: false, storageUrls: [url] })));
    expect(server.asked[0]?.headers.has("x-api-key")).toBe(false);
  });

  it("an ID can't lead to another address of the API", async () => {
    await get(artifact({}, { id: "../../v1/secrets?x=" }));
    expect(server.asked[0]?.url.pathname).toBe("/v1/artifacts/..%2F..%2Fv1%2Fsecrets%3Fx%3D/content");
  });

  it("every request goes without cookies, cache and redirects", async () => {
    server.on(SIGNED, refused);
    await get(artifact({ signed_url: SIGNED }));
    expect(server.asked).toHaveLength(2);
    for (const { init } of server.asked)
      expect(init).toMatchObject({ credentials: "omit", cache: "no-store", redirect: "manual" });
  });
});

describe("what is missing", () => {
  it("archived files, which are not asked for", async () => {
    expect(await get(artifact({ archived: true, signed_url: SIGNED }))).toMatchObject({ reason: "archived" });
    expect(server.asked).toHaveLength(0);
  });

  it("a file that the content endpoint has not, at once where the run has settled", async () => {
    server.on(CONTENT, notFound);
    expect(await get()).toMatchObject({ kind: "missing", reason: "not-found" });
    expect(server.asked).toHaveLength(1);
  });

  it("not yet a file that may still be uploading", async () => {
    server.on(CONTENT, notFound);
    expect(await get(artifact(), { settling: true })).toEqual({ kind: "not-yet" });
  });

  it("a file that the server answers for with an error of its own, not of the key", async () => {
    server.on(CONTENT, json({}, 418));
    expect(await get()).toMatchObject({ reason: "server-error", detail: expect.stringContaining("418") });
    expect(server.paths).toEqual([CONTENT]);
  });

  it("for what the content endpoint says, whatever a storage answers", async () => {
    const url = "https://s3.example/a_1?X-Amz-Signature=s";
    server.on(CONTENT, refused).on(url, json({}, 403));
    const outcome = await get(artifact({}, { storageUrls: [url] }), { mayFetch: () => true });
    expect(outcome).toMatchObject({ reason: "refused" });
  });

  it.each([true, false])("not an empty file, which is never stored (settling: %s)", async (settling) => {
    server.on(CONTENT, notFound);
    await expectFile(get(artifact({ file_size: 0 }), { settling }), new Uint8Array(0));
  });

  it("a file that this key may not read, where the key is good", async () => {
    server.on(CONTENT, refused);
    expect(await get()).toMatchObject({ kind: "missing", reason: "refused" });
  });

  it.each([401, 403])("with a key that is bad (%i) the whole job ends", async (status) => {
    server.on(CONTENT, json({}, status)).on("/v1/runs", json({}, status));
    await expect(get()).rejects.toMatchObject({ code: "key-refused" });
  });

  it("while the key can't be checked, one file is missing and the job goes on", async () => {
    server.on(CONTENT, refused).on("/v1/runs", reset);
    expect(await get()).toMatchObject({ kind: "missing", reason: "refused" });
  });

  it.each([
    ["server-error", json({}, 500)],
    ["server-error", json({}, 429)],
    ["network", reset],
    ["network", file(BYTES, { until: 100, ending: "break" })],
    ["network", file(BYTES, { until: 100, ending: "end" })],
    ["not-skyvern", loginPage],
  ])("after eight tries: %s", async (reason, answer) => {
    server.on(CONTENT, answer);
    expect(await get()).toMatchObject({ kind: "missing", reason });
    expect(server.asked).toHaveLength(8);
    expect(counted).toBe(0);
  });
});

describe("a redirect", () => {
  const redirects: [string, Answer][] = [
    ["as browsers show it", redirect],
    ["as Node shows it", text("", 307, { location: "https://elsewhere.example/" })],
  ];

  it.each(redirects)("%s, is a gap of its own, soon", async (_, answer) => {
    server.on(CONTENT, answer);
    expect(await get()).toMatchObject({ kind: "missing", reason: "redirected" });
    expect(server.paths.filter((path) => path === CONTENT)).toHaveLength(3);
    expect(server.paths.join()).not.toContain("elsewhere");
  });

  it.each(redirects)("%s, that is over is got over", async (_, answer) => {
    server.on(CONTENT, answer, answer, file(BYTES));
    await expectFile(get());
  });
});

describe("trouble that is got over", () => {
  it.each([
    ["408", json({}, 408)],
    ["425", json({}, 425)],
    ["429", json({}, 429)],
    ["500", json({ error: "boom" }, 500)],
    ["503", json({ detail: { code: "downloaded_files_unavailable", retryable: true } }, 503)],
    ["a proxy's 502", text("<h1>502</h1>", 502, { "content-type": "text/html" })],
    ["a reset before the headers", reset],
    ["a reset in the body", file(BYTES, { until: 1000, ending: "break" })],
    ["a body shorter than its Content-Length", file(BYTES, { until: 1000, ending: "end" })],
    ["a login page", loginPage],
    ["no headers for two minutes", silent],
    ["a body that stops", file(BYTES, { until: 1000, ending: "stall" })],
  ])("%s", async (_, answer) => {
    server.on(CONTENT, answer, file(BYTES));
    await expectFile(get());
    expect(server.asked).toHaveLength(2);
  });

  it("the first byte may take two minutes, the next 30 seconds", async () => {
    server.on(CONTENT, silent, file(BYTES));
    expect(await duration(get)).toBeGreaterThanOrEqual(120_000);
    server.on(CONTENT, file(BYTES, { until: 1000, ending: "stall" }), file(BYTES));
    const time = await duration(get);
    expect(time).toBeGreaterThanOrEqual(30_000);
    expect(time).toBeLessThan(40_000);
  });

  it("a request that stands in line behind bodies that move has all the time it needs", async () => {
    const activity = new Activity();
    server.on(CONTENT, silent, file(BYTES));
    for (let at = 0; at < 600_000; at += 60_000) setTimeout(() => activity.touch(), at);
    expect(await duration(() => get(artifact(), { activity }))).toBeGreaterThan(640_000);
  });

  it("Retry-After is waited for, by all downloads of the job", async () => {
    const pace = new Pace();
    server.on(CONTENT, json({}, 429, { "retry-after": "20" }), file(BYTES));
    expect(await duration(() => get(artifact(), { pace }))).toBeGreaterThanOrEqual(20_000);
    pace.slowDown(9000);
    expect(await duration(() => get(artifact(), { pace }))).toBeGreaterThanOrEqual(9000);
  });

  it("not a cancelled job: it ends at once, and a full disk is no trouble of the network", async () => {
    server.on(CONTENT, json({}, 429, { "retry-after": "60" }));
    setTimeout(() => stop.abort(new Error("cancelled")), 1000);
    await expect(get()).rejects.toThrow("cancelled");
    stop = new AbortController();
    handle = new MemoryHandle(10);
    server.on(CONTENT, file(BYTES));
    await expect(get()).rejects.toBeInstanceOf(PackFull);
  });

  it("a web page is no trouble where the file is one", async () => {
    const page = new TextEncoder().encode("<h1>Report</h1>");
    server.on(CONTENT, file(page, { headers: { "content-type": "text/html" } }));
    await expectFile(get(artifact({ artifact_type: "download" })), page);
  });

  it("a web page is no PDF", async () => {
    server.on(CONTENT, loginPage, file(BYTES));
    await expectFile(get(artifact({ artifact_type: "pdf" })));
  });
});

describe("a big file", () => {
  const big = noise(3 * MIB + 12_345);
  const resumable = file(big, { ranges: true });
  const ranges = () => server.asked.map(({ headers }) => headers.get("range"));

  it("goes on where it stopped, wherever that was, and is the same file", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: big.length - 1 }),
        fc.constantFrom("break", "end"),
        async (until, ending) => {
          server.asked.length = 0;
          counted = 0;
          handle = new MemoryHandle(8 * MIB);
          server.on(CONTENT, file(big, { until, ending, ranges: true }), resumable);
          await expectFile(get(), big);
          // What broke inside its first MiB is a small loss, and starts again.
          expect(ranges()).toEqual([null, until >= MIB ? `bytes=${until}-` : null]);
        },
      ),
      {
        numRuns: 25,
        examples: [
          [MIB, "break"],
          [MIB - 1, "break"],
          [big.length - 1, "end"],
        ],
      },
    );
  });

  it("goes on again and again", async () => {
    const cut = (until: number) => file(big, { until, ending: "break", ranges: true });
    server.on(CONTENT, cut(MIB), cut(2 * MIB), cut(3 * MIB), resumable);
    await expectFile(get(), big);
    expect(ranges()).toEqual([null, `bytes=${MIB}-`, `bytes=${2 * MIB}-`, `bytes=${3 * MIB}-`]);
  });

  it.each(["update", "finish"] as const)("starts over where its hash is lost (%s)", async (step) => {
    let lost = false;
    const losing: FileWork = Object.assign(new LocalWork(), {
      start: async (state?: HashState | null) => {
        const hash = await work.start(state);
        if (lost) return hash;
        lost = true;
        return { ...hash, [step]: () => Promise.reject(new WorkLost("gone")) };
      },
    });
    server.on(CONTENT, file(big, { ranges: true }));
    await expectFile(get(artifact(), { work: losing }), big);
    expect(ranges()).toEqual([null, null]);
  });

  it.each(["write", "finish"] as const)("starts over where its deflation is lost (%s)", async (step) => {
    let lost = false;
    const losing: FileWork = Object.assign(new LocalWork(), {
      deflate: async (take: TakeDeflated) => {
        const deflation = await work.deflate(take);
        if (lost) return deflation;
        lost = true;
        return {
          write: (bytes: Uint8Array<ArrayBuffer>) => deflation.write(bytes),
          finish: () => deflation.finish(),
          [step]: () => Promise.reject(new WorkLost("gone")),
        };
      },
    });
    server.on(CONTENT, file(big, { ranges: true }));
    const text = artifact({ artifact_type: "har" });
    const outcome = await get(text, { work: losing, compress: true });
    if (outcome.kind !== "file") throw new Error(JSON.stringify(outcome));
    expect(inflateRawSync(stored(outcome.file)).equals(big)).toBe(true);
    expect(outcome.file).toMatchObject({ method: 8, sha256: sha256(big) });
    expect(counted).toBe(big.length);
    expect(ranges()).toEqual([null, null]);
  });

  const fromTheStart = () =>
    new Response(big.slice(0, 1000), {
      status: 206,
      headers: { "content-range": `bytes 0-999/${big.length}`, "content-length": "1000" },
    });

  it.each([
    ["ignores the Range (200)", file(big)],
    ["tells another total", file(big, { ranges: true, total: big.length + 1 })],
    ["knows no such Range (416)", json({}, 416)],
    ["answers from another byte", fromTheStart],
  ])("starts over where the server %s", async (_, answer) => {
    server.on(CONTENT, file(big, { until: 2 * MIB, ending: "break", ranges: true }), answer, file(big));
    await expectFile(get(), big);
  });

  it("that changed meanwhile is the new file whole, never a mixture", async () => {
    const changed = noise(big.length + 7, 9);
    server.on(CONTENT, file(big, { until: 2 * MIB, ending: "break" }), file(changed, { ranges: true }));
    await expectFile(get(), changed);
  });

  /** An earlier job had so much of it, and was killed. */
  const earlier = async (bytes: Uint8Array, total: number) => {
    const { pack, journal } = await openMemory(handle, journalHandle);
    const sink = new FileSink(pack, work, false);
    for (let at = 0; at < bytes.length; at += MIB)
      await sink.write(new Uint8Array(bytes.subarray(at, at + MIB)));
    const part = await sink.checkpoint();
    if (part) journal.notePart("a_1", { part, total });
  };

  it("goes on from what an earlier job had of it, with the same hash", async () => {
    await earlier(big.subarray(0, 3 * MIB), big.length);
    server.on(CONTENT, resumable);
    await expectFile(get(), big);
    expect(ranges()).toEqual([`bytes=${3 * MIB}-`]);
  });

  it.each([
    ["ignores the Range", file(big)],
    ["tells another total", file(big, { ranges: true, total: big.length + 1 })],
  ])("that an earlier job had begun starts over where the server %s", async (_, answer) => {
    await earlier(noise(2 * MIB, 5), big.length);
    server.on(CONTENT, answer, file(big));
    await expectFile(get(), big);
    expect(ranges()[0]).toBe(`bytes=${2 * MIB}-`);
  });

  it("starts over where its length was never told", async () => {
    server.on(CONTENT, file(big, { until: 2 * MIB, ending: "break", contentLength: false }), resumable);
    await expectFile(get(), big);
    expect(ranges()).toEqual([null, null]);
  });

  it.each([
    ["recording", true, null],
    ["har", true, null],
    ["recording", false, `bytes=${2 * MIB}-`],
    ["download", true, `bytes=${2 * MIB}-`],
  ])("of type %s, run still running: %s, asks next for %s", async (artifact_type, running, range) => {
    server.on(CONTENT, file(big, { until: 2 * MIB, ending: "break", ranges: true }), resumable);
    await expectFile(get(artifact({ artifact_type }), { running }), big);
    expect(ranges()).toEqual([null, range]);
  });

  it("goes on by key where its signature ran out on the way", async () => {
    server.on(SIGNED, file(big, { until: 2 * MIB, ending: "break" }), refused).on(CONTENT, resumable);
    await expectFile(get(artifact({ signed_url: SIGNED })), big);
  });
});

describe("what proves a file whole", () => {
  it("its checksum", async () => {
    const outcome = await expectFile(get(artifact({ checksum: sha256(BYTES) })));
    expect(outcome).toMatchObject({ proof: "checksum", warning: null });
  });

  it("else its length", async () => {
    expect(await expectFile(get())).toMatchObject({ proof: "length" });
  });

  it.each([
    ["no length is told", file(BYTES, { contentLength: false })],
    ["the length is that of the encoded body", file(BYTES, { headers: { "content-encoding": "gzip" } })],
  ])("else nothing, where %s", async (_, answer) => {
    server.on(CONTENT, answer);
    expect(await expectFile(get())).toMatchObject({ proof: "none" });
  });

  it.each([1, 4999, 5001, 10 ** 9])("never its file_size, which goes stale (%i)", async (file_size) => {
    expect(await expectFile(get(artifact({ file_size })))).toMatchObject({ proof: "length", warning: null });
    expect(server.asked).toHaveLength(1);
  });

  it("a checksum that is none proves nothing and disproves nothing", async () => {
    const outcome = await expectFile(get(artifact({ checksum: "d41d8cd98f00b204e9800998ecf8427e" })));
    expect(outcome).toMatchObject({ proof: "length", warning: null });
  });

  describe("where the checksum is another", () => {
    const wrong = artifact({ checksum: sha256(OTHER), artifact_type: "download" });
    const twice = async (outcome: Promise<FetchOutcome>): Promise<FetchOutcome> => {
      const result = await outcome;
      expect(server.to(CONTENT)).toHaveLength(2);
      return result;
    };

    it("the row is read again: the file may have changed", async () => {
      server.on("/v1/artifacts/a_1", json({ ...wrong.row, checksum: sha256(BYTES) }));
      expect(await twice(get(wrong))).toMatchObject({ kind: "file", proof: "checksum", warning: null });
    });

    it("the file is fetched again: it may have been damaged", async () => {
      server.on(CONTENT, file(BYTES), file(OTHER));
      expect(await twice(get(wrong))).toMatchObject({ proof: "checksum", file: { sha256: sha256(OTHER) } });
    });

    it("twice, it is kept and said", async () => {
      const outcome = await twice(get(wrong));
      expect(outcome).toMatchObject({ kind: "file", proof: "length", file: { sha256: sha256(BYTES) } });
      expect(outcome).toHaveProperty("warning", "checksum-differs");
    });

    it("and the file is gone the second time, the first is kept and said", async () => {
      server.on(CONTENT, file(BYTES), notFound);
      expect(await twice(get(wrong))).toMatchObject({ kind: "file", file: { sha256: sha256(BYTES) } });
    });

    it("of a file without ID, no row is asked for", async () => {
      const storage = "https://bucket.s3.test/x.pdf";
      server.on(storage, file(BYTES));
      const named = artifact(
        { ...wrong.row },
        { id: `url:${storage}`, hasId: false, storageUrls: [storage] },
      );
      await get(named, { mayFetch: () => true });
      expect(server.paths).toEqual([storage, storage]);
    });
  });
});

describe("in the pack", () => {
  const words = new TextEncoder().encode("skyvern ".repeat(5000));

  it.each([
    ["llm_prompt", true, words, 8],
    ["llm_prompt", false, words, 0],
    ["screenshot", true, words, 0],
    ["har", true, noise(5000), 8],
    ["har", true, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3), 0],
  ])("%s, deflating: %s", async (artifact_type, compress, bytes, method) => {
    server.on(CONTENT, file(bytes));
    const outcome = await get(artifact({ artifact_type }), { compress });
    expect(outcome).toMatchObject({
      kind: "file",
      file: { method, size: bytes.length, sha256: sha256(bytes) },
    });
  });
});
