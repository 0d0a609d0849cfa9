import { t } from "@/platform/words";
import type { FinderState, Offer } from "./finder-state";

const FROM: Record<Offer["from"], string> = { tab: t("popup_thisTab"), clipboard: t("popup_copied") };

/** Runs that the user probably means: one click, or Enter in the empty box. */
export function Offers({ state }: { state: FinderState }) {
  const { value: found } = state.found;
  const shown = found.kind === "run" ? [found.runId, found.requestedId] : [];
  const offers = state.offers.value.filter(({ id }) => !shown.includes(id));
  return (
    <div class="offers">
      {offers.map(({ from, id, text, server }) => (
        <button key={from} type="button" class="chip" data-walk onClick={() => void state.find(text, server)}>
          <span class="quiet">{FROM[from]}</span> <code>{id}</code>
        </button>
      ))}
      {offers.every(({ from }) => from !== "clipboard") && (
        <button
          type="button"
          class="chip"
          data-walk
          title={t("popup_pasteHint")}
          onClick={() => void state.findPasted()}
        >
          {t("popup_paste")}
        </button>
      )}
    </div>
  );
}
