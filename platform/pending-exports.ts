import { browser } from "wxt/browser";
import type { BatchWish } from "@/core/jobs/batch";
import type { ExportWish } from "@/core/jobs/job";

/** What waits for a working key. */
interface Pending {
  wishes: ExportWish[];
  batches: BatchWish[];
  jobs: { id: string; server: string }[];
}

const KEY = "pending";
const NOTHING: Pending = { wishes: [], batches: [], jobs: [] };

/** Exports that wait for a key, kept for the browser session, so that a stopped background finds them again. */
export class PendingExports {
  /** One change after the other: each reads what the last one wrote. */
  #turn: Promise<unknown> = Promise.resolve();

  async addWish(wish: ExportWish): Promise<void> {
    await this.#change((before) => ({ ...before, wishes: withOne(before.wishes, wish) }));
  }

  async addBatch(wish: BatchWish): Promise<void> {
    await this.#change((before) => ({ ...before, batches: withOne(before.batches, wish) }));
  }

  /** @returns whether it is the first job of its server that waits */
  async addJob(id: string, server: string): Promise<boolean> {
    const before = await this.#change((each) => ({ ...each, jobs: withOne(each.jobs, { id, server }) }));
    return !before.jobs.some((job) => job.server === server);
  }

  /** What waits for that server's key, which waits no more. */
  async take(server: string): Promise<{ wishes: ExportWish[]; batches: BatchWish[]; jobIds: string[] }> {
    const own = <Wish extends { server: string }>(list: Wish[]) =>
      list.filter((each) => each.server === server);
    const others = <Wish extends { server: string }>(list: Wish[]) =>
      list.filter((each) => each.server !== server);
    const before = await this.#change(({ wishes, batches, jobs }) => ({
      wishes: others(wishes),
      batches: others(batches),
      jobs: others(jobs),
    }));
    return {
      wishes: own(before.wishes),
      batches: own(before.batches),
      jobIds: own(before.jobs).map(({ id }) => id),
    };
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

/** Each wish waits once. */
function withOne<Wish>(wishes: readonly Wish[], wish: Wish): Wish[] {
  const key = JSON.stringify(wish);
  return [...wishes.filter((each) => JSON.stringify(each) !== key), wish];
}

function isPending(value: unknown): value is Pending {
  if (typeof value !== "object" || value === null) return false;
  return "wishes" in value && "batches" in value && "jobs" in value;
}
