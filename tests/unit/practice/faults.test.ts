import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Fault, gatewayError } from "../../practice/faults";
import * as ids from "../../practice/runs/ids";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { ask, present, type Reply, rowsOf } from "./client";

let server: PracticeServer;
let id: string;
let whole: Buffer;
beforeAll(async () => {
  server = await startPracticeServer();
  id = present(
    (await rowsOf(server, ids.INVOICE)).find(({ artifact_type }) => artifact_type === "har"),
  ).artifact_id;
  whole = server.bytesOf(id);
});
afterAll(() => server.close());
afterEach(() => server.world.faults.clear());

const get = (headers: Record<string, string> = {}): Promise<Reply> =>
  ask(server, `/v1/artifacts/${id}/content`, { headers });
const set = (fault: Fault | Fault[]): void => server.world.faults.set(id, fault);

describe("answers in the place of the right one", () => {
  test("a status so many times, with headers, then normal", async () => {
    set({ kind: "status", status: 429, headers: { "retry-after": "1" }, times: 2 });
    const first = await get();
    expect([first.status, first.headers["retry-after"]]).toEqual([429, "1"]);
    expect([(await get()).status, (await get()).status]).toEqual([429, 200]);
  });

  test("a list of faults is gone through in order", async () => {
    set([
      gatewayError(502, 1),
      { kind: "not-uploaded", times: 1 },
      { kind: "redirect", location: "https://elsewhere.example/x", times: 1 },
    ]);
    const replies = [await get(), await get(), await get(), await get()];
    expect(replies.map(({ status }) => status)).toEqual([502, 404, 302, 200]);
    expect(replies[0]?.headers["content-type"]).toBe("text/html");
    expect(replies[2]?.headers.location).toBe("https://elsewhere.example/x");
  });

  test("gzip", async () => {
    set({ kind: "gzip" });
    const reply = await get();
    expect(reply.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(reply.body).equals(whole)).toBe(true);
  });

  test("ignored ranges and wrong totals", async () => {
    set([
      { kind: "ignore-range", times: 1 },
      { kind: "wrong-total", total: 7, times: 1 },
    ]);
    const ignored = await get({ range: "bytes=100-" });
    expect([ignored.status, ignored.body.length]).toEqual([200, whole.length]);
    const wrong = await get({ range: "bytes=100-199" });
    expect([wrong.status, wrong.headers["content-range"]]).toEqual([206, "bytes 100-199/7"]);
  });

  test("a wrong checksum in rows, so many times", async () => {
    const rows = await rowsOf(server, ids.INVOICE);
    const file = present(rows.find(({ checksum }) => checksum !== null));
    server.world.faults.set(file.artifact_id, { kind: "wrong-checksum", times: 1 });
    const checksum = async () =>
      (await rowsOf(server, ids.INVOICE)).find((row) => row.artifact_id === file.artifact_id)?.checksum;
    expect(await checksum()).toBe("0".repeat(64));
    expect(await checksum()).toBe(file.checksum);
  });

  test("a list cut off, by path pattern", async () => {
    server.world.faults.set("/v1/runs/*/artifacts", { kind: "cut-json", bytes: 1000, times: 1 });
    const cut = await ask(server, `/v1/runs/${ids.INVOICE}/artifacts`);
    expect([cut.status, cut.body.length]).toEqual([200, 1000]);
    expect(await rowsOf(server, ids.INVOICE)).toHaveLength(95);
  });

  test("a pattern over path and query", async () => {
    server.world.faults.set(/\/v1\/runs\?.*page=2/, gatewayError(503));
    expect((await ask(server, "/v1/runs?page=1")).status).toBe(200);
    expect((await ask(server, "/v1/runs?page=2")).status).toBe(503);
  });
});

describe("broken connections", () => {
  test("reset before headers", async () => {
    set({ kind: "reset-before-headers", times: 1 });
    expect(await get()).toMatchObject({ status: 0, broken: expect.stringContaining("ECONNRESET") });
    expect((await get()).status).toBe(200);
  });

  test.each<Fault>([
    { kind: "reset-after", bytes: 5000 },
    { kind: "truncate", bytes: 5000, framing: "content-length" },
    { kind: "truncate", bytes: 5000, framing: "chunked" },
  ])("%o: the first bytes arrive, the end never", async (fault) => {
    set(fault);
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.broken).not.toBeNull();
    expect(reply.body.equals(whole.subarray(0, 5000))).toBe(true);
    expect(server.requests.at(-1)?.bytesSent).toBe(5000);
  });

  test("a resume after a reset gives the rest", async () => {
    set({ kind: "reset-after", bytes: 5000, times: 1 });
    const first = await get();
    expect(first.body).toHaveLength(5000);
    const rest = await get({ range: `bytes=${first.body.length}-` });
    expect(Buffer.concat([first.body, rest.body]).equals(whole)).toBe(true);
  });

  test.each<Fault>([
    { kind: "stall-before-headers", ms: 200 },
    { kind: "stall-after", bytes: 100, ms: 200 },
    { kind: "drip", bytes: Math.ceil(66_000 / 4), everyMs: 60 },
  ])("%o: late, but whole", async (fault) => {
    set(fault);
    const start = performance.now();
    expect((await get()).body.equals(whole)).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(180);
  });
});
