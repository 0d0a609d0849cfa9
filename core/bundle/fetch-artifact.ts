import { artifactType, growsWhileRunning } from "../skyvern/artifact-types";
import { HEADERS_TIMEOUT, REQUEST_INIT, type SkyvernClient } from "../skyvern/client";
import { runpackError } from "../skyvern/errors";
import { isRetryable, pauseBefore, retryAfter, sleep } from "../skyvern/retry";
import { ArtifactRow } from "../skyvern/schemas";
import type { CollectedArtifact } from "./collect";
import type { HashPool } from "./content-hash";
import { FileSink, type StoredFile } from "./file-sink";
import { type PackFile, PackFull } from "./pack";

/** What shows a file to be whole, strongest first (skyvern-api.md §5). */
export type Proof = "checksum" | "crc32" | "length" | "none";

/** Why an artifact is not in the export; one text a reason, in gaps.ts. */
export type MissingReason =
  | "archived"
  | "not-found"
  | "refused"
  | "server-error"
  | "network"
  | "other-host"
  | "not-skyvern"
  | "damaged"
  | "unlisted-run"
  | "unreadable-row";

export type FetchOutcome =
  | { kind: "file"; file: StoredFile; proof: Proof; contentType: string | null; warning: string | null }
  | { kind: "missing"; reason: MissingReason; detail: string };

/** What all downloads of a job share. */
export interface FetchContext {
  client: SkyvernClient;
  fetcher: typeof fetch;
  pack: PackFile;
  hashes: HashPool;
  signal: AbortSignal;
  /** Files may still be uploading: 404 is asked again for a while. */
  settling: boolean;
  running: boolean;
  /** Deflate text; off for a folder, whose files are saved as they are. */
  compress: boolean;
  /** Origins other than the API's that may be fetched from. */
  mayFetch: (origin: string) => boolean;
  /** Bytes received, as they come. */
  onBytes: (count: number) => void;
  /** Called with true while a file is waited for that the server doesn't have yet. */
  onWaiting: (change: 1 | -1) => void;
  /** All downloads hold while the server asks for it by 429. */
  pause: Pause;
}

/** The time until which nobody asks, as told by a 429. */
export class Pause {
  #until = 0;

  /** @param ms from now */
  extend(ms: number): void {
    this.#until = Math.max(this.#until, Date.now() + ms);
  }

  async wait(signal: AbortSignal): Promise<void> {
    for (let left = this.#until - Date.now(); left > 0; left = this.#until - Date.now())
      await sleep(left, signal);
  }
}

interface Source {
  kind: "signed" | "content" | "storage";
  url: string;
}

type Attempt =
  | { kind: "whole"; total: number | null; contentType: string | null }
  | { kind: "again"; wait: number | null; reason: MissingReason; detail: string }
  | { kind: "absent" }
  | { kind: "refused"; detail: string };

const CHUNK_TIMEOUT = 30_000;
const RESUME_FROM = 1024 * 1024;
/** Taken in one piece, which is faster, at the first attempt; a link too slow for that gets it in chunks at the next. */
const WHOLE_BYTES = 1024 * 1024;
const TRIES: Record<Source["kind"], number> = { signed: 4, content: 8, storage: 4 };
/** About two minutes in all (skyvern-api.md §5). */
const NOT_YET_WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];
const TEXT_FILE = /\.(?:txt|csv|tsv|json|xml|html?|md|log|svg|ya?ml|js|py)$/i;

/**
 * Fetches one artifact into the pack, by the order of sources of skyvern-api.md §5, with retries and resumption.
 * @throws RunpackError key-refused; PackFull; the signal's reason
 */
export async function fetchArtifact(
  artifact: CollectedArtifact,
  context: FetchContext,
): Promise<FetchOutcome> {
  if (artifact.row.archived) return missing("archived", "In cold storage (older than 90 days).");
  const first = await new Download(artifact, context).run();
  return first.kind === "file" ? proveByChecksum(first, artifact, context) : first;
}

function missing(reason: MissingReason, detail: string): FetchOutcome {
  return { kind: "missing", reason, detail };
}

/** The server's SHA-256 binds, unless the file changed meanwhile: then its row is read again and the file fetched once more. */
async function proveByChecksum(
  first: FetchOutcome & { kind: "file" },
  artifact: CollectedArtifact,
  context: FetchContext,
): Promise<FetchOutcome> {
  const told = checksumOf(artifact.row);
  if (!told) return first;
  if (told === first.file.sha256) return { ...first, proof: "checksum" };
  const fresh = artifact.hasId ? await rowAgain(artifact, context) : null;
  const again = fresh ? { ...artifact, row: fresh.value } : artifact;
  const second = await new Download(again, context).run();
  const kept = second.kind === "file" ? second : first;
  if (checksumOf(again.row) === kept.file.sha256) return { ...kept, proof: "checksum" };
  return { ...kept, warning: "The file's SHA-256 is not the one that Skyvern lists; it was fetched twice." };
}

