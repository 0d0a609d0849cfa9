import type { ReportData } from "./report-data";

/**
 * A report opened from disk can't fetch its neighbours, but scripts load (design.md §4). So its data are classic
 * scripts, `report/data/<name>.js`, each of which hands one value to `runpackChunk(name, value)`.
 */

/** Parts of a value that may be large travel in chunks of their own; joined in order. */
export type Chunk =
  | { kind: "head"; data: Omit<ReportData, "files" | "timeline">; chunks: string[] }
  | { kind: "files"; files: ReportData["files"] }
  | { kind: "timeline"; items: ReportData["timeline"] }
  /** Pieces of files' texts, by the file's index as text. */
  | { kind: "text"; texts: Record<string, string> }
  /** Whole texts of small files, as they lie in the bundle: see `inflatedText`. */
  | { kind: "deflated"; texts: Record<string, string> };

/** Name of the chunk to begin with; its `chunks` name those of files and timeline, in order. */
export const HEAD_CHUNK = "head";

/**
 * The script of a chunk. Nothing in the data can end the script or the page around it.
 * @param clean takes signed URLs out: what is shown of a text opens nobody's door, its file stays as it is
 */
export function chunkScript(name: string, chunk: Chunk, clean: (json: string) => string): string {
  // `<` covers `</script>` and `<!--`; the two separators end lines in old engines.
  const json = clean(JSON.stringify(chunk))
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return `runpackChunk(${JSON.stringify(name)},${json});\n`;
}
