import { computed, signal } from "@preact/signals";
import type { ReportData, ReportItem } from "@/core/report/report-data";
import type { ReportSource } from "@/core/report/report-source";

export const TABS = ["overview", "timeline", "network", "logs", "files"] as const;
export type Tab = (typeof TABS)[number];

/** What the user looks at: one place, from which all views draw. */
export class ReportState {
  readonly tab = signal<Tab>("overview");
  /** Index into the timeline; -1 before anything is chosen. */
  readonly item = signal(-1);
  /** Index into the files, where one is to be shown. */
  readonly file = signal(-1);
  readonly query = signal("");
  readonly help = signal(false);
  /** Seconds by which the user moved the start of each recording. */
  readonly shift = signal(0);
  /** Items that show a screenshot, in order: the filmstrip. */
  readonly pictured = computed(() => picturedItems(this.data));

  constructor(
    readonly data: ReportData,
    readonly source: ReportSource,
  ) {
    const failed = data.timeline.findIndex(({ failed }) => failed);
    this.item.value = failed >= 0 ? failed : data.timeline.length > 0 ? 0 : -1;
  }

  choose(item: number): void {
    if (item < 0 || item >= this.data.timeline.length) return;
    this.item.value = item;
  }

  walk(by: number): void {
    this.choose(Math.min(Math.max(this.item.value + by, 0), this.data.timeline.length - 1));
  }

  /** The next failed item in a direction, round the end. */
  walkFailed(by: 1 | -1): void {
    const { timeline } = this.data;
    for (let step = 1; step <= timeline.length; step++) {
      const index = (this.item.value + by * step + timeline.length * 2) % timeline.length;
      if (!timeline[index]?.failed) continue;
      this.tab.value = "timeline";
      this.choose(index);
      return;
    }
  }

  walkPictures(by: 1 | -1): void {
    const pictures = this.pictured.value;
    const now = pictures.findIndex(({ item }) => item >= this.item.value);
    const exact = pictures[now]?.item === this.item.value;
    const next = by > 0 && !exact ? now : (now < 0 ? pictures.length : now) + by;
    const found = pictures[Math.min(Math.max(next, 0), pictures.length - 1)];
    if (found) this.choose(found.item);
  }

  /** Shows a file: in its step where it has one, else in the list of files. */
  showFile(file: number): void {
    const item = this.data.files[file]?.item ?? null;
    this.file.value = file;
    if (item !== null) this.choose(item);
    this.tab.value = item !== null ? "timeline" : "files";
  }
}

export interface Picture {
  item: number;
  file: number;
}

function picturedItems({ timeline, files }: ReportData): Picture[] {
  return timeline.flatMap((entry, item): Picture[] => {
    const file = entry.screenshot ?? (entry.kind === "action" ? null : firstPicture(entry, files));
    return file === null ? [] : [{ item, file }];
  });
}

function firstPicture(item: ReportItem, files: ReportData["files"]): number | null {
  return item.files.find((file) => files[file]?.kind === "image") ?? null;
}
