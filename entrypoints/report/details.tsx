import { useSignal } from "@preact/signals";
import type { ReportKey } from "@/core/report/page";
import type { ReportFile, ReportItem } from "@/core/report/report-data";
import { FileLink, FileText, Picture, Status, timeText } from "./pieces";
import type { ReportState } from "./report-state";
import { t } from "./words";

type Part = "screenshots" | "prompt" | "answer" | "elements" | "html" | "otherFiles";

const PARTS: readonly (readonly [Part, (type: string) => boolean])[] = [
  ["screenshots", (type) => type.startsWith("screenshot")],
  ["prompt", (type) => type === "llm_prompt" || type === "llm_request"],
  ["answer", (type) => type.startsWith("llm_response")],
  ["elements", (type) => type.startsWith("visible_") || type === "hashed_href_map"],
  ["html", (type) => type.startsWith("html")],
  ["otherFiles", () => true],
];

const PART_NAMES: Record<Part, ReportKey> = {
  screenshots: "report_screenshots",
  prompt: "report_prompt",
  answer: "report_answer",
  elements: "report_elements",
  html: "report_html",
  otherFiles: "report_otherFiles",
};

function partOf({ type }: ReportFile): Part {
  return PARTS.find(([, has]) => has(type))?.[0] ?? "otherFiles";
}

/** What one item of the timeline says and left behind. */
export function Details({ state, item }: { state: ReportState; item: ReportItem }) {
  const byPart = new Map<Part, number[]>(PARTS.map(([part]) => [part, []]));
  const own = filesOf(state, item);
  for (const index of own) {
    const file = state.data.files[index];
    if (file) byPart.get(partOf(file))?.push(index);
  }
  const filled = PARTS.map(([part]) => part).filter((part) => byPart.get(part)?.length);
  const asked = state.data.files[state.file.value];
  const first = asked && own.includes(state.file.value) ? partOf(asked) : filled[0];
  const chosen = useSignal<Part | null>(first ?? null);
  return (
    <article aria-label={t("report_details")}>
      <h2>
        {item.title} <Status status={item.status} />
      </h2>
      <p class="quiet">
        {[item.subtype?.replaceAll("_", " "), timeText(item.at), item.iteration?.value]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {item.texts.map(({ label, text }) => (
        <section key={label} class="said">
          <h3>{label}</h3>
          <p class="pre">{text}</p>
        </section>
      ))}
      {filled.length > 0 && (
        <>
          <div class="parts" role="tablist" aria-label={t("report_details")}>
            {filled.map((part) => (
              <button
                key={part}
                type="button"
                role="tab"
                id={`part-${part}`}
                aria-selected={part === chosen.value}
                aria-controls="part-panel"
                onClick={() => {
                  chosen.value = part;
                }}
              >
                {t(PART_NAMES[part])} <span class="quiet">{byPart.get(part)?.length}</span>
              </button>
            ))}
          </div>
          {chosen.value && (
            <div id="part-panel" role="tabpanel" aria-labelledby={`part-${chosen.value}`}>
              <PartFiles state={state} part={chosen.value} files={byPart.get(chosen.value) ?? []} />
            </div>
          )}
        </>
      )}
    </article>
  );
}

/** Its screenshot first; a block without files of its own shows those of its steps. */
function filesOf({ data }: ReportState, item: ReportItem): number[] {
  const { screenshot, files, depth } = item;
  if (screenshot !== null) return [screenshot, ...files.filter((file) => file !== screenshot)];
  if (files.length > 0 || item.kind !== "block") return files;
  const after = data.timeline.slice(data.timeline.indexOf(item) + 1);
  const end = after.findIndex((each) => each.depth <= depth);
  return [...new Set(after.slice(0, end < 0 ? after.length : end).flatMap((each) => each.files))];
}

function PartFiles({ state, part, files }: { state: ReportState; part: Part; files: readonly number[] }) {
  if (part === "screenshots") return <Pictures state={state} files={files} />;
  return (
    <>
      {files.map((index) => {
        const file = state.data.files[index];
        return (
          <section key={index} class="file-text">
            <h3>
              {file?.label} <FileLink state={state} index={index} />
            </h3>
            {file &&
              file.kind !== "binary" &&
              file.kind !== "image" &&
              file.kind !== "video" &&
              file.kind !== "audio" && <FileText state={state} index={index} />}
            {file?.kind === "image" && <Picture state={state} index={index} alt={file.name} />}
          </section>
        );
      })}
    </>
  );
}

/** Side by side, as far as the window is wide. */
function Pictures({ state, files }: { state: ReportState; files: readonly number[] }) {
  return (
    <div class="pictures">
      {files.map((index) => {
        const file = state.data.files[index];
        return (
          <figure key={index}>
            <Picture state={state} index={index} alt={file?.label ?? ""} />
            <figcaption>
              {file?.label} <FileLink state={state} index={index} />
            </figcaption>
          </figure>
        );
      })}
    </div>
  );
}
