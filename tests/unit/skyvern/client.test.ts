import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { SkyvernClient } from "@/core/skyvern/client";
import {
  type Answer,
  API,
  fakeClock,
  inNoTime,
  json,
  KEY,
  loginPage,
  notFound,
  redirect,
  refused,
  reset,
  ScriptedFetcher,
  text,
} from "../support/scripted-fetcher";

const Named = z.looseObject({ name: z.string() });
const NAMED = json({ name: "x" });

let server: ScriptedFetcher;
let stop: AbortController;
let client: SkyvernClient;

beforeEach(() => {
  fakeClock();
  server = new ScriptedFetcher();
  stop = new AbortController();
  client = new SkyvernClient({ apiAddress: API, apiKey: KEY }, stop.signal, server.fetch);
});
afterEach(() => {
  vi.useRealTimers();
});

const get = () => inNoTime(client.document("/thing", Named));
/** Milliseconds until the job's end. */
async function duration(job: () => Promise<unknown>): Promise<number> {
  const start = Date.now();
  await job();
  return Date.now() - start;
}

describe("a request", () => {
  beforeEach(() => server.on("/thing", NAMED));

  it("carries the key in x-api-key and nowhere else", async () => {
    await get();
    const [asked] = server.asked;
    expect(asked?.headers.get("x-api-key")).toBe(KEY);
    expect([...(asked?.headers.entries() ?? [])].filter(([, value]) => value.includes(KEY))).toHaveLength(1);
    expect(asked?.url.href).toBe(`${API}/thing`);
  });

  it("goes to the configured address, path included", async () => {
    const prefixed = new SkyvernClient(
      { apiAddress: `${API}/skyvern`, apiKey: KEY },
      stop.signal,
      server.fetch,
    );
    await inNoTime(prefixed.document("/thing", Named));
    expect(server.asked[0]?.url.href).toBe(`${API}/skyvern/thing`);
  });

  it("has no cookies, no cache, no referrer, and no redirect to carry the key away", async () => {
    await get();
    expect(server.asked[0]?.init).toMatchObject({
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      referrerPolicy: "no-referrer",
    });
  });

  it("keeps that whatever the caller asks for", async () => {
    const wish: RequestInit = {
      redirect: "follow",
      credentials: "include",
      headers: { "x-api-key": "other" },
    };
    await inNoTime(client.document("/thing", Named, wish));
    expect(server.asked[0]?.init).toMatchObject({ redirect: "manual", credentials: "omit" });
    expect(server.asked[0]?.headers.get("x-api-key")).toBe(KEY);
  });
});

describe("a document", () => {
  it("is the served text and its value", async () => {
    server.on("/thing", text('{"name": "x", "id": 9007199254740993}'));
    const found = await get();
    expect(found?.text).toBe('{"name": "x", "id": 9007199254740993}');
    expect(found?.value.name).toBe("x");
  });

  it.each([400, 404, 410, 422])("is null after %i", async (status) => {
    server.on("/thing", text("", status));
    expect(await get()).toBeNull();
    expect(server.asked).toHaveLength(1);
  });

  it.each([401, 403])("is refused after %i, without asking again", async (status) => {
    server.on("/thing", json({ detail: "Invalid credentials" }, status));
    await expect(get()).rejects.toMatchObject({ code: "key-refused" });
    expect(server.asked).toHaveLength(1);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])("is asked for again after %i", async (status) => {
    server.on("/thing", json({ detail: "trouble" }, status), NAMED);
    expect((await get())?.value.name).toBe("x");
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ["a reset", reset],
    ["a proxy's HTML", loginPage],
    ["a redirect", redirect],
    ["JSON cut off", text('{"name": "x", "lis')],
    ["an empty answer", text("")],
    ["an answer of another shape", json([1])],
  ])("is asked for again after %s", async (_, answer) => {
    server.on("/thing", answer, NAMED);
    expect((await get())?.value.name).toBe("x");
  });

  it.each([
    ["HTML", "bad-answer", loginPage],
    ["a redirect", "bad-answer", redirect],
    ["an error", "server", json({ error: "boom" }, 500)],
    ["too many requests", "server", json({}, 429)],
    ["a reset", "unreachable", reset],
  ])("that stays %s ends as %s after six tries", async (_, code, answer) => {
    server.on("/thing", answer);
    await expect(get()).rejects.toMatchObject({ code });
    expect(server.asked).toHaveLength(6);
  });

  it("waits as long as Retry-After says in seconds", async () => {
    server.on("/thing", json({}, 429, { "retry-after": "7" }), NAMED);
    expect(await duration(get)).toBeGreaterThanOrEqual(7000);
  });

  it("waits until the date that Retry-After says", async () => {
    server.on("/thing", json({}, 429, { "retry-after": "Tue, 24 Nov 2026 12:00:40 GMT" }), NAMED);
    expect(await duration(get)).toBeGreaterThanOrEqual(40_000);
  });

  it("waits at most five minutes, whatever Retry-After says", async () => {
    server.on("/thing", json({}, 429, { "retry-after": "86400" }), NAMED);
    expect(await duration(get)).toBeLessThanOrEqual(301_000);
  });

  it("does not use its tries up at once where Retry-After says 0", async () => {
    server.on("/thing", json({}, 429, { "retry-after": "0" }));
    expect(await duration(() => get().catch(() => null))).toBeGreaterThan(5000);
  });

  it("ends as soon as it is cancelled, while it waits too", async () => {
    server.on("/thing", json({}, 429, { "retry-after": "60" }));
    setTimeout(() => stop.abort(new Error("cancelled")), 1000);
    expect(await duration(() => expect(get()).rejects.toThrow("cancelled"))).toBe(1000);
    expect(server.asked).toHaveLength(1);
  });
});

