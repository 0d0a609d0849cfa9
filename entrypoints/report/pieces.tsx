import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Proof } from "@/core/bundle/fetch-context";
import type { ReportKey } from "@/core/report/page";
import type { ReportFile } from "@/core/report/report-data";
import { JsonTree } from "./json-tree";
import type { ReportState } from "./report-state";
import { t, words } from "./words";

const FAILURES = new Set(["failed", "terminated", "timed_out", "canceled", "error"]);

export const PROOFS: readonly Proof[] = ["checksum", "crc32", "length", "none"];
export const PROOF_NAMES: Record<Proof, ReportKey> = {
  checksum: "report_proofChecksum",
  crc32: "report_proofCrc32",
  length: "report_proofLength",
  none: "report_proofNone",
};

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
  return at === null ? null : words.dateTime(at);
}

/** A file to open beside the report, by its name; `as`: by another. */
export function FileLink({ state, index, as }: { state: ReportState; index: number; as?: string }) {
  const file = state.data.files[index];
  if (!file) return null;
  const name = as ?? file.name;
  const url = state.source.onDisk ? state.source.url(index) : null;
  if (typeof url !== "string") return <span>{name}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {name}
    </a>
  );
}

/** A picture of the run, fetched when it is near the window. */
export function Picture({ state, index, alt }: { state: ReportState; index: number; alt: string }) {
  const url = useUrl(state, index);
  return url === undefined ? (
    <span class="picture-place" role="img" aria-label={alt} />
  ) : (
    <img src={url} alt={alt} loading="lazy" decoding="async" />
  );
}

/** @returns undefined while it is being fetched, or where it can't be */
export function useUrl(state: ReportState, index: number): string | undefined {
  const given = useMemo(() => state.source.url(index), [state, index]);
  const [fetched, setFetched] = useState<{ index: number; url: string } | null>(null);
  useEffect(() => {
    if (typeof given === "string") return;
    let current = true;
    given.then(
      (url) => current && setFetched({ index, url }),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [given, index]);
  if (typeof given === "string") return given;
  return fetched?.index === index ? fetched.url : undefined;
}

/** The text of a file, loaded when it is shown. */
export function FileText({ state, index }: { state: ReportState; index: number }) {
  const text = useText(state, index);
  const file = state.data.files[index];
  if (!file || text === undefined) return <p class="quiet">…</p>;
  if (text === null)
    return (
      <p class="quiet">
        {t(whyNoText(state, file))} <FileLink state={state} index={index} /> {words.bytes(file.bytes)}
      </p>
    );
  return file.kind === "json" ? <JsonTree text={text} open={2} /> : <pre class="text">{text}</pre>;
}

function whyNoText({ source }: ReportState, { chunks }: ReportFile): ReportKey {
  if (!source.exported) return "report_notShown";
  return chunks === null ? "report_tooLarge" : "report_noText";
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
