import { describe, expect, it } from "vitest";
import { Connections } from "@/core/bundle/connections";

const URL_OF_FILE = "https://api.skyvern.com/v1/artifacts/a_1/content";
const never = new AbortController().signal;

/** Asks for so many turns. */
function ask(connections: Connections, askers: number, { url = URL_OF_FILE, signal = never } = {}) {
  const asked = { turns: [] as (() => void)[], refused: 0 };
  for (let asker = 0; asker < askers; asker++)
    connections.enter(url, signal).then(
      (leave) => asked.turns.push(leave),
      () => asked.refused++,
    );
  return asked;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("the connections to a host", () => {
  it("are given to so many at once, and to the next when one is given back", async () => {
    const connections = new Connections(5);
    const { turns } = ask(connections, 24);
    await settled();
    expect(turns).toHaveLength(5);
    turns[0]?.();
    turns[1]?.();
    await settled();
    expect(turns).toHaveLength(7);
  });

  it("are counted for each host", async () => {
    const connections = new Connections(5);
    ask(connections, 5);
    const { turns } = ask(connections, 5, { url: "https://storage.example/file" });
    await settled();
    expect(turns).toHaveLength(5);
  });

  it.each([
    ["HTTP/2", "x-firefox-spdy", "h2"],
    ["HTTP/3", "x-firefox-http3", "h3"],
  ])("are one for all files with %s", async (_protocol, name, value) => {
    const connections = new Connections(5);
    const { turns } = ask(connections, 24);
    await settled();
    connections.answered(URL_OF_FILE, new Response("", { headers: { [name]: value } }));
    await settled();
    expect(turns).toHaveLength(24);
    const more = ask(connections, 24);
    await settled();
    expect(more.turns).toHaveLength(24);
  });

  it("stay counted where an answer says nothing of its protocol", async () => {
    const connections = new Connections(5);
    connections.answered(URL_OF_FILE, new Response(""));
    const { turns } = ask(connections, 24);
    await settled();
    expect(turns).toHaveLength(5);
  });

  it("are not waited for by what has been cancelled", async () => {
    const connections = new Connections(1);
    const stop = new AbortController();
    const first = ask(connections, 1);
    const cancelled = ask(connections, 2, { signal: stop.signal });
    const last = ask(connections, 1);
    await settled();
    stop.abort();
    await settled();
    expect(cancelled.refused).toBe(2);
    first.turns[0]?.();
    await settled();
    expect(last.turns).toHaveLength(1);
  });
});
