import { amountFor, amountsByGroup } from "@/core/bundle/contents";
import type { ExportChoice } from "@/core/bundle/presets";
import { t, words } from "@/platform/words";
import type { Contents } from "./run-exports";

/** The pack and the saved copy. */
const COPIES = 2;

/** What the choice would fetch, and whether the disk has room for it. */
export function ChoiceAmount({ choice, contents }: { choice: ExportChoice; contents: Contents | null }) {
  if (!contents) return <p class="quiet amount">{t("actions_counting")}</p>;
  const { files, bytes, unsized, unsafe } = amountFor(choice, contents.amounts);
  const needed = bytes * COPIES;
  const full = contents.free !== null && needed > contents.free;
  return (
    <div class="quiet amount" aria-live="polite">
      <p>
        {words.count("count_files", files)}
        {bytes > 0 && `, ${words.bytes(bytes)}`}
        {unsized > 0 && ` ${t("actions_unsized", words.count("count_files", unsized))}`}
      </p>
      <p class="groups">
        {amountsByGroup(choice, contents.amounts)
          .map(
            (group) =>
              `${t(group.label)} ${words.number(group.files)}${group.bytes > 0 ? ` (${words.bytes(group.bytes)})` : ""}`,
          )
          .join(" · ")}
      </p>
      {unsafe > 0 && <p>{t("actions_unsafe", words.count("count_files", unsafe))}</p>}
      {needed > 0 && contents.free !== null && (
        <p class={full ? "bad" : ""}>{t("actions_space", words.bytes(needed), words.bytes(contents.free))}</p>
      )}
    </div>
  );
}
