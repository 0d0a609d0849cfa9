import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "libsql";
import { type Catalogue, type CatalogueEntry, entryOfRow, PAGE_ROWS, pagedEntries } from "./catalogue";

/** Another process may be writing. */
const BUSY_MS = 30_000;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT NOT NULL,
    choice_key TEXT NOT NULL,
    requested_id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (run_id, choice_key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS runs_requested ON runs (requested_id, choice_key);
  CREATE INDEX IF NOT EXISTS runs_created ON runs (created_at, run_id, choice_key);
`;

/** The catalogue in one file, for one machine. @throws the database's errors */
export async function sqliteCatalogue(path: string): Promise<SqliteCatalogue> {
  const { default: Sqlite } = await import("libsql");
  mkdirSync(dirname(path), { recursive: true });
  const database = new Sqlite(path);
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  database.exec("PRAGMA journal_mode = WAL");
  // An entry that was put is on disk: the bundle's file may go on the strength of it.
  database.exec("PRAGMA synchronous = FULL");
  database.exec(SCHEMA);
  return new SqliteCatalogue(database);
}

class SqliteCatalogue implements Catalogue {
  readonly #byRun: Database.Statement;
  readonly #byRequest: Database.Statement;
  readonly #put: Database.Statement;
  readonly #page: Database.Statement;

  constructor(private readonly database: Database.Database) {
    const row = "SELECT run_id, choice_key, created_at, state, entry FROM runs";
    this.#byRun = database.prepare(`${row} WHERE run_id = ? AND choice_key = ?`);
    this.#byRequest = database.prepare(`${row} WHERE requested_id = ? AND choice_key = ? LIMIT 1`);
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO runs (run_id, choice_key, requested_id, state, created_at, entry) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#page = database.prepare(
      `${row} WHERE (created_at, run_id, choice_key) < (?, ?, ?) ORDER BY created_at DESC, run_id DESC, choice_key DESC LIMIT ${PAGE_ROWS}`,
    );
  }

  async find(id: string, choiceKey: string): Promise<CatalogueEntry | null> {
    const found = this.#byRun.get(id, choiceKey) ?? this.#byRequest.get(id, choiceKey);
    return found === undefined ? null : entryOfRow(found);
  }

  async put(entry: CatalogueEntry): Promise<void> {
    const { runId, choiceKey, requestedId, state, createdAt } = entry;
    this.#put.run(runId, choiceKey, requestedId, state, createdAt ?? 0, JSON.stringify(entry));
  }

  /** Many at one stroke: all, or none of them. */
  async putAll(entries: readonly CatalogueEntry[]): Promise<void> {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      for (const entry of entries) await this.put(entry);
      this.database.exec("COMMIT");
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  entries(): AsyncGenerator<CatalogueEntry> {
    return pagedEntries((after) => this.#page.all(...after));
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
