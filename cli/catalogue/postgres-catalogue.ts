import { ServiceAway } from "../failure";
import { optionalPackage } from "../optional-package";
import { type Catalogue, type CatalogueEntry, entryOfRow, PAGE_ROWS, pagedEntries } from "./catalogue";

/** Several workers may make the table at once: one of them does, by a lock of this number. */
const SCHEMA_LOCK = 7_786_722;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS runpack_runs (
    run_id text NOT NULL,
    choice_key text NOT NULL,
    requested_id text NOT NULL,
    state text NOT NULL,
    created_at bigint NOT NULL,
    entry jsonb NOT NULL,
    PRIMARY KEY (run_id, choice_key)
  );
  CREATE INDEX IF NOT EXISTS runpack_runs_requested ON runpack_runs (requested_id, choice_key);
  CREATE INDEX IF NOT EXISTS runpack_runs_created ON runpack_runs (created_at, run_id, choice_key);
`;

interface Queries {
  query(text: string, values?: readonly (string | number)[]): Promise<{ rows: unknown[] }>;
}

/** The catalogue that several machines share. @param url postgres://… */
export async function postgresCatalogue(url: string): Promise<Catalogue> {
  const { default: pg } = await optionalPackage("pg", () => import("pg"));
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // The next query opens another connection. Without a listener one that is lost would end the process.
  pool.on("error", () => undefined);
  const client = await pool.connect().catch((error: unknown) => {
    const advice = "Check RUNPACK_CATALOGUE, and try again.";
    throw new ServiceAway("The database of the catalogue", error, advice);
  });
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [SCHEMA_LOCK]);
    await client.query(SCHEMA);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  const queries: Queries = { query: (text, values) => pool.query(text, values ? [...values] : []) };
  return new PostgresCatalogue(queries, () => pool.end());
}

class PostgresCatalogue implements Catalogue {
  constructor(
    private readonly database: Queries,
    private readonly end: () => Promise<void>,
  ) {}

  async find(id: string, choiceKey: string): Promise<CatalogueEntry | null> {
    const where =
      "(run_id = $1 OR requested_id = $1) AND choice_key = $2 ORDER BY (run_id = $1) DESC LIMIT 1";
    const { rows } = await this.database.query(`SELECT * FROM runpack_runs WHERE ${where}`, [id, choiceKey]);
    return rows.length === 0 ? null : entryOfRow(rows[0]);
  }

  async put(entry: CatalogueEntry): Promise<void> {
    const { runId, choiceKey, requestedId, state, createdAt } = entry;
    await this.database.query(
      `INSERT INTO runpack_runs (run_id, choice_key, requested_id, state, created_at, entry)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (run_id, choice_key) DO UPDATE
       SET requested_id = $3, state = $4, created_at = $5, entry = $6`,
      // jsonb holds no U+0000, which a title may.
      [runId, choiceKey, requestedId, state, createdAt ?? 0, JSON.stringify(entry).replaceAll("\\u0000", "")],
    );
  }

  entries(): AsyncGenerator<CatalogueEntry> {
    return pagedEntries(async (after) => {
      const { rows } = await this.database.query(
        `SELECT * FROM runpack_runs WHERE (created_at, run_id, choice_key) < ($1, $2, $3)
         ORDER BY created_at DESC, run_id DESC, choice_key DESC LIMIT ${PAGE_ROWS}`,
        after,
      );
      return rows;
    });
  }

  close(): Promise<void> {
    return this.end();
  }
}
