import { afterAll, beforeAll, expect, test } from "vitest";
import { INVOICE } from "../../practice/runs/ids";
import { API_HOST, APP_HOST, type PracticeServer, startPracticeServer } from "../../practice/server";
import { type Asking, ask } from "./client";

/** Every end-to-end test fails where the server has seen the key astray: it must see it wherever it may be. */

let server: PracticeServer;
beforeAll(async () => {
  server = await startPracticeServer();
});
afterAll(() => server.close());

const API = `https://${API_HOST}`;
const OTHER = "https://storage.example";

test("the key in its header to the API is where it belongs", async () => {
  for (const path of [`/v1/runs/${INVOICE}`, `/v1/runs/${INVOICE}/artifacts`])
    expect((await ask(server, API + path)).status).toBe(200);
  await ask(server, `${API}/v1/nothing`, { method: "POST", body: "no key" });
  await ask(server, `${OTHER}/file`, { headers: { "x-api-key": "another key" } });
  expect(server.astray).toEqual([]);
});

test.each<[string, string, (key: string) => Asking & { query?: string }]>([
  ["its header, to another host", OTHER, (key) => ({ headers: { "x-api-key": key } })],
  ["its header, to the web UI's host", `https://${APP_HOST}`, (key) => ({ headers: { "x-api-key": key } })],
  ["the API's URL", API, (key) => ({ query: `?key=${key}` })],
  ["another host's URL", OTHER, (key) => ({ query: `?key=${key}` })],
  ["another header to the API", API, (key) => ({ headers: { authorization: `Bearer ${key}` } })],
  ["a cookie of another host", OTHER, (key) => ({ headers: { cookie: `key=${key}` } })],
  ["a body to the API", API, (key) => ({ method: "POST", body: `{"key":"${key}"}` })],
  ["a body to another host", OTHER, (key) => ({ method: "POST", body: `key=${key}` })],
  ["a body that is put", OTHER, (key) => ({ method: "PUT", body: key })],
  [
    "a body, across two of its pieces",
    OTHER,
    (key) => ({ method: "POST", body: ["key=", key.slice(0, 9), key.slice(9), "&end"] }),
  ],
  ["a body, letter by letter", OTHER, (key) => ({ method: "POST", body: [...key] })],
  ["a long body's end", OTHER, (key) => ({ method: "POST", body: "x".repeat(3_000_000) + key })],
])("the key in %s is seen", async (_, origin, asking) => {
  const { query = "", ...rest } = asking(server.apiKey);
  const before = server.astray.length;
  await ask(server, `${origin}/v1/somewhere${query}`, rest);
  expect(server.astray.slice(before).map(({ host }) => host)).toEqual([new URL(origin).hostname]);
});
