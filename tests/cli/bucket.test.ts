import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import { BUCKET, type BucketServer, startBucketServer } from "./bucket-server";
import { type Desk, openDesk } from "./command";
import { type Recorded, type RecordingProxy, startRecordingProxy } from "./recording-proxy";

let desk: Desk;
let store: BucketServer;
let proxy: RecordingProxy;
beforeEach(async () => {
  desk = await openDesk();
  store = await startBucketServer(join(desk.folder, "s3"));
  proxy = await startRecordingProxy(store.port);
  // What s3rver doesn't know: a name that is taken is refused to whoever asks for a new one.
  proxy.before = async ({ path, headers }) => {
    if (headers["if-none-match"] !== "*") return null;
    return (await store.keys()).includes(path.replace(`/${BUCKET}/`, "")) ? 412 : null;
  };
  // As S3 answers; what it says of the parts is said again of the whole.
  proxy.more = ({ headers: { "x-amz-checksum-sha256": checksum } }) =>
    checksum === undefined ? {} : { "x-amz-checksum-sha256": checksum };
});
afterEach(async () => {
  proxy.close();
  await store.close();
  await desk.close();
});

const run = (...args: string[]) => desk.run(args, store.environment(proxy.url));
const to = ["--out", `s3://${BUCKET}/runs`, "--work"];

/** Requests that bring bytes of an object, or of a part of one, in the order of the parts. */
const uploads = (isOf: (path: string) => boolean) =>
  proxy.seen
    .filter(({ method, path }) => method === "PUT" && isOf(path))
    .sort((a, b) => Number(a.query.get("partNumber")) - Number(b.query.get("partNumber")));

function sha256Of({ body }: Recorded): string {
  return createHash("sha256").update(body).digest("base64");
}

describe("a bucket", () => {
  test("gets a bundle in parts with checksums, byte for byte, under a name that nothing has", async () => {
    const big = generatedRun(desk.server.world, { count: 10, bytesEach: 1_000_000, kind: "media" });
    const work = join(desk.folder, "work");
    const first = await run("export", big.id, ...to, work);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const key = `runs/generated-1_${big.id}.zip`;
    const bytes = await store.read(key);
    const saved = first.lines.find(({ event }) => event === "saved");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(saved?.sha256);
    const copy = join(desk.folder, "copy.zip");
    writeFileSync(copy, bytes);
    expect((await desk.run(["verify", copy])).code).toBe(0);
    const parts = uploads((path) => path === `/${BUCKET}/${key}`);
    expect(parts.map(({ query }) => query.get("partNumber"))).toEqual(["1", "2"]);
    expect(Buffer.concat(parts.map(({ body }) => body)).equals(bytes)).toBe(true);
    expect(parts.map(({ headers }) => headers["x-amz-checksum-sha256"])).toEqual(parts.map(sha256Of));
    const [begun, completed] = proxy.seen.filter(({ method }) => method === "POST");
    expect(begun?.headers).toMatchObject({
      "x-amz-checksum-algorithm": "SHA256",
      "x-amz-meta-sha256": saved?.sha256,
    });
    expect(completed?.headers["if-none-match"]).toBe("*");
    for (const part of parts)
      expect(completed?.body.toString()).toContain(`<ChecksumSHA256>${sha256Of(part)}</ChecksumSHA256>`);
  });

  test("never has a bundle written over, not even where another takes the name meanwhile", async () => {
    const big = generatedRun(desk.server.world, { count: 10, bytesEach: 1_000_000, kind: "media" });
    const key = `runs/generated-1_${big.id}.zip`;
    const taken = proxy.before;
    proxy.before = async (asked) => {
      if (asked.query.has("uploads") && asked.path === `/${BUCKET}/${key}`)
        await store.write(key, "another's");
      return taken(asked);
    };
    const { code, lines } = await run("export", big.id, ...to, join(desk.folder, "work"));
    expect(code).toBe(0);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: "saved", bundle: `generated-1_${big.id} (1).zip` }),
    );
    expect(Buffer.from(await store.read(key)).toString()).toBe("another's");
    expect(await store.keys()).toEqual([key.replace(".zip", " (1).zip"), key].sort());
    // Parts that nothing was made of would be paid for for ever.
    const [begun] = proxy.seen.filter(({ query }) => query.has("uploads"));
    const aborted = proxy.seen.filter(({ method, query }) => method === "DELETE" && query.has("uploadId"));
    expect(aborted.map(({ path }) => path)).toEqual([begun?.path]);
  });

  test("is an archive as well, with its pages", async () => {
    const work = join(desk.folder, "work");
    const catalogue = join(desk.folder, "catalogue.sqlite");
    const args = [
      "archive",
      "--since",
      "2026-02-14",
      "--until",
      "2026-02-15",
      ...to,
      work,
      "--catalogue",
      catalogue,
    ];
    generatedRun(desk.server.world, {
      count: 2,
      bytesEach: 1000,
      kind: "text",
      seed: 7,
      title: "Seven",
    }).createdAt = "2026-02-14T10:00:00";
    const first = await run(...args);
    expect(first.code).toBe(0);
    const before = await store.keys();
    expect(before).toEqual(expect.arrayContaining(["runs/SHA256SUMS", "runs/index.html", "runs/runs.csv"]));
    const zips = uploads((path) => path.endsWith(".zip"));
    expect(zips).not.toEqual([]);
    for (const zip of zips)
      expect(zip.headers).toMatchObject({ "if-none-match": "*", "x-amz-checksum-sha256": sha256Of(zip) });
    const again = await run(...args);
    expect(again.lines).toContainEqual(expect.objectContaining({ event: "archived", saved: 0 }));
    expect(await store.keys()).toEqual(before);
  });

  test("that is not there is an error in words, and costs nothing that was fetched", async () => {
    const work = join(desk.folder, "work");
    const refused = await run("export", INVOICE, "--out", "s3://nowhere", "--work", work);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain("s3://nowhere");
    desk.server.requests.length = 0;
    expect((await run("export", INVOICE, ...to, work)).code).toBe(0);
    expect(desk.server.requests.filter(({ path }) => path.includes("/content"))).toEqual([]);
  });
});