/** @returns null where there is no newer row to be had: the one that we have counts then */
function rowAgain({ id }: CollectedArtifact, { client, signal }: FetchContext) {
  return client.document(`/v1/artifacts/${encodeURIComponent(id)}`, ArtifactRow).catch(() => {
    signal.throwIfAborted();
    return null;
  });
}

function checksumOf(row: ArtifactRow): string | null {
  const value = row.checksum?.toLowerCase().replace(/^sha256:/, "") ?? "";
  return /^[0-9a-f]{64}$/.test(value) ? value : null;
}

/** The sources of an artifact in the order to try (skyvern-api.md §5). */
function sourcesOf(
  artifact: CollectedArtifact,
  context: Pick<FetchContext, "client" | "mayFetch">,
): Source[] {
  const { apiAddress } = context.client.access;
  const { origin: ownOrigin } = new URL(apiAddress);
  const { signed_url: signed } = artifact.row;
  const sources: Source[] = [];
  if (signed && URL.canParse(signed)) {
    const url = new URL(signed);
    const signature = url.searchParams.has("sig");
    if (signature && url.origin === ownOrigin) sources.push({ kind: "signed", url: signed });
  }
  if (artifact.hasId) {
    // An ID may come out of a run's output, which a web page wrote: it must not lead anywhere else with the key.
    sources.push({ kind: "content", url: `/v1/artifacts/${encodeURIComponent(artifact.id)}/content` });
  }
  for (const url of new Set([...(signed ? [signed] : []), ...artifact.storageUrls])) {
    if (!URL.canParse(url)) continue;
    const { origin } = new URL(url);
    const asked = artifact.hasId && origin === ownOrigin; // the content endpoint has answered for it
    if (!asked && context.mayFetch(origin)) sources.push({ kind: "storage", url });
  }
  return sources;
}

class Download {
  #sink: FileSink | null = null;
  #total: number | null = null;
  #resume = true;
  #waits = 0;
  #attempts = 0;

  constructor(
    private readonly artifact: CollectedArtifact,
    private readonly context: FetchContext,
  ) {}

  async run(): Promise<FetchOutcome> {
    const sources = sourcesOf(this.artifact, this.context);
    let last: FetchOutcome = missing("other-host", "Stored on a host that Runpack may not read from.");
    for (const source of sources) {
      const outcome = await this.#from(source);
      if (outcome.kind === "file") return outcome;
      // "Not found" at the content endpoint is the last word on it, whatever a storage URL answers.
      last =
        source.kind === "storage" && last.kind === "missing" && last.reason === "not-found" ? last : outcome;
      this.#startOver();
    }
    return last;
  }

