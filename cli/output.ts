import type { JobProgress } from "@/core/jobs/job";
import { progressParts } from "@/core/text/job-text";
import { wholePercent } from "@/core/text/words";
import { words } from "./words";

/** Something that happened, for programs: one JSON document a line. */
export type Event = { event: string } & Record<string, unknown>;

/** A stream that text is written to. */
export interface Sink {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

const BAR_WIDTH = 24;
const EVENT_MS = 1000;
const DEFAULT_COLUMNS = 80;
const CLEAR = "\r\u001b[2K";

/**
 * What a command tells: on a terminal lines for people and a bar, else one JSON document a line. Results go to
 * standard output, the bar and what went wrong to standard error.
 */
export class Output {
  readonly json: boolean;
  #bar = false;
  readonly #told = new Map<string, number>();

  /** @param json null: by whether standard output is a terminal */
  constructor(
    private readonly out: Sink,
    private readonly err: Sink,
    json: boolean | null,
  ) {
    this.json = json ?? !out.isTTY;
  }

  /** A result: `line` for people, `event` for programs. */
  tell(line: string, event: Event): void {
    this.#clear();
    this.out.write(
      this.json ? `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n` : `${line}\n`,
    );
  }

  /** Something that went wrong: people are told in any case. */
  fail(line: string, event: Event): void {
    this.#clear();
    this.err.write(`${line}\n`);
    if (this.json) this.tell(line, event);
  }

  /** For programs alone. */
  event(event: Event): void {
    if (this.json) this.tell("", event);
  }

  /** How far a run is; programs are told once a second at most. */
  progress(runId: string, progress: JobProgress, note: string | null): void {
    if (!this.json) {
      this.bar(progress.fraction, note ?? progressParts(words, progress).join(" · "));
      return;
    }
    const now = Date.now();
    if (now - (this.#told.get(runId) ?? 0) < EVENT_MS) return;
    this.#told.set(runId, now);
    const { filesDone, filesTotal, filesKept, bytes, bytesTotal, fraction } = progress;
    this.event({
      event: "progress",
      run_id: runId,
      percent: wholePercent(progress.fraction),
      files_done: filesDone,
      files_total: filesTotal,
      files_kept: filesKept,
      bytes,
      bytes_total: bytesTotal,
      fraction,
      ...(note === null ? {} : { note }),
    });
  }

  /** A line that stays until the next one. @param fraction 0..1 */
  bar(fraction: number, text: string): void {
    if (this.json || !this.err.isTTY) return;
    const full = Math.round(Math.min(Math.max(fraction, 0), 1) * BAR_WIDTH);
    const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
    const line = `${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} ${percent}  ${text}`;
    this.err.write(CLEAR + [...line].slice(0, (this.err.columns ?? DEFAULT_COLUMNS) - 1).join(""));
    this.#bar = true;
  }

  /** Takes the bar away. */
  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#bar) this.err.write(CLEAR);
    this.#bar = false;
  }
}
