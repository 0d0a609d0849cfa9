import { crc32 } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { NOT_HASHED } from "@/core/bundle/content-hash";
import type { FileOutcome } from "@/core/bundle/fetch-context";
import { FileSink } from "@/core/bundle/file-sink";
import { LocalWork } from "@/core/bundle/file-work";
import { Journal } from "@/core/jobs/journal";
import { MemoryHandle } from "../bundle/memory-pack";

const work = new LocalWork();
const bytes = (text: string) => new TextEncoder().encode(text);

/** A job's disk, opened as often as the test wants. */
function disk() {
  const pack = new MemoryHandle(100_000);
  const journal = new MemoryHandle(100_000);
  return { pack, journal, open: () => Journal.open(journal, pack, work) };
}

async function stored(
  { pack }: Awaited<ReturnType<typeof Journal.open>>,
  content: string,
  path: string | null = null,
): Promise<FileOutcome> {
  const sink = new FileSink(pack, work, false, path === null ? null : { path, modified: 0 });
  await sink.write(bytes(content));
  return {
    kind: "file",
    file: await sink.finish(),
    proof: "length",
    contentType: "text/plain",
    warning: null,
  };
}

describe("a journal", () => {
  it("remembers a file after its browser was killed, header and all where that was flushed", async () => {
    const { open } = disk();
    const first = await open();
    const outcome = await stored(first, "hello", "wr_1/data/a.txt");
    first.journal.note("a_1", outcome);
    const killed = (await open()).journal.find("a_1");
    expect(killed).toEqual({ ...outcome, file: { ...outcome.file, local: undefined } });
    first.journal.close();
    expect((await open()).journal.find("a_1")).toEqual(outcome);
  });

  it("goes on behind what it has, so that nothing is written over", async () => {
    const { open, pack } = disk();
    const first = await open();
    const outcome = await stored(first, "", "wr_1/data/empty.txt");
    first.journal.note("a_1", outcome);
    first.journal.close();
    const header = pack.bytes.slice(0, pack.size);
    const again = await open();
    await stored(again, "other bytes");
    expect(pack.bytes.slice(0, header.length)).toEqual(header);
    expect(again.journal.find("a_1")).toEqual(outcome);
  });

  it("believes no bytes that are not those that were noted", async () => {
    const { open, pack } = disk();
    const first = await open();
    first.journal.note("a_1", await stored(first, "hello"));
    pack.bytes[0] = 0;
    expect((await open()).journal.find("a_1")).toBeUndefined();
  });

  it("believes a big archive, of which CRC-32 is all that was made, and no other bytes in its place", async () => {
    const { open, pack } = disk();
    const first = await open();
    const sink = new FileSink(first.pack, work, false, null, false);
    for (const part of ["an ", "archive"]) await sink.write(bytes(part));
    const file = await sink.finish();
    const archive: FileOutcome = { kind: "file", file, proof: "length", contentType: null, warning: null };
    first.journal.note("archive:a_1", archive);
    expect(file).toMatchObject({ sha256: NOT_HASHED, crc32: Number.parseInt(await crc32("an archive"), 16) });
    expect((await open()).journal.find("archive:a_1")).toEqual(archive);
    pack.bytes[0] = 0;
    expect((await open()).journal.find("archive:a_1")).toBeUndefined();
  });

  it("counts the files of the export, archives not", async () => {
    const { open } = disk();
    const first = await open();
    first.journal.note("a_1", await stored(first, "hello"));
    first.journal.note("archive:a_2", await stored(first, "PK"));
    expect((await open()).journal.filesKept).toBe(1);
  });

  it("of another version is begun anew with its pack: the job fetches everything again", async () => {
    const { open, journal, pack } = disk();
    const first = await open();
    first.journal.note("a_1", await stored(first, "hello"));
    first.journal.close();
    const [head = "", ...lines] = new TextDecoder().decode(journal.bytes.slice(0, journal.size)).split("\n");
    const json = head.slice(9).replace('"version":1', '"version":2');
    journal.truncate(0);
    journal.write(bytes([`${await crc32(json)} ${json}`, ...lines].join("\n")), { at: 0 });
    const { journal: opened } = await open();
    expect(opened.find("a_1")).toBeUndefined();
    expect(pack.size).toBe(0);
    opened.close();
    expect(new TextDecoder().decode(journal.bytes.slice(0, journal.size))).toContain('"version":1');
  });

  it("of no form at all is begun anew", async () => {
    for (const text of ["", "nonsense\n", "00000000 {}\n"]) {
      const { open, journal } = disk();
      journal.write(bytes(text), { at: 0 });
      const { journal: opened } = await open();
      expect(opened.filesKept).toBe(0);
      expect(journal.size).toBeGreaterThan(text.length > 0 ? 0 : 1);
    }
  });

  it("keeps names of any script", async () => {
    const { open } = disk();
    const first = await open();
    const outcome = await stored(first, "x", "wr_1/data/請求書 🧾.txt");
    first.journal.note("a_1", { ...outcome, contentType: "größer" });
    first.journal.close();
    expect((await open()).journal.find("a_1")).toEqual({ ...outcome, contentType: "größer" });
  });
});
