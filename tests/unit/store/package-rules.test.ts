import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageProblems } from "@/scripts/package-rules";

const text = (path: string): string => readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

describe("the version", () => {
  const { version }: { version: string } = JSON.parse(text("package.json"));

  it("of the changelog's latest entry is the package's", () => {
    expect(/^## (\S+)/m.exec(text("CHANGELOG.md"))?.[1]).toBe(version);
  });
  it("of the lockfile is the package's", () => {
    expect(JSON.parse(text("package-lock.json"))).toMatchObject({ version });
  });
});

describe("each permission of the manifest", () => {
  const config = text("wxt.config.ts");
  const list = /permissions: \[([\s\S]*?)\n {4}\],/.exec(config)?.[1] ?? "";
  const permissions = [...list.matchAll(/"([a-zA-Z]+)"/g)].map(([, name = ""]) => name);

  it("is found by this test", () => {
    expect(permissions).toContain("unlimitedStorage");
  });
  for (const path of ["README.md", "docs/store/declarations.md"]) {
    const named = text(path);
    it.each(permissions.filter((name) => name !== "firefox"))(`%s is justified in ${path}`, (name) => {
      expect(named).toContain(`| \`${name}\``);
    });
  }
});

describe("a package that stores would refuse", () => {
  let folder: string;
  const manifest = {
    manifest_version: 3,
    name: "Runpack for Skyvern (unofficial)",
    short_name: "Runpack",
    version: "1.2.3",
    description: "Saves runs.",
    icons: { 16: "icon/16.png", 48: "icon/48.png", 128: "icon/128.png" },
    action: {},
    permissions: ["storage"],
    content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" },
  };
  const write = (change: object) =>
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, ...change }));
  const problems = () => packageProblems(folder, "1.2.3").join("\n");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "runpack-rules-"));
    cpSync(join(import.meta.dirname, "../../../public/icon"), join(folder, "icon"), { recursive: true });
    write({});
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is told from one that they take", () => {
    expect(problems()).toBe("");
  });
  it.each<[string, object, RegExp]>([
    ["another version", { version: "1.2.4" }, /version is 1\.2\.4/],
    ["a version of no allowed form", { version: "1.2.3-beta" }, /no allowed form/],
    ["a key of its own", { key: "abc" }, /key belongs to the store/],
    ["Manifest V2", { manifest_version: 2 }, /manifest_version/],
    ["a description of 133 characters", { description: "x".repeat(133) }, /description has 133/],
    ["no description", { description: "" }, /description is empty/],
    ["no icon for the store", { icons: { 16: "icon/16.png", 48: "icon/48.png" } }, /no icon of 128/],
    ["an icon of another size", { icons: { ...manifest.icons, 128: "icon/48.png" } }, /48 × 48, not 128/],
    [
      "a policy that takes code from elsewhere",
      { content_security_policy: { extension_pages: "script-src 'self' https://cdn.example" } },
      /script-src has https:\/\/cdn\.example/,
    ],
    ["texts without a language", { default_locale: "en" }, /go together/],
  ])("by %s", (_, change, problem) => {
    write(change);
    expect(problems()).toMatch(problem);
  });
  it.each<[string, string, string, RegExp]>([
    ["a script from elsewhere", "x.html", '<script src="https://cdn.example/x.js"></script>', /elsewhere/],
    ["code made from text", "x.js", 'eval("1")', /eval/],
    ["code made from text", "x.js", 'new Function("a", "b")', /new Function/],
    ["an import from elsewhere", "x.js", 'import("https://cdn.example/x.js")', /import/],
    ["a source map", "x.js.map", "{}", /source map/],
  ])("by %s in %s", (_, name, content, problem) => {
    writeFileSync(join(folder, name), content);
    expect(problems()).toMatch(problem);
  });
  it("by a translated description that is too long", () => {
    write({ default_locale: "en", description: "__MSG_about__" });
    for (const [locale, message] of [
      ["en", "Saves runs."],
      ["de", "x".repeat(140)],
    ]) {
      mkdirSync(join(folder, "_locales", locale ?? ""), { recursive: true });
      writeFileSync(
        join(folder, "_locales", locale ?? "", "messages.json"),
        JSON.stringify({ about: { message } }),
      );
    }
    expect(problems()).toMatch(/description has 140 characters.*\(de\)/);
  });
});
