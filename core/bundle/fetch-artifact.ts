import { artifactType, growsWhileRunning } from "../skyvern/artifact-types";
import { HEADERS_TIMEOUT, isRedirect, REQUEST_INIT } from "../skyvern/client";
import { runpackError } from "../skyvern/errors";
import { isRetryable, pauseBefore, retryAfter, sleep } from "../skyvern/retry";
import { ArtifactRow } from "../skyvern/schemas";
import type { CollectedArtifact } from "./artifact-union";
import { eachChunk } from "./each-chunk";
import type { FetchContext, FetchOutcome, FileOutcome, MissingOutcome, MissingReason } from "./fetch-context";
import { FileSink } from "./file-sink";
import { WorkLost } from "./file-work";
import { extensionOf } from "./names";
import { PackFull } from "./pack";
import { type Source, sourcesOf } from "./sources";

type Attempt =
  | { kind: "whole"; total: number | null; contentType: string | null }
  | { kind: "again"; wait: number | null; reason: MissingReason; detail: string }
  | { kind: "absent" }
  | { kind: "refused"; detail: string }
  | { kind: "failed"; reason: MissingReason; detail: string };

const CHUNK_TIMEOUT = 30_000;
const RESUME_FROM = 1024 * 1024;
/** Taken in one piece, which is faster, at the first attempt; a link too slow for that gets it in chunks at the next. */
const WHOLE_BYTES = 1024 * 1024;
/** Between two notes of how much of a big file there is. */
const NOTE_BYTES = 32 * 1024 * 1024;
const TRIES: Record<Source["kind"], number> = { signed: 4, content: 8, storage: 4 };
/** A network's login page goes away or is waited for; a server that redirects its files goes on doing so. */
const REDIRECT_TRIES = 3;
/** Endings under which web pages are saved. */
const WEB_PAGE = /^(?:x?html?|mhtml?|php|aspx?|jsp|cgi|txt|bin)$/;
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

function missing(reason: MissingReason, detail: string): MissingOutcome {
  return { kind: "missing", reason, detail };
}

