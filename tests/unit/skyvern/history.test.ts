import { afterEach, describe, expect, it } from "vitest";
import { SkyvernClient } from "@/core/skyvern/client";
import { type HistoryQuery, readHistory } from "@/core/skyvern/history";

const ALL: HistoryQuery = { search: "", status: null, page: 1 };
let asked: string[] = [];

/** A server that has `total` runs. */
function client(rows: unknown[]): SkyvernClient {
  const fetcher: typeof fetch = async (input) => {
    asked.push(String(input).split("?")[1] ?? "");
    return new Response(JSON.stringify(rows));
  };
  const access = { apiAddress: "https://api.skyvern.com", apiKey: "key" };
  return new SkyvernClient(access, new AbortController().signal, fetcher);
}
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ run_id: `wr_${index}` }));

afterEach(() => {
  asked = [];
});

describe("a page of the history", () => {
  it.each<[Partial<HistoryQuery>, string]>([
    [{}, "page=1&page_size=20"],
    [{ page: 3, status: "failed" }, "page=3&page_size=20&status=failed"],
    [{ search: " claims & more " }, "page=1&page_size=20&search_key=claims+%26+more"],
    [{ search: "cl" }, "page=1&page_size=20"],
  ])("is asked for by %j", async (query, expected) => {
    await readHistory(client([]), { ...ALL, ...query });
    expect(asked).toEqual([expected]);
  });

  it("has more behind it where it is full", async () => {
    expect((await readHistory(client(rows(20)), ALL)).more).toBe(true);
    expect((await readHistory(client(rows(19)), ALL)).more).toBe(false);
  });

  it("of a search is never asked for past 1,000 rows, which is 400", async () => {
    const query = { ...ALL, search: "claims" };
    expect((await readHistory(client(rows(20)), { ...query, page: 50 })).more).toBe(false);
    asked = [];
    expect(await readHistory(client(rows(20)), { ...query, page: 51 })).toEqual({ items: [], more: false });
    expect(asked).toEqual([]);
  });

  it("leaves out rows that can't be exported, and reads odd fields as absent", async () => {
    const odd = [{ title: "no ID" }, 7, { run_id: "wr_2", title: 5, created_at: "2026-02-16T08:00:00" }];
    expect((await readHistory(client(odd), ALL)).items).toEqual([
      {
        runId: "wr_2",
        title: null,
        status: null,
        createdAt: Date.UTC(2026, 1, 16, 8),
        startedAt: null,
        finishedAt: null,
      },
    ]);
  });
});
