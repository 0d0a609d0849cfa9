import type { JobProgress } from "./job";

const WINDOW_MS = 5000;
/** The share of the bar that fetching takes; the rest is saving. */
const FETCHING_SHARE = 0.95;

/** Counts files and bytes of one job and says how far it is. Times are milliseconds since the epoch. */
export class ProgressMeter {
  filesDone = 0;
  /** See JobProgress. */
  filesKept = 0;
  /** Of several runs in one export: those before this one, how many there are, and what came before. */
  #runs: { done: number; total: number; files: number; bytes: number } | null = null;
  #filesTotal = 0;
  #bytes = 0;
  #bytesTotal: number | null = null;
  #fraction = 0;
  #saving: { saved: number; size: number } | null = null;
  #samples: { at: number; bytes: number }[] = [];

  /** @param bytesTotal the sum of the listed sizes: a hint. Of several runs: of this one */
  expect(filesTotal: number, bytesTotal: number | null): void {
    const { files, bytes } = this.#runs ?? { files: 0, bytes: 0 };
    this.#filesTotal = files + filesTotal;
    this.#bytesTotal = bytesTotal === null ? null : bytes + bytesTotal;
  }

  /** Of several runs in one export, another begins. @param done how many are behind it */
  beginRun(done: number, total: number): void {
    this.#runs = { done, total, files: this.filesDone, bytes: this.#bytes };
    this.#filesTotal = this.filesDone;
    this.#bytesTotal = null;
  }

  /** What was fetched of this run was of another choice: it is fetched anew, as far as it isn't there. */
  beginAgain(): void {
    this.filesDone = this.#runs?.files ?? 0;
    this.#bytes = this.#runs?.bytes ?? 0;
    this.#samples = [];
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  saving(saved: number, size: number): void {
    this.#saving = { saved, size };
  }

  view(now: number): JobProgress {
    const speed = this.#saving ? null : this.#speed(now);
    this.#fraction = Math.max(this.#fraction, this.#now());
    // Nobody knows what the runs after this one have.
    const left = this.#bytesTotal === null || this.#runs ? null : Math.max(this.#bytesTotal - this.#bytes, 0);
    return {
      runs: this.#runs && { done: this.#runs.done, total: this.#runs.total },
      filesDone: this.filesDone,
      filesTotal: Math.max(this.#filesTotal, this.filesDone),
      filesKept: this.filesKept,
      bytes: this.#bytes,
      bytesTotal: this.#runs ? null : this.#bytesTotal,
      fraction: this.#fraction,
      speed,
      timeLeft: speed !== null && speed > 0 && left !== null ? left / speed : null,
    };
  }

  #now(): number {
    if (this.#saving) {
      const { saved, size } = this.#saving;
      return FETCHING_SHARE + (1 - FETCHING_SHARE) * (size > 0 ? Math.min(saved / size, 1) : 1);
    }
    const before = this.#runs ?? { done: 0, total: 1, files: 0, bytes: 0 };
    const files = share(this.filesDone - before.files, this.#filesTotal - before.files);
    const bytes = this.#bytesTotal
      ? share(this.#bytes - before.bytes, this.#bytesTotal - before.bytes)
      : files;
    const run = before.done < before.total ? Math.min((files + bytes) / 2, 1) : 0;
    return ((before.done + run) / before.total) * FETCHING_SHARE;
  }

  #speed(now: number): number | null {
    this.#samples.push({ at: now, bytes: this.#bytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || now - first.at < 500) return null;
    return Math.max(((this.#bytes - first.bytes) * 1000) / (now - first.at), 0);
  }
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(part / whole, 1) : 0;
}
