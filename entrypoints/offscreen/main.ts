import { browser } from "wxt/browser";
import { isFor } from "@/platform/address";
import { remoteBrowserSide } from "@/platform/browser-side";
import { answerAsHost, createHost, stayConnected } from "@/platform/host-link";
import type { HostAsk } from "@/platform/messages";

const host = createHost(remoteBrowserSide);
stayConnected(() => host.running().length > 0);

browser.runtime.onMessage.addListener((message: unknown, sender) => {
  if (sender.id !== browser.runtime.id || sender.tab || !isFor<HostAsk>(message, "host")) return undefined;
  return answerAsHost(host, message);
});