/** The server's SHA-256 binds, unless the file changed meanwhile: then its row is read again and the file fetched once more. */
async function proveByChecksum(
  first: FileOutcome,
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
  return { ...kept, warning: "checksum-differs" };
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

class Download {
  #sink: FileSink | null = null;
  #total: number | null = null;
  #resume = true;
  #attempts = 0;
  #noted = 0;

  constructor(
    private readonly artifact: CollectedArtifact,
    private readonly context: FetchContext,
  ) {}

  async run(): Promise<FetchOutcome> {
    await this.#takeUp();
    const sources = sourcesOf(this.artifact, this.context);
    let last: FetchOutcome = missing("other-host", "Stored on a host that Runpack may not read from.");
    for (const source of sources) {
      const outcome = await this.#from(source);
      if (outcome.kind === "file") return outcome;
      // What the content endpoint says is the last word, whatever a storage URL answers.
      if (source.kind !== "storage" || !this.artifact.hasId) last = outcome;
      this.#keepOrDrop();
    }
    return last;
  }

  /** What came before an interruption: where the server allows it, the rest is enough. */
  async #takeUp(): Promise<void> {
    const kept = this.context.journal.part(this.artifact.id);
    if (!kept) return;
    const sink = new FileSink(this.context.pack, this.context.work, false);
    try {
      await sink.goOn(kept.part);
    } catch {
      return; // Of another version: the file is fetched from its beginning.
    }
    this.#sink = sink;
    this.#total = kept.total;
    this.#noted = sink.received;
    this.context.onBytes(sink.received);
  }

  /** From time to time, how much of a big file is there. One that grows is no file to go on with. */
  async #note(sink: FileSink): Promise<void> {
    if (this.#total === null || !this.#resume || sink.received - this.#noted < NOTE_BYTES || this.#grows())
      return;
    this.#noted = sink.received;
    const part = await sink.checkpoint();
    if (part) this.context.journal.notePart(this.artifact.id, { part, total: this.#total });
  }

  #grows(): boolean {
    return this.context.running && growsWhileRunning(this.artifact.row.artifact_type);
  }

  async #from(source: Source): Promise<FetchOutcome> {
    for (let tries = 1; ; tries++) {
      const attempt = await this.#inTurn(source);
      if (attempt.kind === "whole") {
        const file = await this.#whole(attempt).catch((error: unknown) => this.#lost(error, tries, source));
        if (file) return file;
        continue;
      }
      if (attempt.kind === "refused") return this.#refused(source, attempt.detail);
      if (attempt.kind === "failed") return missing(attempt.reason, attempt.detail);
      if (attempt.kind === "absent") return this.#absent(source);
      const redirected = attempt.reason === "redirected";
      // No file is at fault for a connection that is gone.
      if ((redirected || attempt.reason === "network") && (await this.context.client.reconnected()))
        tries = 0;
      if (tries >= (redirected ? REDIRECT_TRIES : TRIES[source.kind]))
        return missing(attempt.reason, attempt.detail);
      await sleep(pauseBefore(tries, attempt.wait, Math.random()), this.context.signal);
    }
  }

  /** A file whose hash is lost at its end is fetched again. */
  #lost(error: unknown, tries: number, source: Source): null {
    if (!(error instanceof WorkLost) || tries >= TRIES[source.kind]) throw error;
    this.#startOver();
    return null;
  }

  async #inTurn(source: Source): Promise<Attempt> {
    const { pace, connections, signal } = this.context;
    await pace.enter(signal);
    let served = false;
    try {
      const leave = await connections.enter(this.#address(source), signal);
      const attempt = await this.#attempt(source).finally(leave);
      served = attempt.kind === "whole";
      return attempt;
    } finally {
      pace.leave(served);
    }
  }

  #address({ kind, url }: Source): string {
    return kind === "content" ? this.context.client.access.apiAddress + url : url;
  }

  async #whole(attempt: Attempt & { kind: "whole" }): Promise<FetchOutcome> {
    const file = await this.#open().finish();
    this.#sink = null;
    const proof = attempt.total === null ? "none" : "length";
    return { kind: "file", file, proof, contentType: attempt.contentType, warning: null };
  }

  /** A refused signature is no matter; a refused key ends the job; the rest is one file that this key may not read. */
  async #refused(source: Source, detail: string): Promise<FetchOutcome> {
    if (source.kind === "content" && !(await this.context.client.acceptsKey()))
      throw runpackError("key-refused");
    return missing("refused", detail);
  }

  /** Empty data is never stored, and rows are written before the upload is done (skyvern-api.md §5). */
  async #absent(source: Source): Promise<FetchOutcome> {
    if (source.kind === "content") {
      if (this.artifact.row.file_size === 0)
        return this.#whole({ kind: "whole", total: 0, contentType: null });
      if (this.context.settling) return { kind: "not-yet" };
    }
    return missing("not-found", "Skyvern has no such file (404).");
  }

  async #attempt(source: Source): Promise<Attempt> {
    this.#attempts++;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.context.signal, stop.signal]);
    const start = Date.now();
    const { activity } = this.context;
    // One timer that looks at the clock: setting one anew for each chunk costs more than the chunk.
    let lastTouch: number | null = null;
    const watch = (): void => {
      const left =
        lastTouch === null
          ? HEADERS_TIMEOUT - activity.idleSince(start)
          : CHUNK_TIMEOUT - (Date.now() - lastTouch);
      if (left > 0) timer = setTimeout(watch, Math.min(left, CHUNK_TIMEOUT));
      else stop.abort();
    };
    let timer = setTimeout(watch, CHUNK_TIMEOUT);
    const touch = () => {
      activity.touch();
      lastTouch = Date.now();
    };
    try {
      const response = await this.#request(source, signal);
      this.context.connections.answered(this.#address(source), response);
      touch();
      const refusal = this.#judge(response);
      if (!refusal) return await this.#receive(response, touch);
      await response.body?.cancel();
      return refusal;
    } catch (cause) {
      this.context.signal.throwIfAborted();
      const stalled = stop.signal.aborted;
      // The browser would go on receiving what nobody takes any more.
      stop.abort();
      if (cause instanceof PackFull) throw cause;
      if (cause instanceof WorkLost) this.#startOver();
      else this.#keepOrDrop();
      const detail = stalled ? "The server stopped sending." : "The connection broke.";
      return { kind: "again", wait: null, reason: "network", detail };
    } finally {
      clearTimeout(timer);
    }
  }

  #request(source: Source, signal: AbortSignal): Promise<Response> {
    const from = this.#sink?.received ?? 0;
    // Whoever looks something up meanwhile is not to wait in the browser's queue until all files are served.
    const init = {
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
      priority: "low",
    } as const satisfies RequestInit;
    if (source.kind === "content") return this.context.client.request(source.url, init, signal);
    return this.context.fetcher(source.url, { ...init, ...REQUEST_INIT, signal });
  }

  #judge(response: Response): Attempt | null {
    const { status } = response;
    if (isRedirect(response))
      return {
        kind: "again",
        wait: null,
        reason: "redirected",
        detail: "The server sent Runpack on to another address.",
      };
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
      const wait = retryAfter(response.headers.get("retry-after"), this.context.client.now());
      if (status === 429) this.context.pace.slowDown(wait ?? 0);
      return { kind: "again", wait, reason: "server-error", detail: `The server answered ${status}.` };
    }
    if (!response.ok)
      return { kind: "failed", reason: "server-error", detail: `The server answered ${status}.` };
    if (!this.#isPortal(response)) return null;
    return {
      kind: "again",
      wait: null,
      reason: "not-skyvern",
      detail: "A web page came instead of the file.",
    };
  }

  /** Skyvern serves nearly everything as JSON: a web page for a picture is a login page of some network. */
  #isPortal(response: Response): boolean {
    if (!response.headers.get("content-type")?.startsWith("text/html")) return false;
    const { row, fileName } = this.artifact;
    const { extension, folder } = artifactType(row.artifact_type);
    const known = extension ?? extensionOf(fileName ?? row.uri);
    if (known !== null) return !WEB_PAGE.test(known);
    // A download, or a type that we don't know, may be a web page by itself.
    return folder !== "downloads" && folder !== "other";
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
      await sink.write(bytes);
      this.context.onBytes(bytes.length);
    }
    const body = response.bodyUsed ? null : response.body;
    if (body)
      await eachChunk(body, (this.#total ?? 0) > WHOLE_BYTES, async (chunk, lent) => {
        touch();
        await this.context.bigFiles.taking(chunk.length, () => sink.write(chunk, lent));
        this.context.onBytes(chunk.length);
        await this.#note(sink);
      });
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
    const { pack, work, compress, expectedAt, takenApart } = this.context;
    const sha = !takenApart || checksumOf(row) !== null;
    this.#sink ??= new FileSink(pack, work, compress && text, expectedAt(this.artifact), sha);
    return this.#sink;
  }

  /** A big file goes on where it stopped; a small one, or one that still grows, starts again (skyvern-api.md §5). */
  #keepOrDrop(): void {
    const worthIt = (this.#sink?.received ?? 0) >= RESUME_FROM && this.#total !== null;
    if (!this.#resume || this.#grows() || !worthIt) this.#startOver();
  }

  #startOver(): void {
    if (this.#sink) this.context.onBytes(-this.#sink.received);
    this.#sink = null;
    this.#total = null;
    this.#noted = 0;
  }
}
