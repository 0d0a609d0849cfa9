import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bagInfo, bagManifest } from "@/core/bundle/bag";
import { fakeClock, json, noise } from "../support/scripted-fetcher";
import { bytesOf, exportScripted, RUN, runOf, type ScriptedExport } from "../support/scripted-run";

beforeEach(() => fakeClock());
afterEach(() => {
  vi.useRealTimers();
});

const bag = (): Promise<ScriptedExport> =>
  exportScripted(
    runOf(
      [
        { artifact_id: "a_1", artifact_type: "recording", uri: "s3://b/r.webm", bytes: noise(3000) },
        {
          artifact_id: "a_2",
          artifact_type: "download",
          uri: "s3://b/Ünïcode report.pdf",
          bytes: bytesOf("pdf"),
        },
      ],
      { run_request: { title: "March\r\nPayload-Oxum: 0.0" } },
    ).on("/api/v1/organizations/me", json({ organization_name: "Acme" })),
  );

/** A manifest as `sha256sum -c` reads it. */
const lines = (text: string | undefined): [string, string][] =>
  (text ?? "").split("\n").flatMap((line): [string, string][] => {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    return match ? [[match[2] ?? "", match[1] ?? ""]] : [];
  });
const text = ({ files }: ScriptedExport, path: string) => files.get(path)?.toString("utf8");
const sha256 = (data: Buffer | undefined) =>
  createHash("sha256")
    .update(data ?? "")
    .digest("hex");

describe("a bundle is a bag (RFC 8493)", () => {
  it("declares itself", async () => {
    expect(text(await bag(), "bagit.txt")).toBe("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  });

  it("has every file below data/ in its manifest, and no other, with its SHA-256", async () => {
    const exported = await bag();
    const listed = lines(text(exported, "manifest-sha256.txt"));
    expect(listed.map(([path]) => path).sort()).toEqual(
      [...exported.files.keys()].filter((path) => path.startsWith("data/")).sort(),
    );
    for (const [path, hash] of listed) expect(sha256(exported.files.get(path)), path).toBe(hash);
  });

  it("has every other file in its tag manifest, but for that itself", async () => {
    const exported = await bag();
    const listed = lines(text(exported, "tagmanifest-sha256.txt"));
    const others = [...exported.files.keys()].filter((path) => !path.startsWith("data/"));
    expect(listed.map(([path]) => path).sort()).toEqual(
      others.filter((path) => path !== "tagmanifest-sha256.txt").sort(),
    );
    for (const [path, hash] of listed) expect(sha256(exported.files.get(path)), path).toBe(hash);
  });

  it("says whose it is and how much it holds; a title can't add a line", async () => {
    const exported = await bag();
    const info = text(exported, "bag-info.txt") ?? "";
    expect(info.split("\n")).toEqual([
      "Source-Organization: Acme",
      "External-Description: March Payload-Oxum: 0.0",
      `External-Identifier: ${RUN}`,
      "Bagging-Date: 2026-11-24",
      expect.stringMatching(/^Bagging-Time: 2026-11-24T/),
      "Bag-Software-Agent: Runpack for Skyvern 1.2.3",
      expect.stringMatching(/^Payload-Oxum: \d+\.6$/),
      "",
    ]);
    const bytes = [...exported.files]
      .filter(([path]) => path.startsWith("data/"))
      .reduce((sum, [, data]) => sum + data.length, 0);
    expect(info).toContain(`Payload-Oxum: ${bytes}.6\n`);
  });

  it("sorts its manifest, so that the same bag has the same manifest", () => {
    const file = (path: string) => ({ path, sha256: "0".repeat(64), bytes: 1 });
    expect(bagManifest([file("data/b"), file("data/a")])).toBe(bagManifest([file("data/a"), file("data/b")]));
  });

  it("leaves out what nobody knows", () => {
    const info = { runIds: ["wr_1"], title: null, organization: null, exportedAt: new Date(0), version: "1" };
    expect(bagInfo(info, [])).not.toMatch(/Organization|Description/);
  });
});
