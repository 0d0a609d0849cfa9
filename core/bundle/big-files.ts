/** More at once would keep all of a host's connections. */
const MOST = 4;
/** How long it is watched what those under way wait for, before another begins; milliseconds. */
const WATCH_MS = 1000;
/** The share of that time up to which hashing and writing are not what takes the time. */
const BUSY_SHARE = 0.2;
/** Bytes a second that are plenty: more files at once would bring few more, and are no slower one by one. */
const PLENTY = 100_000_000;
/** What a browser keeps of one body at the most (Blink's BufferingBytesConsumer, measured); bytes. */
const READ_AHEAD = 55_000_000;
/** What it may keep of all of one kind: of one as big as any, and a few smaller ones. */
const ROOM = READ_AHEAD + 33_000_000;

/** What takes the time of a file: hashing, or deflating it. Each is done by a thread of its own. */
export type BigKind = "stored" | "deflated";

interface UnderWay {
  files: number;
  /** Bytes that the browser may keep of them. */
  ahead: number;
}

interface Waiting {
  kind: BigKind;
  ahead: number;
  begin: () => void;
}

/**
 * Whose turn it is among the big files. Chromium goes on receiving a body that is taken slowly, and keeps much of it in
 * memory. So one more of a kind begins where there is room for what may be kept of it, or while those under way are
 * waited for: then the network, and not our hashing and writing, is what takes the time.
 */
export class BigFiles {
  /** At the most so many are under way. */
  static readonly most = MOST;

  readonly #underWay: Record<BigKind, UnderWay> = {
    stored: { files: 0, ahead: 0 },
    deflated: { files: 0, ahead: 0 },
  };
  readonly #waiting: Waiting[] = [];
  #watch: ReturnType<typeof setTimeout> | null = null;
  #taking = 0;
  #takingSince = 0;
  /** Milliseconds of the time that is watched in which bytes were being taken. */
  #busy = 0;
  /** How many bytes that were. */
  #bytes = 0;

  /**
   * Does the work when its turn comes, at once where there is room.
   * @param bytes as many as the file is said to have
   */
  async inTurn<Result>(kind: BigKind, bytes: number, work: () => Promise<Result>): Promise<Result> {
    const ahead = Math.min(bytes, READ_AHEAD);
    if (this.#fits(kind, ahead)) this.#begin(kind, ahead);
    else await this.#turn(kind, ahead);
    return work().finally(() => {
      this.#underWay[kind].files--;
      this.#underWay[kind].ahead -= ahead;
      this.#fill();
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

  #isFull(): boolean {
    return this.#underWay.stored.files + this.#underWay.deflated.files >= MOST;
  }

  #fits(kind: BigKind, ahead: number): boolean {
    const own = this.#underWay[kind];
    return own.files === 0 || (!this.#isFull() && own.ahead + ahead <= ROOM);
  }

  #begin(kind: BigKind, ahead: number): void {
    this.#underWay[kind].files++;
    this.#underWay[kind].ahead += ahead;
  }

  #turn(kind: BigKind, ahead: number): Promise<void> {
    this.#watch ??= setTimeout(() => this.#look(), WATCH_MS);
    return new Promise((resolve) => this.#waiting.push({ kind, ahead, begin: resolve }));
  }

  #look(): void {
    this.#watch = null;
    const now = performance.now();
    if (this.#taking > 0) {
      this.#busy += now - this.#takingSince;
      this.#takingSince = now;
    }
    const waitedFor = this.#busy <= WATCH_MS * BUSY_SHARE && this.#bytes < (PLENTY * WATCH_MS) / 1000;
    if (waitedFor && !this.#isFull()) this.#next(0);
    this.#busy = 0;
    this.#bytes = 0;
    if (this.#waiting.length > 0) this.#watch ??= setTimeout(() => this.#look(), WATCH_MS);
  }

  /** Smaller ones go past one that there is no room for: it is first again when there is. */
  #fill(): void {
    for (;;) {
      const at = this.#waiting.findIndex(({ kind, ahead }) => this.#fits(kind, ahead));
      if (at < 0) return;
      this.#next(at);
    }
  }

  #next(at: number): void {
    const [next] = this.#waiting.splice(at, 1);
    if (!next) return;
    this.#begin(next.kind, next.ahead);
    next.begin();
  }
}
