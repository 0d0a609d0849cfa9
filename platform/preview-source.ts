import { browser } from "wxt/browser";
import type { CollectedArtifact } from "@/core/bundle/artifact-union";
import { collectRun } from "@/core/bundle/collect";
import { replaceUrls } from "@/core/bundle/documents";
import { expectedFiles } from "@/core/bundle/expected-files";
import { placeArtifacts } from "@/core/bundle/place";
import { sourcesOf } from "@/core/bundle/sources";
import { buildReport, reportGap } from "@/core/report/build-report";
import type { ReportData } from "@/core/report/report-data";
import type { ReportSource } from "@/core/report/report-source";
import { REQUEST_INIT, SkyvernClient } from "@/core/skyvern/client";
import { runpackError } from "@/core/skyvern/errors";
import { isExportId } from "@/core/skyvern/ids";
import { warningText } from "@/core/text/warning-text";
import { readAccess } from "./access";
import { defaultServer } from "./servers";
import { words } from "./words";

/** What a browser shows as it is; anything else is text or nothing, whatever the server calls it. */
const SHOWN = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["gif", "image/gif"],
  ["webp", "image/webp"],
  ["webm", "video/webm"],
  ["mp4", "video/mp4"],
]);
const LONGEST_TEXT = 20_000_000;

/** A run straight from the API: the list first, bytes when something is looked at. For the extension's own page. */
export class PreviewSource implements ReportSource {
  readonly onDisk = false;
  readonly exported = false;
  readonly #life = new AbortController();
  readonly #urls = new Map<number, Promise<string>>();
  #client: SkyvernClient | null = null;
  #artifacts: CollectedArtifact[] = [];
  #documents: string[] = [];
  #paths: string[] = [];

  constructor(
    private readonly runId: string,
    /** API address; null: the default server. */
    private readonly server: string | null,
  ) {}

  async load(): Promise<ReportData> {
    if (!isExportId(this.runId)) throw runpackError("no-such-run", { about: this.runId });
    const access = await readAccess(this.server ?? (await defaultServer()).apiAddress);
    if (access.apiKey === "") throw runpackError("no-key");
    this.#client = new SkyvernClient(access, this.#life.signal);
    const run = await collectRun(this.#client, this.runId);
    const { files, missing, leftOut } = expectedFiles(run);
    this.#artifacts = files;
    const bare = { head: new Uint8Array(0), contentType: null };
    this.#paths = placeArtifacts(
      run,
      this.#artifacts.map((artifact) => ({ artifact, ...bare })),
    );
    const names = [...run.documents.keys()];
    const paths = new Map(this.#artifacts.map(({ id }, index) => [id, this.#paths[index] ?? id]));
    this.#documents = names.map((name) =>
      replaceUrls(run.documents.get(name) ?? "", (id) => paths.get(id) ?? null),
    );
    const documentText = (name: string) => this.#documents[names.indexOf(name)] ?? null;
    const unknown = { sha256: "" };
    return buildReport(words, {
      run,
      exportedAt: new Date(),
      version: browser.runtime.getManifest().version,
      apiAddress: access.apiAddress,
      preset: "",
      shareSafe: false,
      artifacts: this.#artifacts.map((artifact, index) => ({
        artifact,
        proof: "none",
        path: this.#paths[index] ?? artifact.id,
        bytes: artifact.row.file_size ?? 0,
        ...unknown,
      })),
      documents: names.map((path, index) => ({
        path,
        bytes: this.#documents[index]?.length ?? 0,
        ...unknown,
      })),
      missing: missing.map((gap) => reportGap(words, gap)),
      leftOut: leftOut.map((gap) => reportGap(words, gap)),
      warnings: run.warnings.map((each) => warningText(words, each)),
      ledger: [],
      lookedFor: [],
      inputs: documentText("parameters.json"),
      output: documentText("output.json"),
    });
  }

  async text(file: number): Promise<string | null> {
    const artifact = this.#artifacts[file];
    if (!artifact) return this.#documents[file - this.#artifacts.length] ?? null;
    if ((artifact.row.file_size ?? 0) > LONGEST_TEXT) return null;
    const bytes = await (await this.#fetch(artifact)).arrayBuffer();
    return bytes.byteLength > LONGEST_TEXT ? null : new TextDecoder().decode(bytes);
  }

  url(file: number): Promise<string> {
    const known = this.#urls.get(file) ?? this.#blobUrl(file);
    this.#urls.set(file, known);
    return known;
  }

  async #blobUrl(file: number): Promise<string> {
    const artifact = this.#artifacts[file];
    const extension = /\.([a-z0-9]+)$/i.exec(this.#paths[file] ?? "")?.[1]?.toLowerCase() ?? "";
    const type = SHOWN.get(extension);
    if (!artifact || !type) throw new Error("nothing to show");
    return URL.createObjectURL(new Blob([await (await this.#fetch(artifact)).arrayBuffer()], { type }));
  }

  /** By the order of sources of skyvern-api.md §5; one try each, since the user can look again. */
  async #fetch(artifact: CollectedArtifact): Promise<Response> {
    const client = this.#client;
    if (!client || artifact.row.archived) throw new Error("not to be had");
    for (const { kind, url } of sourcesOf(artifact, { client, mayFetch: () => false })) {
      const { signal } = this.#life;
      const response = await (kind === "content"
        ? client.request(url, {}, signal)
        : fetch(url, { ...REQUEST_INIT, signal })
      ).catch(() => null);
      if (response?.ok) return response;
    }
    throw new Error("not to be had");
  }
}