  async #from(source: Source): Promise<FetchOutcome> {
    for (let tries = 1; ; ) {
      await this.context.pause.wait(this.context.signal);
      const attempt = await this.#attempt(source);
      if (attempt.kind === "whole") return this.#whole(attempt);
      if (attempt.kind === "refused") return this.#refused(source, attempt.detail);
      if (attempt.kind === "absent") {
        const outcome = await this.#absent(source);
        if (outcome) return outcome;
        continue;
      }
      if (tries >= TRIES[source.kind]) return missing(attempt.reason, attempt.detail);
      await sleep(pauseBefore(tries, attempt.wait, Math.random()), this.context.signal);
      tries++;
    }
  }

  async #whole(attempt: Attempt & { kind: "whole" }): Promise<FetchOutcome> {
    const sink = this.#open();
    this.#sink = null;
    const file = await sink.finish();
    const proof = attempt.total === null ? "none" : "length";
    return { kind: "file", file, proof, contentType: attempt.contentType, warning: null };
  }

  /** A refused signature is no matter; a refused key ends the job; the rest is one file that this key may not read. */
  async #refused(source: Source, detail: string): Promise<FetchOutcome> {
    if (source.kind === "content" && !(await this.context.client.acceptsKey()))
      throw runpackError("key-refused");
    return missing("refused", detail);
  }

  /** @returns null where it is worth asking again: rows are written before the upload is done (skyvern-api.md §5) */
  async #absent(source: Source): Promise<FetchOutcome | null> {
    const gone = missing("not-found", "Skyvern has no such file (404).");
    if (source.kind !== "content") return gone;
    if (this.artifact.row.file_size === 0) return this.#whole({ kind: "whole", total: 0, contentType: null });
    const wait = this.context.settling ? NOT_YET_WAITS[this.#waits] : undefined;
    if (wait === undefined) return gone;
    this.#waits++;
    this.context.onWaiting(1);
    await sleep(wait, this.context.signal).finally(() => this.context.onWaiting(-1));
    return null;
  }

  async #attempt(source: Source): Promise<Attempt> {
    this.#attempts++;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.context.signal, stop.signal]);
    let timer = setTimeout(() => stop.abort(), HEADERS_TIMEOUT);
    const touch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), CHUNK_TIMEOUT);
    };
    try {
      const response = await this.#request(source, signal);
      touch();
      const refusal = this.#judge(response);
      if (!refusal) return await this.#receive(response, touch);
      await response.body?.cancel();
      return refusal;
    } catch (cause) {
      this.context.signal.throwIfAborted();
      if (cause instanceof PackFull) throw cause;
      this.#keepOrDrop();
      const detail = stop.signal.aborted ? "The server stopped sending." : "The connection broke.";
      return { kind: "again", wait: null, reason: "network", detail };
    } finally {
      clearTimeout(timer);
    }
  }

  #request(source: Source, signal: AbortSignal): Promise<Response> {
    const from = this.#sink?.received ?? 0;
    const headers: HeadersInit = from > 0 ? { range: `bytes=${from}-` } : {};
    if (source.kind === "content") return this.context.client.request(source.url, { headers }, signal);
    return this.context.fetcher(source.url, { ...REQUEST_INIT, headers, signal });
  }

  #judge(response: Response): Attempt | null {
    const { status } = response;
    if (status === 404 || status === 410) return { kind: "absent" };
    if (status === 401 || status === 403)
      return { kind: "refused", detail: `Skyvern refused the file (${status}).` };
    if (status === 416 || (status === 206 && !this.#continues(response))) {
      this.#startOver();
      this.#resume = false;
      return {
        kind: "again",
        wait: 0,
        reason: "server-error",
        detail: "The file changed while it was fetched.",
      };
    }
    if (isRetryable(status)) {
      const wait = retryAfter(response.headers.get("retry-after"), Date.now());
      if (status === 429 && wait !== null) this.context.pause.extend(wait);
      return { kind: "again", wait, reason: "server-error", detail: `The server answered ${status}.` };
    }
    if (!response.ok) return { kind: "refused", detail: `The server answered ${status}.` };
    if (!this.#isPortal(response)) return null;
    return {
      kind: "again",
      wait: null,
      reason: "not-skyvern",
      detail: "A web page came instead of the file.",
    };
  }

  /** Skyvern serves HTML artifacts as JSON: a web page for a picture is a login page of some network. */
  #isPortal(response: Response): boolean {
    const { folder, extension } = artifactType(this.artifact.row.artifact_type);
    const page = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    // A download, or a type that we don't know, may be a web page by itself.
    const mayBePage = extension === null && (folder === "downloads" || folder === "other");
    return page && extension !== "html" && !mayBePage;
  }

  #continues(response: Response): boolean {
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
    if (!range || !this.#sink) return false;
    return Number(range[1]) === this.#sink.received && Number(range[2]) === this.#total;
  }

  async #receive(response: Response, touch: () => void): Promise<Attempt> {
    const encoded = response.headers.get("content-encoding");
    if (response.status !== 206) {
      this.#startOver();
      const length = response.headers.get("content-length");
      this.#total = encoded || length === null ? null : Number(length);
    }
    const sink = this.#open();
    if (this.#attempts === 1 && this.#total !== null && this.#total <= WHOLE_BYTES) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      this.context.onBytes(bytes.length);
      await sink.write(bytes);
    }
    const reader = response.bodyUsed ? null : response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      touch();
      this.context.onBytes(part.value.length);
      await sink.write(part.value);
    }
    if (this.#total !== null && sink.received !== this.#total) {
      const detail = `${sink.received} of ${this.#total} bytes came.`;
      this.#keepOrDrop();
      return { kind: "again", wait: null, reason: "network", detail };
    }
    return { kind: "whole", total: this.#total, contentType: response.headers.get("content-type") };
  }

  #open(): FileSink {
    const { row, fileName } = this.artifact;
    const text = artifactType(row.artifact_type).text || TEXT_FILE.test(fileName ?? row.uri);
    this.#sink ??= new FileSink(this.context.pack, this.context.hashes, this.context.compress && text);
    return this.#sink;
  }

  /** A big file goes on where it stopped; a small one, or one that still grows, starts again (skyvern-api.md §5). */
  #keepOrDrop(): void {
    const grows = this.context.running && growsWhileRunning(this.artifact.row.artifact_type);
    const worthIt = (this.#sink?.received ?? 0) >= RESUME_FROM && this.#total !== null;
    if (!this.#resume || grows || !worthIt) this.#startOver();
  }

  #startOver(): void {
    if (this.#sink) this.context.onBytes(-this.#sink.received);
    this.#sink = null;
    this.#total = null;
  }
}
