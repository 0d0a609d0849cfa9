import type { JobProgress } from "./job";

const WINDOW_MS = 5000;
/** The share of the bar that fetching takes; the rest is saving. */
const FETCHING_SHARE = 0.95;

/** Counts files and bytes of one job and says how far it is. Times are milliseconds since the epoch. */
export class ProgressMeter {
  filesDone = 0;
  /** See JobProgress. */
  filesKept = 0;
  #filesTotal = 0;
  #bytes = 0;
  #bytesTotal: number | null = null;
  #fraction = 0;
  #saving: { saved: number; size: number } | null = null;
  #samples: { at: number; bytes: number }[] = [];

  /** @param bytesTotal the sum of the listed sizes: a hint */
  expect(filesTotal: number, bytesTotal: number | null): void {
    this.#filesTotal = filesTotal;
    this.#bytesTotal = bytesTotal;
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
    const left = this.#bytesTotal === null ? null : Math.max(this.#bytesTotal - this.#bytes, 0);
    return {
      filesDone: this.filesDone,
      filesTotal: Math.max(this.#filesTotal, this.filesDone),
      filesKept: this.filesKept,
      bytes: this.#bytes,
      bytesTotal: this.#bytesTotal,
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
    const files = this.#filesTotal > 0 ? this.filesDone / this.#filesTotal : 0;
    const bytes = this.#bytesTotal ? Math.min(this.#bytes / this.#bytesTotal, 1) : files;
    return Math.min((files + bytes) / 2, 1) * FETCHING_SHARE;
  }

  #speed(now: number): number | null {
    this.#samples.push({ at: now, bytes: this.#bytes });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || now - first.at < 500) return null;
    return Math.max(((this.#bytes - first.bytes) * 1000) / (now - first.at), 0);
  }
}
