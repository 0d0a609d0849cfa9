import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as ids from "../../practice/runs/ids";
import { FOREIGN_API_HOST, STORAGE_HOST } from "../../practice/runs/strange";
import { type PracticeServer, startPracticeServer } from "../../practice/server";
import { readZip } from "../../practice/zip";
import { ask, present, type Row, rowsOf } from "./client";

let server: PracticeServer;
let rows: Row[];
beforeAll(async () => {
  server = await startPracticeServer();
  rows = await rowsOf(server, ids.INVOICE);
});
afterAll(() => server.close());

const ofType = (type: string): Row => present(rows.find(({ artifact_type }) => artifact_type === type));
const contentOf = (id: string): string => `/v1/artifacts/${id}/content`;

describe("the demo run", () => {
  test("is what it promises", () => {
    const archives = rows.filter(({ artifact_type }) => artifact_type === "step_archive");
    expect(rows.length - archives.length).toBe(91);
    expect(archives).toHaveLength(4);
    const times = rows.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort());
    expect(
      rows.map(({ artifact_id }) => artifact_id).every((id) => Number(id.slice(2)) > Number.MAX_SAFE_INTEGER),
    ).toBe(true);
  });

  test("serves every artifact but the empty one, whole, by signature and by key", async () => {
    for (const { artifact_id, signed_url, file_size, checksum } of rows) {
      const signed = await ask(server, present(signed_url), { key: false });
      if (file_size === 0) {
        expect(signed.status).toBe(404);
        continue;
      }
      const bytes = server.bytesOf(artifact_id);
      expect(signed.status).toBe(200);
      expect(signed.body.equals(bytes)).toBe(true);
      if (checksum) expect(createHash("sha256").update(bytes).digest("hex")).toBe(checksum);
    }
    const byKey = await ask(server, contentOf(ofType("har").artifact_id));
    expect(byKey.body.equals(server.bytesOf(ofType("har").artifact_id))).toBe(true);
  });

  test("no two artifacts are the same bytes", () => {
    const served = rows
      .filter(({ file_size }) => file_size !== 0)
      .map(({ artifact_id }) => server.sha256Of(artifact_id));
    const twice = served.filter((hash, index) => served.indexOf(hash) !== index);
    expect(twice).toEqual([]);
  });

  test("one size is stale", async () => {
    const log = ofType("browser_console_log");
    expect(log.file_size).toBeLessThan(server.bytesOf(log.artifact_id).length);
  });

  test("a member is its archive's entry", () => {
    const archive = ofType("step_archive");
    const entries = readZip(server.bytesOf(archive.artifact_id));
    const members = rows.filter(({ uri, bundle_key }) => uri === archive.uri && bundle_key !== null);
    expect(members).toHaveLength(entries.length);
    expect(new Set(entries.map(({ method }) => method))).toEqual(new Set(["stored", "deflated"]));
    for (const { artifact_id, bundle_key } of members) {
      const entry = present(entries.find(({ name }) => name === bundle_key));
      expect(entry.data.equals(server.bytesOf(artifact_id))).toBe(true);
    }
  });
});

describe("signatures", () => {
  test.each([
    ["changed", (url: URL) => url.searchParams.set("sig", `${url.searchParams.get("sig")?.slice(0, -1)}!`)],
    ["longer lived", (url: URL) => url.searchParams.set("expiry", "4102444800")],
    [
      "of another artifact",
      (url: URL) => {
        url.pathname = contentOf(ofType("trace").artifact_id);
      },
    ],
  ])("%s: 403, even with the key", async (_, change) => {
    const url = new URL(present(ofType("har").signed_url));
    change(url);
    expect((await ask(server, url.href, { key: true })).status).toBe(403);
  });

  test("past and forged ones are 403, the key still serves", async () => {
    for (const { artifact_id, signed_url } of await rowsOf(server, ids.EXPIRED)) {
      expect((await ask(server, present(signed_url))).status).toBe(403);
      expect((await ask(server, contentOf(artifact_id))).status).toBe(200);
    }
  });

  test("every read mints anew, and a minted one serves", async () => {
    const again = await rowsOf(server, ids.INVOICE);
    expect(again[0]?.signed_url).not.toBe(rows[0]?.signed_url);
    const minted = await ask(server, `/v1/artifacts/${ofType("har").artifact_id}/signed-url`);
    const { signed_url } = JSON.parse(minted.body.toString()) as { signed_url: string };
    expect((await ask(server, signed_url)).status).toBe(200);
  });
});

