import { browser } from "wxt/browser";
import type { Ask, AskAnswer, BatchNews, JobNews } from "@/platform/messages";

/** The extension was updated or removed while this page stayed open: only a reload of the page helps. */
export class ExtensionGone extends Error {
  override name = "ExtensionGone";
}

/**
 * Asks the background. Rejects with `ExtensionGone` where this context has outlived its extension, and with the
 * browser's own error where the background didn't answer.
 */
export async function ask<Message extends Ask>(message: Message): Promise<AskAnswer[Message["type"]]> {
  // Both must stand in the `try`: an orphaned context has no `runtime` at all, or one that throws.
  try {
    return await browser.runtime.sendMessage<Message, AskAnswer[Message["type"]]>(message);
  } catch (error) {
    if (isOrphaned()) throw new ExtensionGone();
    throw error;
  }
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
