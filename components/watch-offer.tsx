import { t } from "@/platform/words";
import type { ExportsView, RunExports } from "./run-exports";
import { trusted } from "./trusted";

type WatchActions = Pick<RunExports, "watch" | "unwatch">;

/** For a run that still runs: exports it when it has finished. Nothing for any other. */
export function WatchOffer({ view, actions }: { view: ExportsView; actions: WatchActions }) {
  const { running, watched, session } = view;
  // Browser sessions can't be waited for.
  if (session || (!running && !watched)) return null;
  return (
    <div class="watch">
      {/* The region stays, so that a screen reader hears the change. */}
      <p aria-live="polite" class="quiet">
        {watched ? t("watch_waiting") : t("watch_running")}
      </p>
      <button
        type="button"
        class="button small"
        onClick={trusted(() => (watched ? actions.unwatch() : actions.watch()))}
      >
        {watched ? t("watch_stop") : t("watch_offer")}
      </button>
    </div>
  );
}
