import { browser } from "wxt/browser";
import { newOrderId } from "@/core/jobs/job";
import type { Ask, AskAnswer, BatchNews, JobNews } from "@/platform/messages";

/** The extension was updated or removed while this page stayed open: only a reload of the page helps. */
export class ExtensionGone extends Error {
  override name = "ExtensionGone";
}

const TRIES = 5;
const TRY_AGAIN_MS = 200;
/** What Chrome and Firefox say where the background was stopped before it answered, or couldn't be started. */
const BROKEN = /channel (?:is )?closed|port closed|went out of scope|establish connection|Receiving end/i;

/**
 * Asks the background, and once more where it was stopped before it answered: an order keeps its ID, so it is taken
 * once. Rejects with `ExtensionGone` where this context has outlived its extension, and with the browser's own error
 * where the background didn't answer.
 */
export async function ask<Message extends Ask>(message: Message): Promise<AskAnswer[Message["type"]]> {
  const sent = isOrder(message) ? { ...message, orderId: newOrderId() } : message;
  for (let tries = 1; ; tries++) {
    // Both must stand in the `try`: an orphaned context has no `runtime` at all, or one that throws.
    try {
      const answer = await browser.runtime.sendMessage<Message, AskAnswer[Message["type"]] | undefined>(sent);
      // Every question has an answer: a background that was stopped in time has none.
      if (answer !== undefined) return answer;
    } catch (error) {
      if (isOrphaned()) throw new ExtensionGone();
      if (tries >= TRIES || !BROKEN.test(String(error))) throw error;
    }
    if (tries >= TRIES) throw new Error("The background gives no answer.");
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

function isOrder({ type }: Ask): boolean {
  return type === "export" || type === "export-batch";
}

function isOrphaned(): boolean {
  try {
    return !browser.runtime?.id;
  } catch {
    return true;
  }
}

/** Calls `listener` with every change of a job until the returned function is called. */
export function onJobNews(listener: (news: JobNews) => void): () => void {
  return onNews((news) => {
    if (news.type === "job") listener(news);
  });
}

/** The same for batches. */
export function onBatchNews(listener: (news: BatchNews) => void): () => void {
  return onNews((news) => {
    if (news.type === "batch") listener(news);
  });
}

function onNews(listener: (news: JobNews | BatchNews) => void): () => void {
  const hear = (message: unknown): undefined => {
    if (isNews(message)) listener(message);
  };
  browser.runtime.onMessage.addListener(hear);
  return () => {
    if (!isOrphaned()) browser.runtime.onMessage.removeListener(hear);
  };
}

function isNews(message: unknown): message is JobNews | BatchNews {
  return (
    typeof message === "object" &&
    message !== null &&
    "to" in message &&
    message.to === "surfaces" &&
    "type" in message &&
    (message.type === "job" || message.type === "batch")
  );
}
