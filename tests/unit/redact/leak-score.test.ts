import { describe, expect, it } from "vitest";
import { Redactor } from "@/core/redact/redactor";
import { leaksIn, plantedRun } from "./planted";

/** All files of a run through both passes, in chunks of so many bytes. */
function shareSafe(
  files: { name: string; format: "json" | "jsonl" | "html" | "text"; text: string }[],
  chunk = 1000,
) {
  const redactor = new Redactor([]);
  for (const { format, text } of files) {
    const pass = redactor.learning(format);
    for (const part of chunks(text, chunk)) pass.write(part);
    pass.finish();
  }
  redactor.seal();
  const out = files.map(({ name, format, text }) => {
    const pass = redactor.redacting(name, format);
    const parts = chunks(text, chunk).map((part) => pass.write(part));
    return { name, format, text: parts.join("") + pass.finish() };
  });
  return { out, ledger: redactor.ledger() };
}

function chunks(text: string, size: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

/** Words of a text that are none of the planted ones. */
function keptShare(before: string, after: string, secrets: readonly string[]): number {
  const words = (text: string) => text.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  // A secret's own pieces, as they stand in another encoding, are no text to keep.
  const encoded = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), `s:${secret}`]);
  const secretWords = new Set(
    [...encoded, ...encoded.map(encodeURIComponent), "RSA PRIVATE KEY"].flatMap(words),
  );
  const counts = new Map<string, number>();
  for (const word of words(after)) counts.set(word, (counts.get(word) ?? 0) + 1);
  let total = 0;
  let kept = 0;
  for (const word of words(before)) {
    // Base64 and the like are one word, and may hold a secret.
    if (secretWords.has(word) || word.length > 20) continue;
    total++;
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    counts.set(word, left - 1);
    kept++;
  }
  return kept / total;
}

describe("share-safe (redaction.md)", () => {
  const run = plantedRun();
  const { out, ledger } = shareSafe(run.files);

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
    for (const { format, text } of out) if (format === "json") expect(() => JSON.parse(text)).not.toThrow();
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
