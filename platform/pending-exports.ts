import { browser } from "wxt/browser";
import type { ExportWish } from "@/core/jobs/job";

/** What waits for a working key. */
interface Pending {
  wishes: ExportWish[];
  jobIds: string[];
}

const KEY = "pending";
const NOTHING: Pending = { wishes: [], jobIds: [] };

/** Exports that wait for a key, kept for the browser session, so that a stopped background finds them again. */
export class PendingExports {
  /** One change after the other: each reads what the last one wrote. */
  #turn: Promise<unknown> = Promise.resolve();

  async addWish(wish: ExportWish): Promise<void> {
    const key = JSON.stringify(wish);
    await this.#change(({ wishes, jobIds }) => ({
      wishes: [...wishes.filter((each) => JSON.stringify(each) !== key), wish],
      jobIds,
    }));
  }

  async addJob(jobId: string): Promise<void> {
    await this.#change(({ wishes, jobIds }) => ({ wishes, jobIds: [...new Set([...jobIds, jobId])] }));
  }

  /** What waits and is wanted, which waits no more. */
  async take(wish: (wish: ExportWish) => boolean, job: (jobId: string) => boolean): Promise<Pending> {
    const { wishes, jobIds } = await this.#change((before) => ({
      wishes: before.wishes.filter((each) => !wish(each)),
      jobIds: before.jobIds.filter((each) => !job(each)),
    }));
    return { wishes: wishes.filter(wish), jobIds: jobIds.filter(job) };
  }

  /** @returns what was there before */
  #change(change: (pending: Pending) => Pending): Promise<Pending> {
    const turn = this.#turn.then(async () => {
      const stored = await browser.storage.session.get(KEY);
      const found: unknown = stored[KEY];
      const before = isPending(found) ? found : NOTHING;
      await browser.storage.session.set({ [KEY]: change(before) });
      return before;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function isPending(value: unknown): value is Pending {
  return typeof value === "object" && value !== null && "wishes" in value && "jobIds" in value;
}