describe("ranges", () => {
  test.each([
    ["bytes=0-99", 0, 100],
    ["bytes=1000-", 1000, undefined],
    ["bytes=-10", -10, undefined],
    ["bytes=5-999999999", 5, undefined],
  ])("%s is 206", async (range, from, to) => {
    const { artifact_id } = ofType("har");
    const whole = server.bytesOf(artifact_id);
    const reply = await ask(server, contentOf(artifact_id), { headers: { range } });
    const expected = whole.subarray(from, to);
    expect(reply.status).toBe(206);
    expect(reply.body.equals(expected)).toBe(true);
    const start = from < 0 ? whole.length + from : from;
    expect(reply.headers["content-range"]).toBe(
      `bytes ${start}-${start + expected.length - 1}/${whole.length}`,
    );
  });

  test("past the end is 416; several ranges get the whole", async () => {
    const { artifact_id } = ofType("har");
    expect(
      (await ask(server, contentOf(artifact_id), { headers: { range: "bytes=999999999-" } })).status,
    ).toBe(416);
    expect((await ask(server, contentOf(artifact_id), { headers: { range: "bytes=0-1,5-6" } })).status).toBe(
      200,
    );
  });
});

describe("what the content call doesn't do", () => {
  test("no validators, no HEAD, JSON for most types", async () => {
    const reply = await ask(server, contentOf(ofType("trace").artifact_id));
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(reply.headers.etag ?? reply.headers["last-modified"]).toBeUndefined();
    expect((await ask(server, contentOf(ofType("har").artifact_id), { method: "HEAD" })).status).toBe(405);
    expect((await ask(server, contentOf(ofType("recording").artifact_id))).headers["content-type"]).toBe(
      "video/webm",
    );
  });

  test("archived and lost artifacts are 404, with a URL all the same", async () => {
    const gaps = (await rowsOf(server, ids.GAPS)).filter(({ artifact_type }) =>
      ["recording", "har"].includes(artifact_type),
    );
    for (const { signed_url } of gaps) expect((await ask(server, present(signed_url))).status).toBe(404);
    expect(gaps).toHaveLength(2);
  });
});

describe("a self-hosted list", () => {
  test("has every kind of URL, and the key serves them all", async () => {
    const hosted = await rowsOf(server, ids.SELF_HOSTED);
    const kinds = new Set(
      hosted.map(({ signed_url }) =>
        signed_url ? new URL(signed_url).protocol + new URL(signed_url).hostname : null,
      ),
    );
    expect(kinds).toEqual(
      new Set(["https:api.skyvern.com", "file:", null, `https:${STORAGE_HOST}`, `https:${FOREIGN_API_HOST}`]),
    );
    for (const { artifact_id } of hosted)
      expect((await ask(server, contentOf(artifact_id))).status).toBe(200);
  });

  test("hands out the whole archive for a member; the truth is the entry", async () => {
    const hosted = await rowsOf(server, ids.SELF_HOSTED);
    const member = present(hosted.find(({ bundle_key }) => bundle_key?.endsWith(".json")));
    const served = await ask(server, contentOf(member.artifact_id));
    expect(served.body.subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
    expect(server.bytesOf(member.artifact_id).toString("utf8")).toMatch(/^\[/);
  });

  test("the storage host serves without a key and sees who asked", async () => {
    const har = present(
      (await rowsOf(server, ids.SELF_HOSTED)).find(({ artifact_type }) => artifact_type === "har"),
    );
    const reply = await ask(server, present(har.signed_url));
    expect(reply.body.equals(server.bytesOf(har.artifact_id))).toBe(true);
    expect(server.requests.at(-1)).toMatchObject({
      host: STORAGE_HOST,
      status: 200,
      bytesSent: reply.body.length,
    });
  });
});
