import { beforeAll, describe, expect, it } from "vitest";
import { keptShare, leaksIn, plantedRun, shareSafe } from "./planted";
import { PROBES } from "./probes";

type Shared = ReturnType<typeof shareSafe>;

describe("share-safe (redaction.md)", () => {
  const run = plantedRun();
  let out: Shared["out"];
  let ledger: Shared["ledger"];
  beforeAll(() => {
    ({ out, ledger } = shareSafe(run.files));
  });

  it("has something to lose: at least 60 secrets, all there before", () => {
    expect(run.secrets.length).toBeGreaterThanOrEqual(60);
    const before = run.files.map(({ text }) => text).join("\n");
    expect(leaksIn(before, run.secrets).length).toBe(run.secrets.length);
  });

  it.each(run.files.map(({ name }, index) => [name, index] as const))("leaks nothing in %s", (_, index) => {
    expect(leaksIn(out[index]?.text ?? "", run.secrets)).toEqual([]);
  });

  it("keeps at least 95 % of the other text", () => {
    const before = run.files.map(({ text }) => text).join("\n");
    const after = out.map(({ text }) => text).join("\n");
    expect(keptShare(before, after, run.secrets)).toBeGreaterThan(0.95);
  });

  it("leaves JSON JSON, and integers past 2^53 as they are", () => {
    for (const { format, text } of out)
      if (format === "json" || format === "har") expect(() => JSON.parse(text)).not.toThrow();
    expect(out.find(({ name }) => name === "workflow-run.json")?.text).toContain("9007199254740993");
  });

  it("gives equal values equal tags", () => {
    const prompt = out.find(({ name }) => name === "prompt.txt")?.text ?? "";
    const tag = /\[redacted:password#\d+\]/.exec(prompt)?.[0] ?? "none";
    expect(out.find(({ name }) => name === "llm_request.json")?.text).toContain(tag);
  });

  it("changes nothing the second time", () => {
    const again = shareSafe(out).out;
    for (const [index, { text }] of again.entries()) expect(text).toBe(out[index]?.text);
  });

  it("is the same in whatever chunks the files come", () => {
    for (const size of [7, 64, 100_000]) {
      const texts = shareSafe(run.files, size).out.map(({ text }) => text);
      expect(texts).toEqual(out.map(({ text }) => text));
    }
  });

  it("says where and by which rule, and no value", () => {
    expect(ledger.length).toBeGreaterThan(20);
    expect(leaksIn(JSON.stringify(ledger), run.secrets)).toEqual([]);
    expect(ledger.some(({ place }) => place.startsWith("log.entries"))).toBe(true);
  });
});

describe("an attack on share-safe", () => {
  it("has at least 200 ways, each with a secret that stands there before", () => {
    expect(PROBES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(PROBES.map(({ text }) => text)).size).toBe(PROBES.length);
    const absent = PROBES.filter(({ text, secret }) => leaksIn(text, [secret]).length === 0);
    expect(absent.map(({ place }) => place)).toEqual([]);
  });

  it.each(PROBES.map((probe) => [probe.place, probe] as const))("finds nothing: %s", (_, probe) => {
    const [first] = shareSafe([{ ...probe, name: "probe" }]).out;
    expect(leaksIn(first?.text ?? "", [probe.secret])).toEqual([]);
    if (probe.format !== "text" && probe.format !== "html")
      expect(() => JSON.parse(first?.text ?? "")).not.toThrow();
    const [second] = shareSafe([{ ...probe, name: "probe", text: first?.text ?? "" }]).out;
    expect(second?.text).toBe(first?.text);
  });
});
