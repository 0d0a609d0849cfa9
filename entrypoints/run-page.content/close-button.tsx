import { CloseIcon } from "@/components/icons";
import { trusted } from "@/components/trusted";
import { t } from "@/platform/words";

/** A cross in the corner. */
export function CloseButton({ close }: { close: () => void }) {
  return (
    <button type="button" class="plain close" aria-label={t("actions_close")} onClick={trusted(close)}>
      <CloseIcon />
    </button>
  );
}
