import { browser } from "wxt/browser";
import { defineBackground } from "wxt/utils/define-background";
import { answerSessionKey } from "@/platform/access";
import { MessageDesk } from "@/platform/background";
import { localBrowserSide } from "@/platform/browser-side";
import { listenToCommands } from "@/platform/commands";
import { isHostPort, OffscreenLink } from "@/platform/host-link";
import { JobDesk } from "@/platform/job-desk";
import { JobStore } from "@/platform/job-store";
import { LocalLink } from "@/platform/local-host";
import { listenToMenus } from "@/platform/menus";
import { listenToNotifications, tellEnd } from "@/platform/notifications";
import { listenToOmnibox } from "@/platform/omnibox";
import { removePacksBut } from "@/platform/pack-files";
import { registerPageScripts, renewOpenPages } from "@/platform/page-scripts";
import { applyPolicy, onPolicyChanged } from "@/platform/policy";
import { runActions } from "@/platform/run-actions";
import { listenToSiteMenu } from "@/platform/site-menu";
import { WatchDesk } from "@/platform/watch-desk";
import { greet } from "@/platform/welcome";

export default defineBackground(() => {
  const store = new JobStore();
  const side = localBrowserSide({
    news: (job, downloadId) => void desk.news(job, downloadId),
    allowedChoice: (jobId) => desk.allowedChoice(jobId),
    willSave: (jobId, bundle) => store.putBundle(jobId, bundle),
  });
  const link = import.meta.env.FIREFOX ? new LocalLink(side) : new OffscreenLink();
  const desk: JobDesk = new JobDesk(store, link, removePacksBut, (job, batch) => {
    // A notification that can't be shown is no reason for anything to fail.
    tellEnd(job, batch, store.find(job.id)?.downloadId ?? null).catch(() => undefined);
  });
  const watches = new WatchDesk(desk);
  const loaded = store.load();
  // What fails here is tried again at the next alarm; messages are answered all the same.
  const resume = () => loaded.then(() => desk.resume()).catch(() => undefined);
  const resumed = resume();
  // What fails here is tried again at the next alarm too.
  const checkWatches = () => watches.check().catch(() => undefined);
  void applyPolicy()
    .catch(() => undefined)
    .then(() => resumed)
    .then(checkWatches);
  onPolicyChanged(() => void applyPolicy().catch(() => undefined));
  const messages = new MessageDesk(desk, store, link, watches, loaded, resumed);

  browser.runtime.onMessage.addListener((message: unknown, sender) => messages.receive(message, sender));
  browser.downloads.onChanged.addListener(({ id }) => void messages.downloadChanged(id));
  browser.alarms.onAlarm.addListener(() => void resume().then(checkWatches));
  // A browser that starts wakes nobody by itself: a job of its last life would wait for the next click.
  browser.runtime.onStartup.addListener(() => void resume());
  listenToNotifications(store, loaded);
  browser.runtime.onInstalled.addListener(({ reason }) => {
    void greet(reason);
    void renewOpenPages().catch(() => undefined);
  });
  // A host that is gone in the midst of a job: the alarm would notice it a minute later.
  browser.runtime.onConnect.addListener((port) => {
    answerSessionKey(port);
    if (isHostPort(port)) port.onDisconnect.addListener(() => void resume());
  });
  browser.permissions.onAdded.addListener(() => void registerPageScripts());
  browser.permissions.onRemoved.addListener(() => {
    void registerPageScripts();
    void resumed.then(() => desk.permissionsRemoved());
  });
  void registerPageScripts();
  listenToSiteMenu();
  const actions = runActions({
    export: (wish) => loaded.then(() => desk.export(wish)),
    copy: (text) => resumed.then(() => desk.copy(text)),
  });
  listenToMenus(actions);
  listenToCommands(actions);
  listenToOmnibox(actions);
});
