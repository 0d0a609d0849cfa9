import type { ExportMode, GapGroup, JobProgress, JobResult, JobState, JobView } from "../jobs/job";
import { count, formatBytes, formatDuration, formatPercent, groupDigits, wholePercent } from "./format";

const HEADLINES: Record<JobState, string> = {
  queued: "Waiting to start",
  listing: "Looking up the run's files",
  fetching: "Downloading files",
  paused: "Paused",
  saving: "Saving",
  done: "Saved",
  partial: "Saved with gaps",
  failed: "The export failed",
  cancelled: "Export cancelled",
};

const PROOFS: readonly (readonly [keyof JobResult["proofs"], string])[] = [
  ["checksum", "by checksum"],
  ["crc32", "by CRC"],
  ["length", "by length"],
  ["none", "as received"],
];
const MODES: Record<ExportMode, string> = { bundle: "Bundle", folder: "Folder" };

/** What the job is doing, in a few words that change with its state alone. */
export function jobHeadline(job: JobView): string {
  if (job.result && (job.state === "done" || job.state === "partial"))
    return job.together ? togetherSentence(job.result) : resultSentence(job.result);
  return HEADLINES[job.state];
}

/** Which of the two exports it is: `Bundle` or `Folder`. */
export function modeName(mode: ExportMode): string {
  return MODES[mode];
}

/** How it ended: `Saved 91 files (5.6 MB)`, with gaps `Saved 88 of 91 files`. Files are artifacts. */
export function resultSentence(result: JobResult): string {
  if (result.missing > 0) {
    return `Saved ${groupDigits(result.written)} of ${files(result.written + result.missing)}`;
  }
  if (result.written === 0) return "Saved 0 files";
  return `Saved ${files(result.written)} (${formatBytes(result.bytes)})`;
}

/** The same of several runs in one ZIP: `Saved 7 runs: 91 files (5.6 MB)`, with gaps `Saved 6 of 7 runs: 88 files (5 MB)`. */
function togetherSentence(result: JobResult): string {
  const lost = result.runs.filter(({ failure }) => failure !== null).length;
  const all = count(result.runs.length, "run", "runs");
  const runs = lost > 0 ? `${groupDigits(result.runs.length - lost)} of ${all}` : all;
  const gaps = result.missing - lost;
  if (gaps > 0) return `Saved ${runs}: ${groupDigits(result.written)} of ${files(result.written + gaps)}`;
  return `Saved ${runs}: ${files(result.written)} (${formatBytes(result.bytes)})`;
}

/** How the files are proven whole: `3 by checksum, 81 by CRC, 7 by length`; null where nothing was saved. */
export function proofSentence({ proofs }: JobResult): string | null {
  const parts = PROOFS.flatMap(([proof, words]) => {
    const amount = proofs[proof];
    return amount > 0 ? [`${groupDigits(amount)} ${words}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : null;
}

/** The measures of a job under way, in the order of their weight; those not known yet are left out. */
export function progressParts(progress: JobProgress): string[] {
  const parts: string[] = [];
  const { runs } = progress;
  if (runs) parts.push(`${groupDigits(runs.done)} of ${count(runs.total, "run", "runs")}`);
  if (progress.filesTotal > 0) {
    parts.push(`${groupDigits(progress.filesDone)} of ${files(progress.filesTotal)}`);
  }
  if (progress.bytes > 0) parts.push(formatBytes(progress.bytes));
  if (progress.speed !== null && progress.speed > 0) parts.push(`${formatBytes(progress.speed)}/s`);
  if (progress.timeLeft !== null) parts.push(`${formatDuration(progress.timeLeft)} left`);
  return parts;
}

/** `37%`. */
export function progressPercent(progress: JobProgress): string {
  return formatPercent(progress.fraction);
}

/** What a screen reader is told now and then: steps of ten percent, so that ticks stay silent. */
export function progressMilestone(progress: JobProgress): string {
  const tens = Math.floor(wholePercent(progress.fraction) / 10) * 10;
  return tens === 0 ? "" : `${tens} percent done`;
}

/** One reason and how many files it cost: `Archived by Skyvern: 3 files`. */
export function gapSentence(gap: GapGroup): string {
  return `${gap.reason}: ${files(gap.count)}`;
}

/** The files behind a gap, for people; null where none is named. */
export function gapExamples(gap: GapGroup): string | null {
  if (gap.examples.length === 0) return null;
  const unnamed = gap.count - gap.examples.length;
  const names = gap.examples.join(", ");
  return unnamed > 0 ? `${names} and ${groupDigits(unnamed)} more` : names;
}

function files(amount: number): string {
  return count(amount, "file", "files");
}
