import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ReportFile } from "@/core/report/report-data";
import { formatBytes } from "@/core/text/format";
import { reportWords as words } from "@/core/text/report-words";
import { JsonTree } from "./json-tree";
import type { ReportState } from "./report-state";

const FAILURES = new Set(["failed", "terminated", "timed_out", "canceled", "error"]);

/** A status in its colour and in words. */
export function Status({ status }: { status: string | null }) {
  if (!status) return null;
  const kind = status === "completed" ? "good" : FAILURES.has(status) ? "bad" : "plain";
  return <span class={`status ${kind}`}>{status.replaceAll("_", " ")}</span>;
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Time of day with the date, in the reader's own zone and words. */
export function timeText(at: number | null): string | null {
  return at === null
    ? null
    : new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** A file by its name, to open beside the report. */
export function FileLink({ state, index }: { state: ReportState; index: number }) {
  const file = state.data.files[index];
  if (!file) return null;
  return (
    <a href={state.source.url(index)} target="_blank" rel="noopener noreferrer">
      {file.name}
    </a>
  );
}

/** The text of a file, loaded when it is shown. */
export function FileText({ state, index }: { state: ReportState; index: number }) {
  const text = useText(state, index);
  const file = state.data.files[index];
  if (!file || text === undefined) return <p class="quiet">…</p>;
  if (text === null)
    return (
      <p class="quiet">
        {file.chunks === null ? words.tooLarge : words.noText} <FileLink state={state} index={index} />{" "}
        {formatBytes(file.bytes)}
      </p>
    );
  return file.kind === "json" ? <JsonTree text={text} open={2} /> : <pre class="text">{text}</pre>;
}

/** @returns undefined while it is being loaded */
export function useText(state: ReportState, index: number): string | null | undefined {
  const [loaded, setLoaded] = useState<{ index: number; text: string | null } | null>(null);
  useEffect(() => {
    let current = true;
    state.source.text(index).then(
      (text) => current && setLoaded({ index, text }),
      () => current && setLoaded({ index, text: null }),
    );
    return () => {
      current = false;
    };
  }, [state, index]);
  return loaded?.index === index ? loaded.text : undefined;
}

/** Indexes of the files of some kinds, in the order of the report. */
export function filesWhere(files: readonly ReportFile[], is: (file: ReportFile) => boolean): number[] {
  return files.flatMap((file, index) => (is(file) ? [index] : []));
}
