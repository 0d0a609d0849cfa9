import type { ReportGap } from "@/core/report/report-data";
import { JsonTree } from "./json-tree";
import { FileLink, filesWhere, PROOF_NAMES, PROOFS, Section, timeText } from "./pieces";
import type { ReportState } from "./report-state";
import { VerifyBox } from "./verify-box";
import { t, words } from "./words";

/** The run on one page: what happened, what is here, what is missing. */
export function Overview({ state }: { state: ReportState }) {
  const { run, missing, leftOut, warnings, files } = state.data;
  const downloads = filesWhere(files, ({ type }) => type === "download");
  return (
    <div class="overview">
      {run.failureReason && (
        <section class="card failure" aria-label={t("report_failure")}>
          <h2>{t("report_failure")}</h2>
          {run.failureCategory && <p class="tag">{run.failureCategory}</p>}
          <p class="pre">{run.failureReason}</p>
        </section>
      )}
      <Missing missing={missing} exported={state.source.exported} />
      <div class="columns">
        <Facts state={state} />
        <Contents state={state} />
      </div>
      <Section title={t("report_inputs")}>
        {run.inputs ? <JsonTree text={run.inputs} /> : <p>{t("report_none")}</p>}
      </Section>
      <Section title={t("report_output")}>
        {run.output ? <JsonTree text={run.output} /> : <p>{t("report_none")}</p>}
      </Section>
      <Section title={t("report_downloads")}>
        {downloads.length === 0 ? (
          <p>{t("report_none")}</p>
        ) : (
          <ul class="plain-list">
            {downloads.map((index) => (
              <li key={index}>
                <FileLink state={state} index={index} />{" "}
                <span class="quiet">{words.bytes(files[index]?.bytes ?? 0)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {run.separateRuns.length > 0 && (
        <Section title={t("report_separateRuns")}>
          <ul class="plain-list">
            {run.separateRuns.map(({ id, path }) => (
              <li key={id}>
                <code>{id}</code> {path !== null && <span class="quiet">{path}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={t("report_warnings")}>
          <ul class="plain-list">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      {leftOut.length > 0 && (
        <Section title={t("report_leftOut")}>
          <Gaps gaps={leftOut} />
        </Section>
      )}
      <ShareSafe state={state} />
      <VerifyBox />
    </div>
  );
}

/** What was taken out and what was looked for; never that all is out. */
function ShareSafe({ state }: { state: ReportState }) {
  const { run, ledger, lookedFor } = state.data;
  if (!run.shareSafe) return null;
  const rules = new Map<string, number>();
  for (const { rule, count: times } of ledger) rules.set(rule, (rules.get(rule) ?? 0) + times);
  return (
    <Section title={t("report_shareSafe")}>
      <p>{t("report_shareSafeIntro")}</p>
      <ul>
        {lookedFor.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <dl class="facts">
        {[...rules].map(([rule, times]) => (
          <div key={rule}>
            <dt>{words.number(times)}</dt>
            <dd>{rule}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>{t("report_ledger")}</summary>
        <ul class="plain-list">
          {ledger.slice(0, 1000).map(({ file, place, rule, count: times }) => (
            <li key={`${file} ${place} ${rule}`}>
              <code>{file}</code> <span class="quiet">{place}</span> {rule} × {words.number(times)}
            </li>
          ))}
        </ul>
      </details>
    </Section>
  );
}

function Missing({ missing, exported }: { missing: readonly ReportGap[]; exported: boolean }) {
  if (missing.length === 0) return null;
  return (
    <section class="card gaps" aria-label={t("report_missing")}>
      <h2>{t("report_missing")}</h2>
      <p>
        {t(exported ? "report_missingIntro" : "report_willLack", words.count("count_files", missing.length))}
      </p>
      <Gaps gaps={missing} />
    </section>
  );
}

/** Files that are not here, by reason. */
function Gaps({ gaps }: { gaps: readonly ReportGap[] }) {
  const reasons = [...new Set(gaps.map(({ reason }) => reason))];
  return (
    <>
      {reasons.map((reason) => {
        const alike = gaps.filter((gap) => gap.reason === reason);
        return (
          <details key={reason}>
            <summary>{`${reason}: ${words.count("count_files", alike.length)}`}</summary>
            <ul class="plain-list">
              {alike.slice(0, 500).map(({ id, type, detail }) => (
                <li key={id}>
                  {type} <code>{id}</code> <span class="quiet">{detail}</span>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}

function Facts({ state }: { state: ReportState }) {
  const { run } = state.data;
  const seconds = durationOf(state);
  const others = [...new Set([run.requestedId, ...run.ids])].filter((id) => id !== run.id);
  const facts: [string, string | null][] = [
    [t("report_runId"), run.id],
    [t("report_alsoKnownAs"), others.join(", ") || null],
    [t("report_nestedRuns"), run.nestedRuns.join(", ") || null],
    [t("report_organization"), run.organization],
    [t("report_type"), run.type],
    [t("report_created"), timeText(run.createdAt)],
    [t("report_started"), timeText(run.startedAt)],
    [t("report_finished"), timeText(run.finishedAt)],
    [t("report_duration"), seconds === null ? null : words.duration(seconds)],
    [
      t("report_exported"),
      state.source.exported
        ? `${timeText(run.exportedAt)} ${t("report_exportedBy", run.extensionVersion)}`
        : null,
    ],
  ];
  return (
    <Section title={t("report_facts")}>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Section>
  );
}

function Contents({ state }: { state: ReportState }) {
  const { counts, proofs, files, run } = state.data;
  const bytes = files.reduce((sum, file) => sum + (file.id === null ? 0 : file.bytes), 0);
  const proven = PROOFS.filter((proof) => proofs[proof] > 0);
  return (
    <Section title={t("report_contents")}>
      <p class="big">
        {words.count("count_files", counts.written)} <span class="quiet">{words.bytes(bytes)}</span>
      </p>
      {state.source.exported ? (
        <>
          <p class="quiet">{run.preset}</p>
          {counts.missing === 0 && <p>{t("report_complete")}</p>}
          <h3>{t("report_proofs")}</h3>
          <dl class="facts">
            {proven.map((proof) => (
              <div key={proof}>
                <dt>{words.number(proofs[proof])}</dt>
                <dd>{t(PROOF_NAMES[proof])}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : (
        <p>{t("report_notSaved")}</p>
      )}
    </Section>
  );
}

/** Seconds from start to end; null where one of them is not known. */
export function durationOf({ data }: ReportState): number | null {
  const { startedAt, createdAt, finishedAt } = data.run;
  const start = startedAt ?? createdAt;
  return start === null || finishedAt === null ? null : (finishedAt - start) / 1000;
}
