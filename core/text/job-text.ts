import type {
  ExportMode,
  GapGroup,
  JobError,
  JobNote,
  JobProgress,
  JobResult,
  JobState,
  JobView,
} from "../jobs/job";
import { errorText } from "./error-text";
import { gapText } from "./gap-text";
import { type MessageKey, type Words, wholePercent } from "./words";

const HEADLINES: Record<JobState, MessageKey> = {
  queued: "job_queued",
  listing: "job_listing",
  fetching: "job_fetching",
  paused: "job_paused",
  saving: "job_saving",
  done: "job_done",
  partial: "job_partial",
  failed: "job_failed",
  cancelled: "job_cancelled",
};

const PROOFS: readonly (readonly [keyof JobResult["proofs"], MessageKey])[] = [
  ["checksum", "job_provenChecksum"],
  ["crc32", "job_provenCrc"],
  ["length", "job_provenLength"],
  ["none", "job_provenNone"],
];
const MODES: Record<ExportMode, MessageKey> = { bundle: "job_bundle", folder: "job_folder" };

/** What the job is doing, in a few words that change with its state alone. */
export function jobHeadline(words: Words, job: JobView): string {
  if (job.result && (job.state === "done" || job.state === "partial"))
    return job.together ? togetherSentence(words, job.result) : resultSentence(words, job.result);
  return words.t(HEADLINES[job.state]);
}

/** Which of the two exports it is: `Bundle` or `Folder`. */
export function modeName(words: Words, mode: ExportMode): string {
  return words.t(MODES[mode]);
}

/** How it ended: `Saved 91 files (5.6 MB)`, with gaps `Saved 88 of 91 files`. Files are artifacts. */
export function resultSentence(words: Words, result: JobResult): string {
  const { written, missing, bytes } = result;
  if (missing > 0) return words.t("job_savedOf", words.number(written), files(words, written + missing));
  if (written === 0) return words.t("job_savedNone");
  return words.t("job_saved", files(words, written), words.bytes(bytes));
}

/** The same of several runs in one ZIP: `Saved 7 runs: 91 files (5.6 MB)`, with gaps `Saved 6 of 7 runs: 88 files (5 MB)`. */
function togetherSentence(words: Words, { runs, written, missing, bytes }: JobResult): string {
  const lost = runs.filter(({ failure }) => failure !== null).length;
  const all = words.count("count_runs", runs.length);
  const saved = lost > 0 ? words.t("job_ofAll", words.number(runs.length - lost), all) : all;
  const gaps = missing - lost;
  if (gaps > 0) return words.t("job_savedRunsOf", saved, words.number(written), files(words, written + gaps));
  return words.t("job_savedRuns", saved, files(words, written), words.bytes(bytes));
}

/** How the files are proven whole: `3 by checksum, 81 by CRC, 7 by length`; null where nothing was saved. */
export function proofSentence(words: Words, { proofs }: JobResult): string | null {
  const parts = PROOFS.flatMap(([proof, key]) =>
    proofs[proof] > 0 ? [words.t(key, words.number(proofs[proof]))] : [],
  );
  return parts.length > 0 ? parts.join(", ") : null;
}

/** The measures of a job under way, in the order of their weight; those not known yet are left out. */
export function progressParts(words: Words, progress: JobProgress): string[] {
  const { runs, filesDone, filesTotal, bytes, speed, timeLeft } = progress;
  const parts: string[] = [];
  if (runs) parts.push(words.t("job_ofAll", words.number(runs.done), words.count("count_runs", runs.total)));
  if (filesTotal > 0) parts.push(words.t("job_ofAll", words.number(filesDone), files(words, filesTotal)));
  if (bytes > 0) parts.push(words.bytes(bytes));
  if (speed !== null && speed > 0) parts.push(words.t("unit_perSecond", words.bytes(speed)));
  if (timeLeft !== null) parts.push(words.t("job_timeLeft", words.duration(timeLeft)));
  return parts;
}

/** What a screen reader is told now and then: steps of ten percent, so that ticks stay silent. */
export function progressMilestone(words: Words, progress: JobProgress): string {
  const tens = Math.floor(wholePercent(progress.fraction) / 10) * 10;
  return tens === 0 ? "" : words.t("job_milestone", words.number(tens));
}

/** One reason and how many files it cost: `Archived by Skyvern: 3 files`. */
export function gapSentence(words: Words, gap: GapGroup): string {
  return words.t("job_gap", gapText(words, gap.reason), files(words, gap.count));
}

/** The files behind a gap, for people; null where none is named. */
export function gapExamples(words: Words, gap: GapGroup): string | null {
  // What can't be read has no name: its ID is ours, to tell one from another in `export-report.json`.
  if (gap.examples.length === 0 || gap.reason === "unreadable-row") return null;
  const unnamed = gap.count - gap.examples.length;
  const names = gap.examples
    .map(({ type, id, error }) =>
      error ? `${id}: ${errorText(words, error)}` : `${typeName(words, type)} ${id}`,
    )
    .join(", ");
  return unnamed > 0 ? words.t("job_andMore", names, words.number(unnamed)) : names;
}

/** What explains a job's state; null where nothing needs to be explained. */
export function noteText(words: Words, note: JobNote | JobError): string {
  switch (note.code) {
    case "offline":
      return words.t("note_offline");
    case "held":
      return words.t("note_held");
    case "late":
      return words.count("note_late", note.files);
    default:
      return errorText(words, note);
  }
}

/** An artifact type in words; one that we don't know by its own name. */
export function typeName(words: Words, type: string): string {
  return words.find(`type_${type}`) ?? type.replaceAll("_", " ");
}

/** `3 files`. */
function files(words: Words, amount: number): string {
  return words.count("count_files", amount);
}