describe("the key", () => {
  it("is accepted where the list of runs is given", async () => {
    server.on("/v1/runs", json([]));
    expect(await inNoTime(client.acceptsKey())).toBe(true);
    expect(await inNoTime(client.checkKey())).toBe(true);
    expect(server.paths).toEqual(["/v1/runs?page=1&page_size=1", "/v1/runs?page=1&page_size=1"]);
  });

  it("is not accepted where it is refused", async () => {
    server.on("/v1/runs", refused);
    expect(await inNoTime(client.acceptsKey())).toBe(false);
    expect(await inNoTime(client.checkKey())).toBe(false);
  });

  it("counts as accepted while nobody can say: trouble is no refusal", async () => {
    server.on("/v1/runs", reset);
    expect(await inNoTime(client.acceptsKey())).toBe(true);
  });

  it("is refused though the first answer was lost", async () => {
    server.on("/v1/runs", reset, refused);
    expect(await inNoTime(client.acceptsKey())).toBe(false);
  });

  it.each([
    ["a web page", loginPage],
    ["an address that sends us to another", redirect],
    ["no API at all", notFound],
  ])("can't be checked at %s", async (_, answer) => {
    server.on("/v1/runs", answer);
    await expect(inNoTime(client.checkKey())).rejects.toMatchObject({ code: "bad-answer" });
  });
});

describe("a connection that is gone", () => {
  const patient = (known: boolean, online = true) => {
    const waits: boolean[] = [];
    const patience = {
      ms: 60_000,
      known,
      online: () => online,
      onWait: (on: boolean) => void waits.push(on),
    };
    const access = { apiAddress: API, apiKey: KEY };
    return { waits, patient: new SkyvernClient(access, stop.signal, server.fetch, patience) };
  };
  /** The network is gone for so many requests. */
  const goneFor = (count: number) => {
    let left = count;
    return (answer: Answer): Answer =>
      (asked) => {
        left--;
        return left >= 0 ? reset(asked) : answer(asked);
      };
  };

  it("is waited for, and said, where Skyvern was reached before", async () => {
    const gone = goneFor(5);
    server.on("/thing", gone(NAMED)).on("/v1/runs", gone(json([])));
    const { patient: client, waits } = patient(true);
    expect((await inNoTime(client.document("/thing", Named)))?.value).toBeDefined();
    expect(waits).toEqual([true, false]);
  });

  it("is waited for where a network sends every request to its login page", async () => {
    server.on("/thing", redirect, NAMED).on("/v1/runs", redirect, redirect, json([]));
    const { patient: client, waits } = patient(true);
    await inNoTime(client.document("/thing", Named));
    expect(waits).toEqual([true, false]);
  });

  it("ends in an error when patience ends", async () => {
    server.on("/thing", reset).on("/v1/runs", reset);
    const { patient: client } = patient(true);
    await expect(inNoTime(client.document("/thing", Named))).rejects.toMatchObject({ code: "unreachable" });
  });

  it("is an error soon where Skyvern was never reached: the address may be wrong", async () => {
    server.on("/thing", reset).on("/v1/runs", reset);
    const { patient: client, waits } = patient(false);
    await expect(inNoTime(client.document("/thing", Named))).rejects.toMatchObject({ code: "unreachable" });
    expect(waits).toEqual([]);
  });

  it("is waited for all the same where the browser says that it is offline", async () => {
    const gone = goneFor(3);
    server.on("/thing", gone(NAMED)).on("/v1/runs", gone(json([])));
    const { patient: client, waits } = patient(false, false);
    await inNoTime(client.document("/thing", Named));
    expect(waits).toEqual([true, false]);
  });

  it("is no excuse for one request that breaks again and again while others get through", async () => {
    server.on("/thing", reset).on("/v1/runs", json([]));
    const { patient: client, waits } = patient(true);
    await expect(inNoTime(client.document("/thing", Named))).rejects.toMatchObject({ code: "unreachable" });
    expect(waits).toEqual([]);
  });
});

describe("the server's clock", () => {
  it("counts where the server tells times, however wrong ours is", async () => {
    const tomorrow = Date.now() + 24 * 3600_000;
    const date = (ms: number) => new Date(tomorrow + ms).toUTCString();
    const busy = json({}, 429, { date: date(0), "retry-after": date(5000) });
    server.on("/thing", busy, NAMED);
    const took = await duration(get);
    expect(took).toBeGreaterThanOrEqual(4000);
    expect(took).toBeLessThan(7000);
    expect(Math.abs(client.now() - tomorrow)).toBeLessThan(10_000);
  });
});
