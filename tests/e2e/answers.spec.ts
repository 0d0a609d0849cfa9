/** What a server answers where it gives no file. Specs run in the order of their names: the longest wait of all is here. */
import { INVOICE } from "../practice/runs/ids";
import type { Artifact } from "../practice/world";
import { contentCalls, expect, exportBundle, listedIds, sharing as test } from "./fixtures";
import { actions } from "./harness";

/** The first of the invoice run's own files of a type: no member of an archive. */
function file(artifacts: Artifact[], type: string): string {
  const found = artifacts.find(({ row }) => row.artifact_type === type && row.bundle_key === null);
  if (!found) throw new Error(`the run has no ${type}`);
  return found.row.artifact_id;
}

test("names a file that the server keeps failing on, and saves the rest", async ({ runpack, server }) => {
  test.setTimeout(180_000);
  const id = file(server.world.artifactsOf(INVOICE), "har");
  server.world.faults.set(id, { kind: "status", status: 500 });
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const bundle = await exportBundle(page, runpack, server, 150_000);
  expect(bundle.name).toMatch(/_partial\.zip$/);
  expect(bundle.report.missing.map(({ artifact_id }) => artifact_id)).toEqual([id]);
  expect(bundle.report.counts.found).toBeGreaterThanOrEqual(listedIds(server, INVOICE).length);
});

test("sends the key along no redirect, and says that there was one", async ({ runpack, server }) => {
  const id = file(server.world.artifactsOf(INVOICE), "har");
  const artifact = server.world.artifacts.get(id);
  if (artifact) artifact.link = { kind: "none" };
  server.world.faults.set(id, { kind: "redirect", location: "https://app.skyvern.com/elsewhere" });
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { report } = await exportBundle(page, runpack, server, 150_000);
  expect(server.requests.filter(({ path }) => path.includes("elsewhere"))).toEqual([]);
  expect(report.missing).toMatchObject([{ artifact_id: id, reason: "redirected" }]);
  await expect(actions(page).status).toContainText("redirected to another address");
});

test("waits as long as Retry-After says, in seconds or until a date", async ({ runpack, server }) => {
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const artifacts = server.world.artifactsOf(INVOICE);
  const [inSeconds, untilDate] = [file(artifacts, "recording"), file(artifacts, "har")];
  // To the whole second, downwards.
  const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 5000);
  for (const [id, wait] of [
    [inSeconds, "2"],
    [untilDate, date.toUTCString()],
  ] as const)
    server.world.faults.set(id, { kind: "status", status: 429, headers: { "retry-after": wait }, times: 1 });
  const { report } = await exportBundle(page, runpack, server);
  expect(report.counts.missing).toBe(0);
  const callsOf = (id: string) => contentCalls(server).filter(({ path }) => path.includes(`/${id}/`));
  for (const id of [inSeconds, untilDate])
    expect(callsOf(id).map(({ status }) => status)).toEqual([429, 200]);
  const [first, second] = callsOf(inSeconds).map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1900);
  // The server's clock tells whole seconds too.
  expect(callsOf(untilDate)[1]?.at).toBeGreaterThanOrEqual(date.getTime() - 1000);
});

test("asks by the key where a signature was refused", async ({ runpack, server }) => {
  const id = file(server.world.artifactsOf(INVOICE), "recording");
  const artifact = server.world.artifacts.get(id);
  if (artifact) artifact.link = { kind: "expired" };
  const page = await runpack.openRun(`/runs/${INVOICE}/overview`);
  const { report } = await exportBundle(page, runpack, server);
  expect(report.counts.missing).toBe(0);
  const answers = server.requests
    .filter(({ path }) => path.includes(`/${id}/content`))
    .map(({ status }) => status);
  expect(answers.at(-1)).toBe(200);
});
