import { describe, expect, it } from "vitest";
import { EVERYTHING } from "@/core/bundle/presets";
import { policyIn } from "@/core/settings/managed";
import { lawful, NO_POLICY } from "@/core/settings/policy";

describe("a managed policy", () => {
  it("is none where the browser hands over none, or nonsense", () => {
    expect(policyIn(null)).toEqual(NO_POLICY);
    expect(policyIn({ apiAddress: 7, shareSafe: "yes", presets: "all" })).toEqual(NO_POLICY);
    expect(policyIn({ apiAddress: "ftp://example.com", presets: ["nothing"] })).toEqual(NO_POLICY);
  });

  it("is read as it is set", () => {
    const set = { apiAddress: "https://skyvern.example.com/", shareSafe: true, presets: ["media", "debug"] };
    expect(policyIn(set)).toEqual({
      apiAddress: "https://skyvern.example.com",
      shareSafe: true,
      presets: ["debug", "media"],
    });
  });

  it("leaves a choice alone that it allows", () => {
    expect(lawful(EVERYTHING, NO_POLICY)).toEqual(EVERYTHING);
    expect(lawful(EVERYTHING, { ...NO_POLICY, presets: ["debug", "everything"] })).toEqual(EVERYTHING);
  });

  it("makes every export share-safe, without what can't be searched", () => {
    const choice = { ...EVERYTHING, keep: ["recordings" as const] };
    expect(lawful(choice, { ...NO_POLICY, shareSafe: true })).toMatchObject({ shareSafe: true, keep: [] });
  });

  it("takes the first preset that it allows in place of another", () => {
    expect(lawful(EVERYTHING, { ...NO_POLICY, presets: ["debug", "media"] }).preset).toBe("debug");
  });
});
