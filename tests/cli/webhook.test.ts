import { createHmac } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INVOICE } from "../practice/runs/ids";
import { type Desk, openDesk, type Running } from "./command";
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

  test("puts the run into the queue once, however often it comes, and a worker archives it", async () => {
    const body = document();
    expect(await post(body, signed(body))).toBe(202);
    expect(await post(body, signed(body))).toBe(202);
    const out = join(desk.folder, "out");
    const worker = await desk.run(["worker", "--redis", redis.url, "--out", out, "--until-empty"]);
    expect(worker.code).toBe(0);
    expect(existsSync(out) && readdirSync(out).filter((name) => name.endsWith(".zip"))).toEqual([
      `invoice-download-acme-q1_${INVOICE}.zip`,
    ]);
  });
});
