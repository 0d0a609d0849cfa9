import { expect, it } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import type { Rule } from "@/core/jobs/watch";
import { DEFAULT_PREFERENCES, preferencesIn } from "@/core/settings/preferences";
import { type Settings, settingsFile, settingsIn } from "@/core/settings/settings-file";

const RULE: Rule = {
  id: "1",
  server: "https://api.skyvern.com",
  agentId: "wpid_1",
  kind: "failed",
  choice: EVERYTHING,
  folder: "",
  on: true,
  since: 1,
  checkedAt: 2,
  done: ["wr_1"],
  trouble: null,
};
const SETTINGS: Settings = {
  preferences: { ...DEFAULT_PREFERENCES, words: ["Project Falcon"], atOnce: 3 },
  servers: [{ apiAddress: "http://localhost:8000", uiOrigins: ["http://localhost:8080"] }],
  chosen: "http://localhost:8000",
  rules: [RULE],
};

it("settings come back from their file, but not what rules did", () => {
  const expected = { ...SETTINGS, rules: [{ ...RULE, checkedAt: 0, done: [] }] };
  expect(settingsIn(settingsFile(SETTINGS))).toEqual(expected);
});

it.each(["", "[]", "{}", '{"format":"another"}'])("%s is no settings file", (text) => {
  expect(settingsIn(text)).toBeNull();
});

it("what is not sound in a file is left out", () => {
  const text = JSON.stringify({
    format: "runpack-settings",
    preferences: { atOnce: 99, nameTemplate: "{title}", notify: false },
    servers: [{ apiAddress: "javascript:alert(1)", uiOrigins: [] }, 7],
    chosen: "javascript:alert(1)",
    rules: [{ ...RULE, agentId: "../../runs" }],
  });
  expect(settingsIn(text)).toEqual({
    preferences: { ...DEFAULT_PREFERENCES, notify: false },
    servers: [],
    chosen: null,
    rules: [],
  });
});

it("preferences of an earlier version keep what they had", () => {
  expect(preferencesIn({ words: ["secret"], nameTemplate: "{runId}" })).toEqual({
    ...DEFAULT_PREFERENCES,
    words: ["secret"],
    nameTemplate: "{runId}",
  });
});
