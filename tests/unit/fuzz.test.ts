import { posix, win32 } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { replaceUrls } from "@/core/bundle/documents";
import { extensionFor } from "@/core/bundle/extension";
import { exportName, templateProblem } from "@/core/bundle/name-template";
import { safeName, slug, TakenPaths } from "@/core/bundle/names";
import { referencesIn } from "@/core/bundle/references";
import { BadArchive, readArchive } from "@/core/bundle/zip/read-archive";
import { Redactor, type TextFormat, Unredactable } from "@/core/redact/redactor";
import { harRows } from "@/core/report/har";
import { logLines } from "@/core/report/logs";
import { findMention } from "@/core/skyvern/mention";
import { runPageOf } from "@/core/skyvern/page-url";
import { retryAfter } from "@/core/skyvern/retry";
import { hostile } from "./support/hostile";

/** Cases in all; the long form takes ten times as many. */
const CASES = Number(process.env.RUNPACK_FUZZ_CASES ?? 100_000);
const share = (percent: number) => ({ numRuns: Math.max(1, Math.round((CASES * percent) / 100)) });
const PATIENCE = 600_000;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u00a0\u2028\u2029]/u;

/** JSON as an API may never serve it: any shape, names of prototypes among the keys. */
const json = fc
  .json({ depthSize: "small", stringUnit: "binary" })
  .map((text) =>
    text.replaceAll(/"([^"\\]{1,2})":/g, (whole, key: string) => (key.length === 1 ? '"__proto__":' : whole)),
  );
const secretive = fc.record({
  name: fc.constantFrom("password", "Authorization", "api_key", "note", "__proto__", "constructor"),
  value: hostile,
  text: json,
});

afterEach(() => {
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

/** Where an extractor puts an entry, by the rules of each system; it must be below the folder. */
function stays(name: string): boolean {
  const unix = posix.resolve("/out/bag", name);
  const windows = win32.resolve("C:\\out\\bag", name);
  return unix.startsWith("/out/bag/") && windows.startsWith("C:\\out\\bag\\");
}

describe("any text at all", { timeout: PATIENCE }, () => {
  it("becomes a name that stays in its folder on every system, and hides nothing", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const name = safeName(text, "file");
        expect(name).not.toBe("");
        expect(name).not.toMatch(/[\\/]/);
        expect(name).not.toMatch(INVISIBLE);
        expect(stays(name)).toBe(true);
        expect(safeName(name, "file")).toBe(name);
      }),
      share(25),
    );
  });

  it("becomes a slug and a bundle's name that are safe too", () => {
    const status = fc.option(hostile, { nil: null });
    fc.assert(
      fc.property(hostile, status, hostile, (title, state, template) => {
        expect(slug(title)).not.toMatch(/[^\p{L}\p{N}\p{M}-]/u);
        const parts = { title, runId: "wr_1", status: state, workflowId: null, date: 0 };
        const name = exportName(templateProblem(template) === null ? template : "{title}_{runId}", parts);
        expect(stays(name)).toBe(true);
        expect(name).not.toMatch(/[\\/]/);
      }),
      share(10),
    );
  });

  it("never makes two files one, whatever case or composition they have", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 12 }), (names) => {
        const taken = new TakenPaths();
        const paths = names.map((name) => taken.claim(`data/${safeName(name, "file")}`));
        const keys = paths.map((path) => path.normalize("NFC").toLowerCase());
        expect(new Set(keys).size).toBe(paths.length);
      }),
      share(5),
    );
  });

  it("is a run's ID, or none, and never throws", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const page = URL.canParse(text) ? runPageOf(new URL(text)) : null;
        for (const id of [findMention(text)?.id ?? null, page?.runId ?? null])
          if (id !== null) expect(id).toMatch(/^(?:wr|tsk|tsk_v2|pbs)_[A-Za-z0-9_-]+$/);
      }),
      share(10),
    );
  });

  it("as Retry-After is a wait of at most five minutes, or none", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (header) => {
          const wait = retryAfter(header, 0);
          if (wait !== null) expect(wait >= 0 && wait <= 300_000).toBe(true);
        },
      ),
      share(10),
    );
  });

  it("as a content type gives an extension of letters and digits", () => {
    const row = (uri: string) => ({ artifact_id: "a_1", artifact_type: "download", uri, created_at: "" });
    fc.assert(
      fc.property(hostile, hostile, fc.uint8Array({ maxLength: 16 }), (contentType, uri, head) => {
        const artifact = { id: "a_1", row: row(uri), fileName: null, storageUrls: [], hasId: true };
        expect(extensionFor({ artifact, head, contentType })).toMatch(/^[a-z0-9]{1,12}$/);
      }),
      share(10),
    );
  });

  it("as a log is read line by line", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, json), { maxLength: 6 }), (lines) => {
        expect(Array.isArray(logLines(lines.join("\n")))).toBe(true);
      }),
      share(5),
    );
  });
});

describe("any JSON at all", { timeout: PATIENCE }, () => {
  it("names files or none, changes no prototype, and never throws", () => {
    fc.assert(
      fc.property(json, (text) => {
        for (const { url } of referencesIn(JSON.parse(text)))
          expect(url === null || typeof url === "string").toBe(true);
        harRows(text);
        expect(JSON.parse(replaceUrls(text, () => "data/x", new Map()))).toEqual(JSON.parse(text));
      }),
      share(10),
    );
  });

  it("and any text is taken or refused by share-safe, never anything else; what is JSON stays JSON", () => {
    const format = fc.constantFrom<TextFormat>("json", "jsonl", "html", "text", "har");
    fc.assert(
      fc.property(
        format,
        fc.oneof(
          json,
          hostile,
          secretive.map((each) => JSON.stringify(each)),
        ),
        (as, text) => {
          const redactor = new Redactor([]);
          const bytes = new TextEncoder().encode(text);
          let out: string;
          try {
            const learning = redactor.learning(as);
            learning.write(bytes);
            learning.finish();
            redactor.seal();
            const pass = redactor.redacting("file", as);
            out = pass.write(bytes) + pass.finish();
          } catch (error) {
            expect(error).toBeInstanceOf(Unredactable);
            return;
          }
          if (as === "json" || as === "har") JSON.parse(out);
        },
      ),
      share(10),
    );
  });
});

describe("any bytes at all", { timeout: PATIENCE }, () => {
  it("are an archive or refused as one", () => {
    const magic = fc.constantFrom([], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x50, 0x4b, 1, 2]);
    fc.assert(
      fc.property(fc.array(fc.tuple(magic, fc.uint8Array({ maxLength: 40 })), { maxLength: 5 }), (pieces) => {
        const bytes = Uint8Array.from(pieces.flatMap(([start, rest]) => [...start, ...rest]));
        try {
          readArchive((offset, length) => bytes.slice(offset, offset + length), bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(BadArchive);
        }
      }),
      share(5),
    );
  });
});
