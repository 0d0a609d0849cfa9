import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generatedRun } from "../practice/runs/generated";
import { INVOICE } from "../practice/runs/ids";
import { type Desk, openDesk } from "./command";

let desk: Desk;
let store: S3rver;
let client: S3Client;
let bucketEnvironment: NodeJS.ProcessEnv;
beforeEach(async () => {
  desk = await openDesk();
  store = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: join(desk.folder, "s3"),
    configureBuckets: [{ name: "evidence", configs: [] }],
  });
  const { port } = await store.run();
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  bucketEnvironment = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    NODE_NO_WARNINGS: "1",
  };
  client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
});
afterEach(async () => {
  client.destroy();
  await store.close();
  await desk.close();
});

const run = (...args: string[]) => desk.run(args, bucketEnvironment);
const to = ["--out", "s3://evidence/runs", "--work"];

async function keys(): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "evidence" }));
  return Contents.map(({ Key = "" }) => Key).sort();
}

async function read(key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "evidence", Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

describe("a bucket", () => {
  test("gets a bundle in parts, byte for byte, and none is written over", async () => {
    const big = generatedRun(desk.server.world, { count: 18, bytesEach: 1_000_000, kind: "media" });
    const work = join(desk.folder, "work");
    const first = await run("export", big.id, ...to, work);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const key = `runs/generated-1_${big.id}.zip`;
    const bytes = await read(key);
    const saved = first.lines.find(({ event }) => event === "saved");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(saved?.sha256);
    const copy = join(desk.folder, "copy.zip");
    writeFileSync(copy, bytes);
    expect((await desk.run(["verify", copy])).code).toBe(0);
    await run("export", big.id, ...to, work);
    expect(await keys()).toEqual([key.replace(".zip", " (1).zip"), key].sort());
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
    const before = await keys();
    expect(before).toEqual(expect.arrayContaining(["runs/SHA256SUMS", "runs/index.html", "runs/runs.csv"]));
    const again = await run(...args);
    expect(again.lines).toContainEqual(expect.objectContaining({ event: "archived", saved: 0 }));
    expect(await keys()).toEqual(before);
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
