import { useSignal } from "@preact/signals";
import { FileLink, FileText, PROOF_NAMES } from "./pieces";
import type { ReportState } from "./report-state";
import { VirtualList } from "./virtual-list";
import { t, words } from "./words";

const ROW_HEIGHT = 32;

/** Everything in the bundle, by folder. */
export function Files({ state }: { state: ReportState }) {
  const filter = useSignal("");
  const { files } = state.data;
  const asked = filter.value.toLowerCase();
  const shown = files
    .map((file, index) => ({ file, index }))
    .filter(({ file }) => `${file.path} ${file.name} ${file.label}`.toLowerCase().includes(asked))
    .sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const current = files[state.file.value];
  return (
    <div class="stacked">
      <section class="card grow" aria-label={t("report_files")}>
        <div class="row">
          <input
            type="search"
            aria-label={t("report_filterFiles")}
            placeholder={t("report_filterFiles")}
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
        </div>
        <div class="file head" aria-hidden="true">
          {[
            t("report_name"),
            t("report_mediaType"),
            t("report_size"),
            t("report_proofHead"),
            t("report_hash"),
          ].map((head) => (
            <span key={head}>{head}</span>
          ))}
        </div>
        <VirtualList
          count={shown.length}
          size={ROW_HEIGHT}
          attributes={{ class: "table", role: "group", "aria-label": t("report_files"), tabIndex: 0 }}
          row={(at) => {
            const row = shown[at];
            if (!row) return null;
            const { file, index } = row;
            const nameAt = file.path.lastIndexOf("/") + 1;
            const written = file.path.slice(nameAt);
            return (
              <div class="file">
                <span
                  class="url path"
                  title={
                    file.name === written ? file.path : `${file.path}\n${t("report_originalName", file.name)}`
                  }
                >
                  <span class="quiet">{file.path.slice(0, nameAt)}</span>
                  <FileLink state={state} index={index} as={written} />
                  {file.name !== written && (
                    <span class="quiet original">{t("report_originalName", file.name)}</span>
                  )}
                </span>
                <span>
                  {file.chunks ? (
                    <button
                      type="button"
                      class="link"
                      onClick={() => {
                        state.file.value = index;
                      }}
                    >
                      {file.label}
                    </button>
                  ) : (
                    file.label
                  )}
                </span>
                <span>{words.bytes(file.bytes)}</span>
                <span>{state.source.exported && t(PROOF_NAMES[file.proof])}</span>
                <code title={file.sha256}>{file.sha256.slice(0, 16)}</code>
              </div>
            );
          }}
        />
      </section>
      {current?.chunks && (
        <section class="card" aria-label={current.path}>
          <h2>{current.path}</h2>
          <FileText state={state} index={state.file.value} />
        </section>
      )}
    </div>
  );
}
