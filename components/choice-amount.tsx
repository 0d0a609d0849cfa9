import { amountFor, amountsByGroup } from "@/core/bundle/contents";
import type { ExportChoice } from "@/core/bundle/presets";
import { count, formatBytes, groupDigits } from "@/core/text/format";
import { actionWords as words } from "@/core/text/words";
import type { Contents } from "./run-exports";

/** The pack and the saved copy. */
const COPIES = 2;

/** What the choice would fetch, and whether the disk has room for it. */
export function ChoiceAmount({ choice, contents }: { choice: ExportChoice; contents: Contents | null }) {
  if (!contents) return <p class="quiet amount">{words.counting}</p>;
  const { files, bytes, unsized, unsafe } = amountFor(choice, contents.amounts);
  const needed = bytes * COPIES;
  const full = contents.free !== null && needed > contents.free;
  return (
    <div class="quiet amount" aria-live="polite">
      <p>
        {count(files, "file", "files")}
        {bytes > 0 && `, ${formatBytes(bytes)}`}
        {unsized > 0 && ` ${words.unsized(count(unsized, "file", "files"))}`}
      </p>
      <p class="groups">
        {amountsByGroup(choice, contents.amounts)
          .map(
            (group) =>
              `${group.label} ${groupDigits(group.files)}${group.bytes > 0 ? ` (${formatBytes(group.bytes)})` : ""}`,
          )
          .join(" · ")}
      </p>
      {unsafe > 0 && <p>{words.unsafe(count(unsafe, "file", "files"))}</p>}
      {needed > 0 && contents.free !== null && (
        <p class={full ? "bad" : ""}>{words.space(formatBytes(needed), formatBytes(contents.free))}</p>
      )}
    </div>
  );
}
