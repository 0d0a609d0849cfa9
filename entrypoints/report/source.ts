import type { Chunk } from "@/core/report/chunks";
import { HEAD_CHUNK } from "@/core/report/chunks";
import { inflatedText } from "@/core/report/deflated-text";
import type { ReportData } from "@/core/report/report-data";
import type { ReportSource } from "@/core/report/report-source";

declare global {
  /** Called by the scripts of the chunks. */
  var runpackChunk: (name: string, chunk: Chunk) => void;
}

/** The bundle around `index.html`: chunks are scripts, since nothing else loads from disk (design.md §4). */
export class DiskSource implements ReportSource {
  readonly onDisk = true;
  readonly exported = true;
  readonly #chunks = new Map<string, Promise<Chunk>>();
  readonly #arrived = new Map<string, Chunk>();
  /** Searched again with each letter that is typed. */
  readonly #inflated = new Map<string, Promise<string>>();
  #data: ReportData | null = null;

  constructor() {
    globalThis.runpackChunk = (name, chunk) => this.#arrived.set(name, chunk);
  }

  async load(): Promise<ReportData> {
    const head = await this.#chunk(HEAD_CHUNK);
    if (head.kind !== "head") throw new Error("The report's head is no head");
    const parts = await Promise.all(head.chunks.map((name) => this.#chunk(name)));
    this.#data = {
      ...head.data,
      files: parts.flatMap((part) => (part.kind === "files" ? part.files : [])),
      timeline: parts.flatMap((part) => (part.kind === "timeline" ? part.items : [])),
    };
    return this.#data;
  }

  async text(file: number): Promise<string | null> {
    const names = this.#data?.files[file]?.chunks;
    if (!names) return null;
    const parts = await Promise.all(names.map((name) => this.#chunk(name)));
    return (await Promise.all(parts.map((part) => this.#textIn(part, String(file))))).join("");
  }

  url(file: number): string {
    const path = this.#data?.files[file]?.path ?? "";
    return path.split("/").map(encodeURIComponent).join("/");
  }

  async #textIn(part: Chunk, file: string): Promise<string> {
    if (part.kind === "text") return part.texts[file] ?? "";
    const deflated = part.kind === "deflated" ? part.texts[file] : undefined;
    if (deflated === undefined) return "";
    const inflated = this.#inflated.get(file) ?? inflatedText(deflated);
    this.#inflated.set(file, inflated);
    return inflated;
  }

  #chunk(name: string): Promise<Chunk> {
    const known = this.#chunks.get(name);
    if (known) return known;
    const loading = this.#load(name);
    this.#chunks.set(name, loading);
    return loading;
  }

  #load(name: string): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `report/data/${name}.js`;
      script.onload = () => {
        const chunk = this.#arrived.get(name);
        this.#arrived.delete(name);
        script.remove();
        if (chunk) resolve(chunk);
        else reject(new Error(`report/data/${name}.js holds no data`));
      };
      script.onerror = () => reject(new Error(`report/data/${name}.js is missing`));
      document.head.append(script);
    });
  }
}
