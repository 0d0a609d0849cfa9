import { describe, expect, it } from "vitest";
import { findMention } from "@/core/skyvern/mention";

const WR = "wr_493285619334750001";
const OTHER = "wr_493285619334750002";
const TSK = "tsk_493285619334751001";
const V2 = "tsk_v2_493285619334752001";
const PBS = "pbs_493285619334753001";
const AGENT = "wpid_493285619334760001";
const APP = "https://app.skyvern.com";

/** Text → the ID that it names; null: none. */
const TEXTS: [string, string | null][] = [
  // The ID alone, in each of its forms.
  [WR, WR],
  [TSK, TSK],
  [V2, V2],
  [PBS, PBS],
  ["wr_1", "wr_1"],
  ["wr_0b8f6c1e-77aa-4d0c-9f3e-2f1f6a0f8d11", "wr_0b8f6c1e-77aa-4d0c-9f3e-2f1f6a0f8d11"],
  ["tsk_old-Style_id", "tsk_old-Style_id"],
  ["tsk_v2_selfHosted7", "tsk_v2_selfHosted7"],
  ["pbs_local-3", "pbs_local-3"],
  [`  ${WR}\n`, WR],
  [`\u200b${WR}\u200b`, WR],
  [`\u00a0${WR}`, WR],
  // Links to run pages, by all their addresses.
  [`${APP}/runs/${WR}`, WR],
  [`${APP}/runs/${WR}/overview`, WR],
  [`${APP}/runs/${WR}/a-tab-of-next-week`, WR],
  [`${APP}/runs/${TSK}/actions`, TSK],
  [`${APP}/tasks/${TSK}/diagnostics`, TSK],
  [`${APP}/runs/${V2}`, V2],
  [`${APP}/agents/${AGENT}/${WR}/overview`, WR],
  [`${APP}/workflows/${AGENT}/${WR}/code?active=x`, WR],
  [`${APP}/agents/${AGENT}/studio?wr=${WR}`, WR],
  [`${APP}/agents/${AGENT}/studio?active=act_21&wr=${WR}`, WR],
  [`${APP}/agents/${AGENT}/${WR}/login_block/build`, WR],
  [`${APP}/agents/${AGENT}/edit?wr=${WR}`, WR],
  [`${APP}/browser-session/${PBS}/stream`, PBS],
  [`${APP}/browser-session/${PBS}/runs?wr=${WR}`, PBS],
  // ?wr= overrides the path.
  [`${APP}/runs/${WR}?wr=${OTHER}`, OTHER],
  [`${APP}/runs/${WR}/overview?active=act_1&wr=${OTHER}#timeline`, OTHER],
  [`${APP}/runs/${WR}?active=act_1&amp;wr=${OTHER}`, OTHER],
  [`${APP}/agents/${AGENT}/${WR}/overview?wr=${OTHER}`, OTHER],
  [`${APP}/runs/${WR}?wr=nonsense`, WR],
  [`${APP}/runs/${WR}?embed=true`, WR],
  [`${APP}/runs/${WR}?embed=true&wr=${OTHER}`, OTHER],
  // Other addresses of Skyvern.
  [`app.skyvern.com/runs/${WR}/overview`, WR],
  [`http://localhost:8080/runs/${WR}`, WR],
  [`localhost:8080/tasks/${TSK}/actions`, TSK],
  [`https://skyvern.intern.acme.example:8443/ui/runs/${WR}`, WR],
  [`https://api.skyvern.com/v1/runs/${WR}/artifacts`, WR],
  [`https://api.skyvern.com/api/v1/tasks/${TSK}/steps`, TSK],
  [`https://api.skyvern.com/v1/browser_sessions/${PBS}`, PBS],
  // Links that pass through another site.
  [
    `https://slack-redir.example/link?url=https%3A%2F%2Fapp.skyvern.com%2Fruns%2F${WR}%2Foverview%3Fwr%3D${OTHER}`,
    OTHER,
  ],
  [`https://mail.example/?q=${encodeURIComponent(`${APP}/runs/${WR}`)}&x=1`, WR],
  [`https://mail.example/#/see/${WR}`, WR],
  // Text around it.
  [`Run ${WR} failed again.`, WR],
  [`see ${APP}/runs/${WR}/overview.`, WR],
  [`see ${APP}/runs/${WR}.`, WR],
  [`see ${APP}/runs/${WR}?wr=${OTHER}.`, OTHER],
  [`${APP}/agents/${AGENT}/studio?wr=${WR}: what happened?!`, WR],
  [`(${APP}/runs/${WR})`, WR],
  [`[the run](${APP}/runs/${WR}/overview)`, WR],
  [`<${APP}/runs/${WR}|${OTHER}>`, WR],
  [`_${WR}_`, WR],
  [`wr\\_493285619334750001`, WR],
  [`{"browser_session_id":"${PBS}","run_id":"${WR}"}`, WR],
  [`task_id=${TSK}, run=${WR}`, TSK],
  [`acme-invoices_${WR}_partial.zip`, WR],
  [`Skyvern/acme-invoices_${WR} (1).zip`, WR],
  [`/home/me/Downloads/Skyvern/run_${WR}/data/run.json`, WR],
  [`s3://skyvern-artifacts/v1/o_1/${WR}/har/a_1.har`, WR],
  [`2026-02-16T08:00:01 INFO workflow_run_id=${WR} step=stp_4 done`, WR],
  [`curl -H 'x-api-key: …' https://api.skyvern.com/v1/runs/${V2}/timeline`, V2],
  [`session ${PBS}, which ran ${WR}`, WR],
  // Nothing to export.
  ["", null],
  ["hello", null],
  ["wr_", null],
  ["wr_…", null],
  ["tsk_v2_", null],
  ["WR_1", null],
  [`x${WR}`, null],
  ["wpid_493285619334760001", null],
  ["a_493285619334760001 and stp_1 and act_2", null],
  ["493285619334750001", null],
  [`${APP}/runs`, null],
  [`${APP}/agents/${AGENT}/runs`, null],
  ["https://", null],
  ["https://[::1/", null],
  ["%E0%A4%A", null],
];

describe("what a text names", () => {
  it.each(TEXTS)("%j → %s", (text, expected) => {
    expect(findMention(text)?.id ?? null).toBe(expected);
  });
});

describe("the server of what a text names", () => {
  it.each([
    [WR, null],
    [`Run ${WR} failed`, null],
    [`see ${APP}/runs/${WR}?x=1`, `${APP}/runs/${WR}?x=1`],
    [`localhost:8080/runs/${WR}`, `https://localhost:8080/runs/${WR}`],
    [`https://slack.example/?url=${encodeURIComponent(`${APP}/runs/${WR}`)}`, `${APP}/runs/${WR}`],
    [`https://slack.example/?q=${WR}`, `https://slack.example/?q=${WR}`],
  ])("%j stands in %s", (text, page) => {
    expect(findMention(text)?.page).toBe(page);
  });
});
