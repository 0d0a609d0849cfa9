import { beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { isOrderId } from "@/core/jobs/job";
import { ask } from "@/platform/ask";
import type { Ask } from "@/platform/messages";

const CLOSED =
  "A listener indicated an asynchronous response by returning true, but the message channel closed before a response was received";
const fake = vi.hoisted(() => ({
  id: "own" as string | undefined,
  sent: [] as unknown[],
  answers: [] as (() => unknown)[],
}));
vi.mock("wxt/browser", () => ({
  browser: {
    runtime: {
      get id() {
        return fake.id;
      },
      sendMessage: async (message: unknown) => {
        fake.sent.push(message);
        return fake.answers.shift()?.();
      },
    },
  },
}));

const throwing = (text: string) => () => {
  throw new Error(text);
};
const EXPORT: Ask = { to: "background", type: "export", runId: "wr_1", mode: "bundle", choice: EVERYTHING };

beforeEach(() => {
  fake.id = "own";
  fake.sent = [];
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

async function asked(answers: (() => unknown)[], message: Ask = EXPORT): Promise<unknown> {
  fake.answers = answers;
  const answer = ask(message).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return answer;
}

describe("a question", () => {
  it.each([
    ["Chrome's error", throwing(CLOSED)],
    ["no answer", () => undefined],
    ["Firefox's error", throwing("Promised response from onMessage listener went out of scope")],
    ["nobody there", throwing("Could not establish connection. Receiving end does not exist.")],
  ])("to a background that was stopped (%s) is asked again", async (_, stopped) => {
    expect(await asked([stopped, stopped, () => ({ kind: "no-key" })])).toEqual({ kind: "no-key" });
    expect(fake.sent).toHaveLength(3);
  });

  it("is the same order each time, and another click another one", async () => {
    await asked([throwing(CLOSED), () => ({ kind: "no-key" })]);
    await asked([() => ({ kind: "no-key" })]);
    const [first, again, next] = fake.sent.map((message) => Object(message).orderId);
    expect([isOrderId(first), again === first, next !== first]).toEqual([true, true, true]);
  });

  it("that the background refuses is asked once", async () => {
    expect(await asked([throwing("a page of no server")])).toMatchObject({ message: "a page of no server" });
    expect(fake.sent).toHaveLength(1);
  });

  it("that nobody ever answers fails", async () => {
    expect(await asked([])).toBeInstanceOf(Error);
    expect(fake.sent).toHaveLength(5);
  });

  it("of a page that has outlived the extension says so at once", async () => {
    fake.id = undefined;
    expect(await asked([throwing("Extension context invalidated.")])).toMatchObject({
      name: "ExtensionGone",
    });
    expect(fake.sent).toHaveLength(1);
  });
});
