import { generatedRun } from "../practice/runs/generated";
import { expect, exportBundle, sharing as test } from "./fixtures";

test("exports a run with 1,000 artifacts", async ({ runpack, server }) => {
  const run = generatedRun(server.world, { count: 1000, bytesEach: 20_000, kind: "mixed" });
  const page = await runpack.openRun(`/runs/${run.id}/overview`);
  const { report } = await exportBundle(page, runpack, server);
  expect(report.counts).toEqual({ found: 1000, written: 1000, missing: 0, left_out: 0 });
});

// npm run e2e:big: needs 20 GB of disk and some minutes.
if (process.env.RUNPACK_BIG !== undefined) {
  test("exports a run with 50,000 artifacts", async ({ runpack, server }) => {
    test.setTimeout(900_000);
    const run = generatedRun(server.world, { count: 50_000, bytesEach: 1000, kind: "mixed", seed: 4 });
    const page = await runpack.openRun(`/runs/${run.id}/overview`);
    const { report } = await exportBundle(page, runpack, server, 800_000);
    expect(report.counts).toEqual({ found: 50_000, written: 50_000, missing: 0, left_out: 0 });
  });

  test("exports 5 GB, a file past 4 GB among them", async ({ runpack, server }) => {
    test.setTimeout(1_200_000);
    const run = generatedRun(server.world, { count: 1, bytesEach: 4_400_000_000, kind: "media", seed: 2 });
    const rest = generatedRun(server.world, { count: 8, bytesEach: 100_000_000, kind: "media", seed: 3 });
    for (const { row } of server.world.artifactsOf(rest.id)) row.workflow_run_id = run.id;
    const page = await runpack.openRun(`/runs/${run.id}/overview`);
    const { report, bytes } = await exportBundle(page, runpack, server, 900_000);
    expect(report.counts).toEqual({ found: 9, written: 9, missing: 0, left_out: 0 });
    expect(bytes).toBeGreaterThan(5_200_000_000);
  });
}
