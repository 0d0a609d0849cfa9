import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generatedRun } from "../../practice/runs/generated";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { readZip } from "../../practice/zip";
import { ask, present, rowsOf } from "./client";

let server: PracticeServer;
beforeAll(async () => {
  server = await startPracticeServer();
});
afterAll(() => server.close());

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

describe("generated runs", () => {
  test("serve what their hashes say, the same in every server", async () => {
    const run = generatedRun(server.world, { count: 20, bytesEach: 300_000, kind: "mixed", seed: 2 });
    const rows = await rowsOf(server, run.id);
    expect(rows).toHaveLength(20);
    const hashes = new Set<string>();
    for (const { artifact_id, signed_url } of rows) {
      const reply = await ask(server, present(signed_url));
      expect(reply.body).toHaveLength(300_000);
      expect(sha256(reply.body)).toBe(server.sha256Of(artifact_id));
      hashes.add(sha256(reply.body));
    }
    expect(hashes.size).toBe(20);
    expect(sha256(server.bytesOf(present(rows[0]).artifact_id))).toMatchInlineSnapshot(
      `"c10505e626ac004bd3a762ff0caad3de02ed451bc08655969946d301213b3899"`,
    );
  });

  test("any range of a file past the pool's size is the right bytes", async () => {
    const run = generatedRun(server.world, { count: 1, bytesEach: 20_000_000, kind: "media", seed: 3 });
    const [row] = await rowsOf(server, run.id);
    const { artifact_id } = present(row);
    const whole = server.bytesOf(artifact_id);
    for (const [from, to] of [
      [4_194_000, 4_195_000],
      [0, 1],
      [8_388_600, 19_999_999],
    ] as const) {
      const reply = await ask(server, `/v1/artifacts/${artifact_id}/content`, {
        headers: { range: `bytes=${from}-${to}` },
      });
      expect(reply.body.equals(whole.subarray(from, to + 1))).toBe(true);
    }
  });

  test("archives hold their members", async () => {
    const run = generatedRun(server.world, {
      count: 10,
      bytesEach: 5000,
      kind: "mixed",
      seed: 4,
      archives: { membersEach: 4 },
    });
    const rows = await rowsOf(server, run.id);
    const archives = rows.filter(({ artifact_type }) => artifact_type === "step_archive");
    expect([rows.length, archives.length]).toEqual([13, 3]);
    for (const { artifact_id, uri } of archives) {
      const entries = readZip((await ask(server, `/v1/artifacts/${artifact_id}/content`)).body);
      for (const member of rows.filter((row) => row.uri === uri && row.bundle_key !== null)) {
        const entry = present(entries.find(({ name }) => name === member.bundle_key));
        expect(sha256(entry.data)).toBe(server.sha256Of(member.artifact_id));
      }
    }
  });

  test("thousands of artifacts are listed at once", async () => {
    const run = generatedRun(server.world, { count: 5000, bytesEach: 1_000_000, kind: "media", seed: 5 });
    expect(await rowsOf(server, run.id)).toHaveLength(5000);
  });
});
