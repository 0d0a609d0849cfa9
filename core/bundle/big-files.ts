/** More at once would keep all of a host's connections. */
const MOST = 4;
/** How long it is watched what those under way wait for, before another begins; milliseconds. */
const WATCH_MS = 1000;
/** The share of that time up to which hashing and writing are not what takes the time. */
const BUSY_SHARE = 0.2;
/** Bytes a second that are plenty: more files at once would bring few more, and are no slower one by one. */
const PLENTY = 100_000_000;

/**
 * Whose turn it is among the big files. Chromium goes on receiving a body that is taken slowly, and keeps up to 55 MB of
 * each in memory (Blink's BufferingBytesConsumer). So one more begins only while those under way are waited for: then
 * the network, and not our hashing and writing, is what takes the time.
 */
export class BigFiles {
  /** At the most so many are under way. */
  static readonly most = MOST;

  #underWay = 0;
  readonly #waiting: (() => void)[] = [];
  #watch: ReturnType<typeof setTimeout> | null = null;
  #taking = 0;
  #takingSince = 0;
  /** Milliseconds of the time that is watched in which bytes were being taken. */
  #busy = 0;
  /** How many bytes that were. */
  #bytes = 0;

  /** Does the work when its turn comes, at once where there is no other. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay > 0) await this.#turn();
    else this.#underWay++;
    return work().finally(() => {
      this.#underWay--;
      if (this.#underWay === 0) this.#next();
    });
  }

  /** Bytes of one of them are hashed and written. */
  async taking(bytes: number, work: () => Promise<void>): Promise<void> {
    this.#bytes += bytes;
    if (this.#taking++ === 0) this.#takingSince = performance.now();
    try {
      await work();
    } finally {
      if (--this.#taking === 0) this.#busy += performance.now() - this.#takingSince;
    }
  }

  #turn(): Promise<void> {
    this.#watch ??= setTimeout(() => this.#look(), WATCH_MS);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #look(): void {
    this.#watch = null;
    const now = performance.now();
    if (this.#taking > 0) {
      this.#busy += now - this.#takingSince;
      this.#takingSince = now;
    }
    const waitedFor = this.#busy <= WATCH_MS * BUSY_SHARE && this.#bytes < (PLENTY * WATCH_MS) / 1000;
    if (waitedFor && this.#underWay < MOST) this.#next();
    this.#busy = 0;
    this.#bytes = 0;
    if (this.#waiting.length > 0) this.#watch ??= setTimeout(() => this.#look(), WATCH_MS);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (!next) return;
    this.#underWay++;
    next();
  }
}
