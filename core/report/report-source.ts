import type { ReportData } from "./report-data";

/** Where a report's data and files come from: the unzipped bundle, or a run that is only looked at. */
export interface ReportSource {
  /** False where a file's bytes must be asked for one by one: nothing is fetched that is not shown. */
  readonly onDisk: boolean;
  /** False for a preview: nothing was saved, so nothing can be told of what is whole and what is missing. */
  readonly exported: boolean;
  load(): Promise<ReportData>;
  /** The text of a file; null where there is none to be had. */
  text(file: number): Promise<string | null>;
  /** Something that `src` takes. */
  url(file: number): string | Promise<string>;
}
