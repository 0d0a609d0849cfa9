import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalogue, CatalogueEntry } from "@/cli/catalogue/catalogue";
import { postgresCatalogue } from "@/cli/catalogue/postgres-catalogue";
import { sqliteCatalogue } from "@/cli/catalogue/sqlite-catalogue";
import { EXIT } from "@/cli/exit-codes";
import { failureOf } from "@/cli/failure";
import { type PostgresServer, startPostgres } from "./postgres";

const ENTRY: CatalogueEntry = {
  runId: "wr_1",
  requestedId: "tsk_v2_1",
  choiceKey: "everything",
  fingerprint: "completed 1",
  state: "saved",
  title: 'Título "of" a run',
  status: "completed",
  createdAt: 1_760_000_000_000,
  startedAt: null,
  finishedAt: 1_760_000_100_000,
  failure: null,
  bundle: "a_wr_1.zip",
  bytes: 5_000_000_000,
  sha256: "a".repeat(64),
  manifestSha256: "b".repeat(64),
  found: 3,
  written: 2,
  missing: 1,
  leftOut: 0,
  payloadBytes: 9,
  proofs: { checksum: 1, crc32: 1, length: 0, none: 0 },
  gaps: [{ reason: "archived", count: 1, examples: [{ type: "har", id: "a_1" }] }],
  exportedAt: 1_760_000_200_000,
};

let folder: string;
let postgres: PostgresServer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "runpack-catalogue-"));
  postgres = startPostgres();
});
afterAll(() => {
  postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

const KINDS: Record<string, () => Promise<Catalogue>> = {
  "SQLite in a file": () => sqliteCatalogue(join(folder, "catalogue.sqlite")),
  PostgreSQL: () => postgresCatalogue(postgres.url),
};

async function all(catalogue: Catalogue): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  for await (const entry of catalogue.entries()) entries.push(entry);
  return entries;
}

test("PostgreSQL that is not there is an error in words, without its password", async () => {
  const opening = postgresCatalogue("postgres://runpack:hunter2@localhost:1/runs");
  const error: unknown = await opening.catch((thrown: unknown) => thrown);
  const { message, exitCode } = failureOf(error);
  expect(exitCode).toBe(EXIT.skyvern);
  expect(message).toMatch(
    /database of the catalogue can't be reached: connect ECONNREFUSED.*RUNPACK_CATALOGUE/,
  );
  expect(message).not.toContain("hunter2");
});

describe.each(Object.entries(KINDS))("a catalogue in %s", (_, open) => {
  test("finds a run under both of its IDs, by what was exported of it", async () => {
    const catalogue = await open();
    expect(await catalogue.find("wr_1", "everything")).toBeNull();
    await catalogue.put(ENTRY);
    expect(await catalogue.find("wr_1", "everything")).toEqual(ENTRY);
    expect(await catalogue.find("tsk_v2_1", "everything")).toEqual(ENTRY);
    expect(await catalogue.find("wr_1", "media")).toBeNull();
    await catalogue.close();
  });

  test("keeps what was put when it is opened again, the last of a run alone", async () => {
    const first = await open();
    await first.put(ENTRY);
    await first.put({ ...ENTRY, bundle: "a_wr_1 (1).zip" });
    await first.close();
    const second = await open();
    expect(await all(second)).toEqual([{ ...ENTRY, bundle: "a_wr_1 (1).zip" }]);
    await second.close();
  });

  test("lists saved runs alone, the newest first, over many pages", async () => {
    const catalogue = await open();
    for (let index = 0; index < 1100; index++) {
      const runId = `wr_${10_000 + index}`;
      const createdAt = ENTRY.createdAt === null ? null : ENTRY.createdAt + Math.floor(index / 3) + 1;
      const state = index === 5 ? "saving" : "saved";
      await catalogue.put({ ...ENTRY, runId, requestedId: runId, createdAt, state });
    }
    const ids = (await all(catalogue)).map(({ runId }) => runId);
    expect(ids).toHaveLength(1100);
    expect(new Set(ids).size).toBe(1100);
    expect(ids.slice(0, 2)).toEqual(["wr_11099", "wr_11098"]);
    expect(ids.at(-1)).toBe("wr_1");
    expect(ids).not.toContain("wr_10005");
    await catalogue.close();
  });

  test("takes several writers at once", async () => {
    const both = await Promise.all([open(), open()]);
    await Promise.all(
      both.flatMap((catalogue, writer) =>
        Array.from({ length: 20 }, (_, index) => catalogue.put({ ...ENTRY, runId: `wr_${writer}_${index}` })),
      ),
    );
    const [one] = both;
    for (const writer of [0, 1]) expect(await one?.find(`wr_${writer}_19`, "everything")).not.toBeNull();
    await Promise.all(both.map((catalogue) => catalogue.close()));
  });
});

test("PostgreSQL may be started anew while a worker waits for its next run", async () => {
  const [catalogue, other] = [await postgresCatalogue(postgres.url), new pg.Client(postgres.url)];
  await catalogue.put(ENTRY);
  await other.connect();
  await other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
  await other.end();
  const found = () => catalogue.find("wr_1", "everything").catch(() => null);
  await expect.poll(found, { timeout: 20_000 }).toEqual(ENTRY);
  await catalogue.close();
});
