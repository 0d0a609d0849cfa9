import * as z from "zod/mini";

const Time = z.nullable(z.number());
const Text = z.nullable(z.string());
const Amount = z.number();

/** What the catalogue knows of one exported run. Times are milliseconds since the epoch. */
export const CatalogueEntry = z.object({
  /** The canonical ID. */
  runId: z.string(),
  /** As it was asked for: a task v2 has two IDs. */
  requestedId: z.string(),
  /** What was exported of it: two different choices are two entries. */
  choiceKey: z.string(),
  /** What the run was when it was exported; another one means that it changed. */
  fingerprint: z.string(),
  /** `saving`: the bundle is about to get its name. After a crash it may have it, or not. */
  state: z.enum(["saving", "saved"]),
  title: Text,
  status: Text,
  createdAt: Time,
  startedAt: Time,
  finishedAt: Time,
  failure: Text,
  /** The name at the destination. */
  bundle: z.string(),
  /** Of the ZIP. */
  bytes: Amount,
  sha256: z.string(),
  /** Of `manifest-sha256.txt`, which has the SHA-256 of every file of the run. */
  manifestSha256: z.string(),
  found: Amount,
  written: Amount,
  missing: Amount,
  leftOut: Amount,
  /** Of the written files, uncompressed. */
  payloadBytes: Amount,
  proofs: z.object({ checksum: Amount, crc32: Amount, length: Amount, none: Amount }),
  gaps: z.array(
    z.object({
      reason: z.string(),
      count: Amount,
      examples: z.array(z.object({ type: z.string(), id: z.string() })),
    }),
  ),
  exportedAt: z.number(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** What of a run was exported, where and when. Any number of processes may share one. */
export interface Catalogue {
  /** The entry of a run under either of its IDs. */
  find(id: string, choiceKey: string): Promise<CatalogueEntry | null>;
  /** Puts an entry in place of the one of the same run and choice; on disk when this resolves. */
  put(entry: CatalogueEntry): Promise<void>;
  /** All saved runs, the newest first; a page at a time is in memory. */
  entries(): AsyncIterable<CatalogueEntry>;
  close(): Promise<void>;
}

/** Rows in memory at once. */
export const PAGE_ROWS = 1000;

/** An entry as it is stored. @throws Error where it is none: the catalogue is damaged, or of a later version */
function entryIn(json: unknown): CatalogueEntry {
  return CatalogueEntry.parse(typeof json === "string" ? JSON.parse(json) : json);
}

/** A row of either database. A bigint comes as text. */
const Row = z.object({
  run_id: z.string(),
  choice_key: z.string(),
  created_at: z.union([z.number(), z.string()]),
  state: z.string(),
  entry: z.unknown(),
});
/** The row behind which a page of the list begins. */
export type Place = [createdAt: number | string, runId: string, choiceKey: string];

/** The entry of a row that a database gave. @throws what zod says */
export function entryOfRow(row: unknown): CatalogueEntry {
  return entryIn(Row.parse(row).entry);
}

/** All saved entries, page by page. @param read gives `PAGE_ROWS` rows behind a place, the newest first */
export async function* pagedEntries(
  read: (after: Place) => unknown[] | Promise<unknown[]>,
): AsyncGenerator<CatalogueEntry> {
  let after: Place = [Number.MAX_SAFE_INTEGER, "", ""];
  for (;;) {
    const rows = (await read(after)).map((row) => Row.parse(row));
    yield* rows.filter(({ state }) => state === "saved").map(({ entry }) => entryIn(entry));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = [last.created_at, last.run_id, last.choice_key];
  }
}
