import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BadArchive } from "@/core/bundle/zip/read-archive";
import {
  commonRoot,
  folderFile,
  type GivenFile,
  manifestLines,
  verifyBag,
  zipFiles,
} from "@/core/report/verify";
import { bytesOf, zipOf } from "../support/scripted-run";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const FILES = { "data/a.txt": "first", "data/sub dir/Ünï.txt": "second", "index.html": "<html>" };
const MANIFESTS = {
  "manifest-sha256.txt": ["data/a.txt", "data/sub dir/Ünï.txt"],
  "tagmanifest-sha256.txt": ["index.html", "manifest-sha256.txt"],
};

/** A sound bag by path. */
function bag(): Record<string, string> {
  const files: Record<string, string> = { ...FILES };
  for (const [name, paths] of Object.entries(MANIFESTS))
    files[name] = paths.map((path) => `${sha256(files[path] ?? "")}  ${path}\n`).join("");
  return files;
}
const folder = (files: Record<string, string>): GivenFile[] =>
  Object.entries(files).map(([path, text]) => folderFile(path, new Blob([text])));
const verify = (files: GivenFile[]) => verifyBag(files, () => undefined, new AbortController().signal);

describe("a bundle that is dropped on its report", () => {
  it("is as it was exported", async () => {
    expect(await verify(folder(bag()))).toEqual({ proven: 4, changed: [], missing: [], extra: [] });
  });

  it("tells what changed, what is gone and what came along", async () => {
    const { "data/a.txt": _, ...rest } = bag();
    expect(await verify(folder({ ...rest, "index.html": "<HTML>", "data/new.txt": "x" }))).toEqual({
      proven: 2,
      changed: ["index.html"],
      missing: ["data/a.txt"],
      extra: ["data/new.txt"],
    });
  });

  it("lacks its tag manifest where that is gone, and of the files that it names nothing is said", async () => {
    const { "tagmanifest-sha256.txt": _, ...rest } = bag();
    expect(await verify(folder({ ...rest, "data/new.txt": "x" }))).toEqual({
      proven: 2,
      changed: [],
      missing: ["tagmanifest-sha256.txt"],
      extra: ["data/new.txt"],
    });
  });

  it("is no bundle without a manifest", async () => {
    expect(await verify(folder(FILES))).toBeNull();
  });

  it("tells how far it is, to the end", async () => {
    const told: number[] = [];
    await verifyBag(folder(bag()), (fraction) => void told.push(fraction), new AbortController().signal);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("is given up at once when the user says so", async () => {
    const stop = new AbortController();
    stop.abort(new Error("cancelled"));
    await expect(verifyBag(folder(bag()), () => undefined, stop.signal)).rejects.toThrow("cancelled");
  });

  it("may be the ZIP itself, stored or deflated, with its root folder", async () => {
    const files = Object.fromEntries(Object.entries(bag()).map(([path, text]) => [`wr_1/${path}`, text]));
    const zip = new Blob([zipOf({ ...files, "wr_1/data/x.bin": "stored" })]);
    expect(await verify(await zipFiles(zip))).toMatchObject({ proven: 4, extra: ["data/x.bin"] });
  });

  it("is changed where its deflated bytes are damaged", async () => {
    const bytes = zipOf({
      "wr_1/manifest-sha256.txt": `${sha256("text ".repeat(50))}  data/a\n`,
      "wr_1/data/a": "text ".repeat(50),
    });
    const at = Buffer.from(bytes).indexOf("data/a", 60) + 8;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    expect(await verify(await zipFiles(new Blob([bytes])))).toMatchObject({ changed: ["data/a"] });
  });

  it("is refused where it is no ZIP", async () => {
    await expect(zipFiles(new Blob([bytesOf("no ZIP")]))).rejects.toThrow(BadArchive);
  });
});

describe("manifests (RFC 8493 §2.1.3)", () => {
  it("are read with one blank or two, with the star of binary mode, and in capitals", () => {
    const hash = "a".repeat(64);
    expect(manifestLines(`${hash}  data/a b\n${hash.toUpperCase()} *data/c\r\n\nnonsense\n`)).toEqual([
      ["data/a b", hash],
      ["data/c", hash],
    ]);
  });
});

describe("the root folder", () => {
  it.each([
    [["wr_1/a", "wr_1/b/c"], "wr_1/"],
    [["a", "wr_1/b"], ""],
    [[], ""],
  ])("of %j is %j", (paths, root) => {
    expect(commonRoot(paths)).toBe(root);
  });
});
