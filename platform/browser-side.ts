import { browser } from "wxt/browser";
import { askSessionKey, sessionKey } from "./access";
import type { BrowserSide } from "./bundling-host";
import { cancelDownload, downloadState, findDownload, removeDownload, startDownload } from "./downloads";
import type { HostCall, HostCallAnswer } from "./messages";

function call<T extends HostCall["type"]>(message: HostCall & { type: T }): Promise<HostCallAnswer[T]> {
  return browser.runtime.sendMessage(message);
}

/** The downloads API by messages to the background, for a document that has none; they also wake the background. */
export const remoteBrowserSide: BrowserSide = {
  download: (url, path, insist) => call({ to: "background-host", type: "download", url, path, insist }),
  downloadState: (downloadId) => call({ to: "background-host", type: "download-state", downloadId }),
  cancelDownload: async (downloadId) => {
    await call({ to: "background-host", type: "cancel-download", downloadId });
  },
  removeDownload: async (downloadId) => {
    await call({ to: "background-host", type: "remove-download", downloadId });
  },
  sessionKey: askSessionKey,
  findDownload: (url) => call({ to: "background-host", type: "find-download", url }),
  willSave: async (jobId, bundle) => {
    await call({ to: "background-host", type: "will-save", jobId, bundle });
  },
  allowedChoice: (jobId) => call({ to: "background-host", type: "allowed-choice", jobId }),
  news: (job, downloadId) => {
    // The next news says what a lost one said.
    call({ to: "background-host", type: "news", job, downloadId }).catch(() => undefined);
  },
};

/** The downloads API itself, where host and background are one. */
export function localBrowserSide(
  desk: Pick<BrowserSide, "news" | "allowedChoice" | "willSave">,
): BrowserSide {
  return {
    download: startDownload,
    downloadState,
    cancelDownload,
    removeDownload,
    findDownload,
    sessionKey,
    ...desk,
  };
}
