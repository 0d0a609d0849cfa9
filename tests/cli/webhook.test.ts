import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSigned } from "@/cli/fleet/webhook";
import { INVOICE, INVOICE_AGENT } from "../practice/runs/ids";
import { type Desk, type Ended, openDesk, type Running } from "./command";
import { type RedisServer, startRedis } from "./redis";

let desk: Desk;
let redis: RedisServer;
let hook: Running;
let address: string;
beforeAll(async () => {
  [desk, redis] = await Promise.all([openDesk(), startRedis()]);
  hook = desk.start(["webhook", "--redis", redis.url, "--port", "0"]);
  address = `http://127.0.0.1:${(await hook.until("listening")).port}/`;
});
afterAll(async () => {
  hook.process.kill("SIGTERM");
  await hook.ended;
  await Promise.all([desk.close(), redis.close()]);
});

const document = () => JSON.stringify(desk.server.world.runOf(INVOICE)?.document, null, 1);
const signed = (body: string, key = desk.server.apiKey) =>
  createHmac("sha256", key).update(body).digest("hex");

async function post(body: string, signature: string): Promise<number> {
  const headers = { "x-skyvern-signature": signature, "x-skyvern-timestamp": "1764000000" };
  return (await fetch(address, { method: "POST", body, headers })).status;
}

describe("Skyvern's webhook", () => {
  test("is refused without Skyvern's signature over the very bytes", async () => {
    const body = document();
    expect(await post(body, "")).toBe(401);
    expect(await post(body, signed(body, "another-key"))).toBe(401);
    expect(await post(`${body} `, signed(body))).toBe(401);
    expect(await post(JSON.stringify(JSON.parse(body)), signed(body))).toBe(401);
    expect(await post('{"run_id":"none"}', signed('{"run_id":"none"}'))).toBe(422);
  });

  test("puts the run into the queue once, however often it comes, and a worker archives it once", async () => {
    const body = document();
    const out = join(desk.folder, "out");
    const work = () => desk.run(["worker", "--redis", redis.url, "--out", out, "--until-empty"]);
    const done = ({ lines }: Ended) => lines.filter(({ event }) => event === "saved" || event === "kept");
    expect(await post(body, signed(body))).toBe(202);
    expect(await post(body, signed(body))).toBe(202);
    const first = await work();
    expect(first.code).toBe(0);
    expect(done(first)).toEqual([expect.objectContaining({ event: "saved", run_id: INVOICE })]);
    // After it is archived too, and where a list of its agent's runs names it.
    expect(await post(body, signed(body))).toBe(202);
    const created = desk.server.world.runOf(INVOICE)?.createdAt ?? "";
    const until = new Date(Date.parse(`${created}Z`) + 1000).toISOString();
    const that = ["--agent", INVOICE_AGENT, "--since", created, "--until", until];
    const listed = await desk.run(["enqueue", "--redis", redis.url, ...that]);
    expect(listed.lines).toContainEqual(expect.objectContaining({ event: "enqueued", put: 0, already: 1 }));
    expect(done(await work())).toEqual([]);
    expect(readdirSync(out).filter((name) => name.endsWith(".zip"))).toEqual([
      `invoice-download-acme-q1_${INVOICE}.zip`,
    ]);
  });
});

test("a webhook that comes while Redis is away is refused at once, so that it is sent again", async () => {
  const body = document();
  await redis.close();
  await expect.poll(() => post(body, signed(body)), { timeout: 20_000 }).toBe(503);
  // And what would put runs into its queue says so, instead of waiting for ever.
  const { code, stderr } = await desk.run(["enqueue", INVOICE, "--redis", redis.url]);
  expect(code).toBe(6);
  expect(stderr).toMatch(
    /^runpack: Redis at 127\.0\.0\.1:\d+ can't be reached: connect ECONNREFUSED.*--redis.*\n$/,
  );
});

test("its signature is HMAC-SHA256 in hex with the API key, as openssl makes it", () => {
  // printf '%s' BODY | openssl dgst -sha256 -hmac key-of-the-vector
  const body = Buffer.from('{"run_id":"wr_493285619334750001","status":"completed"}');
  const signature = "e39abc54cf7640664687c01a577d841cdf9731f0d1f7bada20298b05e742f78d";
  expect(isSigned(body, signature, "key-of-the-vector")).toBe(true);
  expect(isSigned(body, signature.replace("e39", "e38"), "key-of-the-vector")).toBe(false);
  expect(isSigned(body, signature, "key-of-the-vectoR")).toBe(false);
  expect(isSigned(body, undefined, "key-of-the-vector")).toBe(false);
});
