import type { ReportGap } from "@/core/report/report-data";
import { count, formatBytes, formatDuration, groupDigits } from "@/core/text/format";
import { reportWords as words } from "@/core/text/report-words";
import { JsonTree } from "./json-tree";
import { FileLink, filesWhere, Section, timeText } from "./pieces";
import type { ReportState } from "./report-state";
import { VerifyBox } from "./verify-box";

/** The run on one page: what happened, what is here, what is missing. */
export function Overview({ state }: { state: ReportState }) {
  const { run, missing, leftOut, warnings, files } = state.data;
  const downloads = filesWhere(files, ({ type }) => type === "download");
  return (
    <div class="overview">
      {run.failureReason && (
        <section class="card failure" aria-label={words.failure}>
          <h2>{words.failure}</h2>
          {run.failureCategory && <p class="tag">{run.failureCategory}</p>}
          <p class="pre">{run.failureReason}</p>
        </section>
      )}
      <Missing missing={missing} />
      <div class="columns">
        <Facts state={state} />
        <Contents state={state} />
      </div>
      <Section title={words.inputs}>
        {run.inputs ? <JsonTree text={run.inputs} /> : <p>{words.none}</p>}
      </Section>
      <Section title={words.output}>
        {run.output ? <JsonTree text={run.output} /> : <p>{words.none}</p>}
      </Section>
      <Section title={words.downloads}>
        {downloads.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul class="plain-list">
            {downloads.map((index) => (
              <li key={index}>
                <FileLink state={state} index={index} />{" "}
                <span class="quiet">{formatBytes(files[index]?.bytes ?? 0)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {run.separateRuns.length > 0 && (
        <Section title={words.separateRuns}>
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
        <Section title={words.warnings}>
          <ul class="plain-list">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      {leftOut.length > 0 && (
        <Section title={words.leftOut}>
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
    <Section title={words.shareSafe}>
      <p>{words.shareSafeIntro}</p>
      <ul>
        {lookedFor.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <dl class="facts">
        {[...rules].map(([rule, times]) => (
          <div key={rule}>
            <dt>{groupDigits(times)}</dt>
            <dd>{rule}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>{words.ledger}</summary>
        <ul class="plain-list">
          {ledger.slice(0, 1000).map(({ file, place, rule, count: times }) => (
            <li key={`${file} ${place} ${rule}`}>
              <code>{file}</code> <span class="quiet">{place}</span> {rule} × {groupDigits(times)}
            </li>
          ))}
        </ul>
      </details>
    </Section>
  );
}

function Missing({ missing }: { missing: readonly ReportGap[] }) {
  if (missing.length === 0) return null;
  return (
    <section class="card gaps" aria-label={words.missing}>
      <h2>{words.missing}</h2>
      <p>{words.missingIntro(count(missing.length, "file", "files"))}</p>
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
            <summary>{`${reason}: ${count(alike.length, "file", "files")}`}</summary>
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
    [words.runId, run.id],
    [words.alsoKnownAs, others.join(", ") || null],
    [words.organization, run.organization],
    [words.type, run.type],
    [words.created, timeText(run.createdAt)],
    [words.started, timeText(run.startedAt)],
    [words.finished, timeText(run.finishedAt)],
    [words.duration, seconds === null ? null : formatDuration(seconds)],
    [words.exported, `${timeText(run.exportedAt)} ${words.exportedBy(run.extensionVersion)}`],
  ];
  return (
    <Section title={words.facts}>
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
  const proven = Object.entries(proofs).filter(([, amount]) => amount > 0);
  return (
    <Section title={words.contents}>
      <p class="big">
        {count(counts.written, "file", "files")} <span class="quiet">{formatBytes(bytes)}</span>
      </p>
      <p class="quiet">{run.preset}</p>
      {counts.missing === 0 && <p>{words.complete}</p>}
      <h3>{words.proofs}</h3>
      <dl class="facts">
        {proven.map(([proof, amount]) => (
          <div key={proof}>
            <dt>{groupDigits(amount)}</dt>
            <dd>{proofText(proof)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function proofText(proof: string): string {
  return new Map<string, string>(Object.entries(words.proof)).get(proof) ?? proof;
}

/** Seconds from start to end; null where one of them is not known. */
export function durationOf({ data }: ReportState): number | null {
  const { startedAt, createdAt, finishedAt } = data.run;
  const start = startedAt ?? createdAt;
  return start === null || finishedAt === null ? null : (finishedAt - start) / 1000;
}
