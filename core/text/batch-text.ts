import { PRESETS } from "../bundle/presets";
import type { BatchChoice, BatchCounts, BatchView } from "../jobs/batch";
import type { MessageKey, Words } from "./words";

/** In the order of their weight; those that are done stand in the headline. */
const COUNTS: readonly [keyof BatchCounts, MessageKey][] = [
  ["working", "batch_countWorking"],
  ["queued", "batch_countQueued"],
  ["paused", "batch_countPaused"],
  ["partial", "batch_countPartial"],
  ["failed", "batch_countFailed"],
  ["cancelled", "batch_countCancelled"],
];

/** How a batch stands, in a few words: `Exporting 7 runs: 3 of 7 done`, at the end `Saved 6 of 7 runs (1.2 GB)`. */
export function batchHeadline(words: Words, { state, total, counts, bytes }: BatchView): string {
  const saved = counts.done + counts.partial;
  const runs = words.count("count_runs", total);
  switch (state) {
    case "working":
      return words.t("batch_working", runs, words.number(saved), words.number(total));
    case "paused":
      return words.t("batch_paused", words.number(saved), words.number(total));
    case "failed":
      return words.t("batch_failed", runs);
    case "cancelled":
      return words.t("batch_cancelled", runs);
    default: {
      const some = words.t("job_ofAll", words.number(saved), runs);
      return words.t("batch_saved", saved === total ? runs : some, words.bytes(bytes));
    }
  }
}

/** What there is besides those that are done: `1 with gaps`, `1 failed`, `4 waiting`. */
export function batchCounts(words: Words, { counts }: BatchView): string[] {
  return COUNTS.filter(([kind]) => counts[kind] > 0).map(([kind, key]) =>
    words.t(key, words.number(counts[kind])),
  );
}

/** What a choice differs in from everything in a ZIP each; empty where it doesn't. */
export function choiceSummary(words: Words, { choice, form }: BatchChoice): string {
  const preset = PRESETS.find(({ id }) => id === choice.preset);
  return [
    ...(form === "one" ? [words.t("batch_one")] : []),
    ...(choice.preset === "everything" || !preset ? [] : [words.t(preset.label)]),
    ...(choice.shareSafe ? [words.t("actions_shareSafe")] : []),
  ].join(" · ");
}
